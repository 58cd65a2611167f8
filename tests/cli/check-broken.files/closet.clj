; pick is misspelt
(def closet (Hosts. {} ["foo" "bar"]))

(run (sensor :event :temperature)
     | (pikc (fn [t] (> t 70)))
     | (stop closet))

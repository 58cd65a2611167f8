(def iron (Hosts. {} ["big-iron"]))

(def heat (run (sensor :event :temperature :key "closet") | (rising 70) | (stop iron)))
(def sun (run (sensor :event :power) | (pick (fn [kw] (> kw 10))) | (start iron)))

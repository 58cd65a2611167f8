;; Maps of 100,000 entries.
(def m (reduce (fn [m i] (assoc m i (* i i))) {} (range 100000)))
(println (count m) (get m 777))
(println (reduce (fn [s i] (+ s (get m i))) 0 (range 100000)))
(def k (reduce (fn [m i] (update m (keyword (str "k" (mod i 1000))) (fnil + 0) i)) {} (range 100000)))
(println (count k) (:k7 k))
(println (count (reduce dissoc m (range 0 100000 2))))
(println (reduce-kv (fn [s a b] (+ s (- b a))) 0 m))

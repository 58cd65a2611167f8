;; Sorting numbers, strings, maps.
(def xs (mapv (fn [i] (mod (* i 7919) 100003)) (range 100000)))
(println (take 5 (sort xs)) (take 3 (sort > xs)))
(println (take 3 (sort-by #(mod % 1000) xs)))
(println (take 3 (sort (map str xs))))
(println (first (sort-by :b (map (fn [x] {:a x :b (- x)}) xs))))
(println (count (distinct xs)) (take 3 (into (sorted-set) (take 20000 xs))))

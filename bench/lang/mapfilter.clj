;; Lazy map and filter, into, transducers.
(println (reduce + (map inc (filter odd? (range 500000)))))
(println (count (into [] (map #(* % %)) (range 300000))))
(println (count (into #{} (map #(mod % 1000)) (range 300000))))
(println (reduce + (take 100000 (map * (range) (iterate inc 1)))))
(println (count (mapcat #(list % %) (range 100000))))

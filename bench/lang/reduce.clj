;; Reductions over ranges and vectors.
(println (reduce + (range 1000000)))
(println (reduce (fn [a x] (if (even? x) (+ a x) (- a 1))) 0 (range 1000000)))
(let [v (vec (range 200000))] (println (reduce + v) (reduce max v) (reduce (fn [a x] (bit-xor a x)) 0 v)))

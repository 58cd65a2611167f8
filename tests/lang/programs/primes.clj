;; Lazy sequences without end.
(defn sieve [s] (lazy-seq (cons (first s) (sieve (remove #(zero? (rem % (first s))) (rest s))))))
(def primes (sieve (iterate inc 2)))
(println (take 15 primes))
(defn prime? [n] (and (> n 1) (not-any? #(zero? (rem n %)) (take-while #(<= (* % %) n) primes))))
(println (filter prime? (range 90 120)))
(defn factors [n]
  (loop [n n [p & more :as ps] primes acc []]
    (cond (= n 1) acc
          (zero? (rem n p)) (recur (quot n p) ps (conj acc p))
          :else (recur n more acc))))
(println (map factors [12 97 360 1001]))
(println (take 5 (filter (fn [p] (prime? (+ p 2))) primes)))
(def triangle (iterate #(mapv +' (cons 0 %) (conj % 0)) [1]))
(doseq [row (take 5 triangle)] (println row))
(println (nth triangle 30))
(println (take 10 (map first (iterate (fn [[a b]] [b (+ a b)]) [0 1]))))
(println (first (drop-while #(< % 1000) (map #(* % %) (range)))))
(println (take 6 (cycle [:red :green])) (take 3 (repeatedly (let [n (atom 0)] #(swap! n inc)))))

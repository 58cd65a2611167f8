;; Recursive functions, multi-arity, memoize.
(defn fib [n] (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(defn fib-loop
  ([n] (fib-loop n 0 1))
  ([n a b] (if (zero? n) a (recur (dec n) b (+' a b)))))
(def fast (memoize (fn [n] (if (< n 2) n (+ (fast (- n 1)) (fast (- n 2)))))))
(println "fib 20" (fib 20))
(println "loop 90" (fib-loop 90))
(println "loop 100" (fib-loop 100))
(println "memoized 60" (fast 60))
(defn ackermann [m n]
  (cond (zero? m) (inc n)
        (zero? n) (ackermann (dec m) 1)
        :else (ackermann (dec m) (ackermann m (dec n)))))
(println "ackermann" (ackermann 2 3))
(defn hanoi [n from to via]
  (if (zero? n) [] (concat (hanoi (dec n) from via to) [[from to]] (hanoi (dec n) via to from))))
(println (count (hanoi 6 :a :b :c)) (take 3 (hanoi 3 :a :b :c)))
(defn collatz [n] (count (take-while #(not= 1 %) (iterate #(if (even? %) (quot % 2) (inc (* 3 %))) n))))
(println (map collatz [1 7 27]))

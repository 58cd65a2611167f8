;; A loop of ten million rounds.
(println (loop [i 0 sum 0] (if (< i 10000000) (recur (inc i) (+ sum (rem i 7))) sum)))

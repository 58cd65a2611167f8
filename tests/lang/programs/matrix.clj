;; Matrices as vectors of vectors.
(defn transpose [m] (apply mapv vector m))
(defn mul [a b] (let [bt (transpose b)] (mapv (fn [row] (mapv (fn [col] (reduce + (map * row col))) bt)) a)))
(defn identity-matrix [n] (vec (for [i (range n)] (vec (for [j (range n)] (if (= i j) 1 0))))))
(defn power [m n] (cond (zero? n) (identity-matrix (count m)) (even? n) (let [h (power m (quot n 2))] (mul h h)) :else (mul m (power m (dec n)))))
(defn det [m]
  (if (= 1 (count m)) (get-in m [0 0])
      (reduce + (map-indexed (fn [j x] (* (if (even? j) 1 -1) x
                                          (det (mapv #(vec (concat (subvec % 0 j) (subvec % (inc j)))) (rest m)))))
                             (first m)))))
(def a [[1 2] [3 4]])
(println (mul a a))
(println (transpose [[1 2 3] [4 5 6]]))
(println (power [[1 1] [1 0]] 50))
(println (det [[2 0 1] [1 3 2] [1 1 4]]) (det a))
(doseq [row (power a 3)] (println (apply str (map #(format "%6d" %) row))))
(println (assoc-in a [1 1] :x) (update-in a [0] conj 9))
(println (reduce + (flatten a)) (apply map + a))
(println (mapv (partial mapv /) [[2 4] [3 1]]))

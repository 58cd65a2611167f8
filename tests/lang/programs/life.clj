;; The game of life on a set of cells.
(defn neighbours [[x y]] (for [dx [-1 0 1] dy [-1 0 1] :when (not= [dx dy] [0 0])] [(+ x dx) (+ y dy)]))
(defn step [cells]
  (set (for [[cell n] (frequencies (mapcat neighbours cells)) :when (or (= n 3) (and (= n 2) (cells cell)))] cell)))
(defn show [cells w h] (doseq [y (range h)] (println (apply str (for [x (range w)] (if (cells [x y]) \# \.))))) (println))
(def blinker #{[1 0] [1 1] [1 2]})
(def glider #{[1 0] [2 1] [0 2] [1 2] [2 2]})
(doseq [g (take 3 (iterate step blinker))] (show g 3 3))
(doseq [g (take 5 (iterate step glider))] (show g 5 5))
(println (count (nth (iterate step glider) 40)) (sort (nth (iterate step glider) 4)))
(println (= blinker (step (step blinker))))

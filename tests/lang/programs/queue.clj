;; Queues, breadth first search, sorted sets, bits.
(def graph {:a [:b :c] :b [:d] :c [:d :e] :d [:f] :e [:f] :f []})
(defn bfs [start goal]
  (loop [q (conj clojure.lang.PersistentQueue/EMPTY [start]) seen #{start}]
    (when-let [path (peek q)]
      (let [node (last path)]
        (if (= node goal) path
            (let [more (remove seen (graph node))]
              (recur (into (pop q) (map #(conj path %) more)) (into seen more))))))))
(println (bfs :a :f) (bfs :f :a))
(defn topo [g]
  (loop [g g out []]
    (if (empty? g) out
        (let [free (sort (filter #(empty? (filter (set (keys g)) (g %))) (keys g)))]
          (recur (apply dissoc g free) (into out free))))))
(println (topo graph))
(defn dijkstra [g start]
  (loop [todo (sorted-set [0 start]) dist {}]
    (if-let [[d n] (first todo)]
      (if (dist n) (recur (disj todo [d n]) dist)
          (recur (into (disj todo [d n]) (for [[m w] (g n)] [(+ d w) m])) (assoc dist n d)))
      dist)))
(println (into (sorted-map) (dijkstra {:a {:b 7 :c 3} :c {:b 1 :d 8} :b {:d 2} :d {}} :a)))
(println (subseq (sorted-set 5 1 9 3) >= 3) (first (rseq (sorted-map 1 :a 2 :b))))
(defn bit-count-of [n] (count (filter #(bit-test n %) (range 64))))
(println (bit-and 0xff 0x0f) (bit-or 1 8) (bit-xor 5 1) (bit-shift-left 1 20) (bit-count-of 255))

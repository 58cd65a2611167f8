;; Readings through stages: predicates, grouping, state in an atom.
(def state (atom {}))
(defn reading [i] {:id i :event (if (zero? (mod i 5)) :humidity :temperature) :key (str "room-" (mod i 20)) :value (+ 20 (mod (* i 31) 60))})
(defn rising [before {:keys [value]} level] (and (> value level) (or (nil? before) (<= before level))))
(defn handle [fired {:keys [event key value] :as e}]
  (if (= event :temperature)
    (let [before (get @state key)]
      (swap! state assoc key value)
      (if (rising before e 70) (conj fired [key value]) fired))
    fired))
(def fired (reduce handle [] (map reading (range 100000))))
(println (count fired) (first fired) (last fired))
(println (into (sorted-map) (frequencies (map first fired))))
(println (reduce + (map :value (filter #(= :humidity (:event %)) (map reading (range 50000))))))
(println (count (group-by :key (map reading (range 50000)))))

;; Events: a small rule engine over readings, in the manner of flows.
(def rules [{:name "too-hot" :when (fn [{:keys [event value]}] (and (= event :temperature) (> value 70))) :do :stop}
            {:name "freezing" :when (fn [{:keys [event value]}] (and (= event :temperature) (< value 0))) :do :alert}
            {:name "door" :when #(= :open (:value %)) :do :log}])
(def state (atom {:last {} :fired []}))
(defn rising? [state {:keys [key value]} level] (let [before (get-in state [:last key])] (and (> value level) (or (nil? before) (<= before level)))))
(defn handle [state {:keys [key value] :as event}]
  (let [hits (for [r rules :when ((:when r) event)] [(:name r) key value])
        state (update state :fired into hits)
        state (if (and (number? value) (rising? state event 70)) (update state :fired conj [:rising key value]) state)]
    (assoc-in state [:last key] value)))
(def events (concat (for [[i v] (map-indexed vector [69 71 72 68 75 -3])] {:id i :event :temperature :key "closet" :value v})
                    [{:id 10 :event :door :key "door" :value :open}]))
(doseq [e events] (swap! state handle e))
(run! println (:fired @state))
(println (:last @state))
(println (reduce (fn [m [n _ _]] (update m n (fnil inc 0))) (array-map) (:fired @state)))
(defn debounce [n xs] (->> xs (partition-by identity) (filter #(>= (count %) n)) (map first)))
(println (debounce 2 [1 1 2 3 3 3 1]))
(defn window [n xs] (map (fn [w] (/ (reduce + w) n)) (partition n 1 xs)))
(println (window 3 [70 71 72 73]))
(def actions {:stop (fn [h] (str "stopping " h)) :start #(str "starting " %)})
(println (map (fn [[a h]] ((actions a) h)) [[:stop "foo"] [:start "bar"]]))
(println (case (compare 71 70) 1 :above 0 :at -1 :below))

(require (quote clojure.pprint) (quote clojure.set))
;; group-by, frequencies and sorted reports over maps.
(def people [{:name "ann" :dept :ops :pay 50 :langs #{:clj :c}} {:name "bob" :dept :dev :pay 60 :langs #{:c}}
             {:name "cid" :dept :ops :pay 55 :langs #{:clj}} {:name "dee" :dept :dev :pay 80 :langs #{:clj :go}}
             {:name "eve" :dept :law :pay 70 :langs #{}}])
(doseq [[dept ps] (sort (group-by :dept people))]
  (println dept (count ps) (reduce + (map :pay ps)) (sort (map :name ps))))
(println (frequencies (map :dept people)))
(println (map :name (sort-by (juxt :dept (comp - :pay)) people)))
(println (into (sorted-map) (for [[l n] (frequencies (mapcat :langs people))] [l n])))
(println (reduce (fn [m {:keys [dept pay]}] (update m dept (fnil conj []) pay)) {} people))
(println (apply merge-with + (map (fn [{:keys [dept pay]}] {dept pay}) people)))
(println (:name (apply max-key :pay people)) (/ (reduce + (map :pay people)) (count people)))
(clojure.pprint/print-table [:name :dept :pay] (take 3 people))
(println (zipmap (map :name people) (map-indexed (fn [i p] (* i (:pay p))) people)))
(println (partition-by :dept (map #(select-keys % [:dept]) people)))
(println (->> people (filter (comp :clj :langs)) (map (juxt :name :pay)) (into {})))
(println (reductions + (map :pay people)))
(println (split-with #(< (:pay %) 80) (map #(dissoc % :langs) people)))
(println (some #(when (> (:pay %) 65) (:name %)) people) (every? :name people) (not-any? #(= (:pay %) 1) people))
(println (vals (update-vals (group-by :dept people) count)) (set (map :dept (filter #(= (:dept %) :law) people))))
(println (clojure.set/map-invert {:a 1 :b 2}) (map first (partition-all 2 people)) )

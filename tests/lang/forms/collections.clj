; Vectors, maps, sets and what works on all of them.
[(get {:a 1} :a) (get {:a 1} :b) (get {:a 1} :b :none) (get [1 2] 1) (get #{1} 1) (get nil :a) (get "abc" 1) (get 5 :a)]
[({:a 1} :a) ({:a 1} :b 2) (:a {:a 1}) (:b {:a 1} 2) (#{1 2} 1) (#{1} 5) ([1 2] 0) ('a {'a 1})]
([1 2] 5)
(:a nil)
(:a 5)
[(assoc {} :a 1) (assoc {:a 1} :a 2 :b 3) (assoc [1 2] 0 :x) (assoc [1] 1 2) (assoc nil :a 1)]
(assoc [1] 5 2)
(assoc {} :a)
[(dissoc {:a 1 :b 2} :a) (dissoc {:a 1} :b) (dissoc {:a 1 :b 2} :a :b) (dissoc nil :a)]
[(merge {:a 1} {:b 2} {:a 3}) (merge nil {:a 1}) (merge) (merge {:a 1} nil) (merge {:a 1} [:b 2])]
[(merge-with + {:a 1} {:a 2 :b 3}) (merge-with into {:a [1]} {:a [2]})]
[(get-in {:a {:b [1 2]}} [:a :b 1]) (get-in {} [:a :b]) (get-in {} [:a] :none) (get-in {:a 1} [])]
[(assoc-in {} [:a :b] 1) (assoc-in {:a {:c 1}} [:a :b] 2) (assoc-in [[1]] [0 0] 5)]
[(update {:a 1} :a inc) (update {} :a (fnil inc 0)) (update {:a 1} :a + 10) (update-in {:a {:b 1}} [:a :b] inc) (update-in {} [:a] conj 1)]
[(update-vals {:a 1} inc) (update-keys {:a 1} name)]
[(select-keys {:a 1 :b 2 :c 3} [:a :c :z]) (keys {:a 1 :b 2}) (vals {:a 1 :b 2}) (keys nil) (vals {})]
[(contains? {:a nil} :a) (contains? #{1} 1) (contains? [1 2] 0) (contains? [1 2] 2) (contains? nil 1) (contains? "ab" 1)]
(contains? '(1) 1)
[(find {:a 1} :a) (find {:a 1} :b) (find [5] 0)]
[(disj #{1 2} 1) (disj #{1} 2) (conj #{} 1 1)]
[(hash-map) (hash-map :a 1) (array-map :b 1 :a 2) (hash-set 1) (set [1 1]) (set nil)]
(hash-map :a)
[(vec (range 3)) (subvec [1 2 3 4] 1) (subvec [1 2 3] 1 2)]
(subvec [1 2] 1 5)
[(peek [1 2]) (pop [1 2]) (peek '(1 2)) (pop '(1 2)) (peek nil) (peek [])]
(pop [])
(pop ())
[(conj [] 1 2) (conj () 1 2) (conj {} [:a 1]) (conj nil 1 2)]
(conj {:a 1} 5)
[(into [1] [2]) (into () [1 2]) (into {} {:a 1}) (into (sorted-map) {:b 1 :a 2})]
[(map-entry? (first {:a 1})) (key (first {:a 1})) (val (first {:a 1})) (vec (first {:a 1}))]
[(count [[1 2] 3]) (nth [1 [2]] 1) (first {:b 1}) (last {:a 1 :b 2})]
(reduce (fn [m i] (assoc m i (* i i))) {} (range 5))
(count (reduce (fn [m i] (assoc m i i)) {} (range 1000)))
(get (reduce (fn [m i] (assoc m i (* 2 i))) {} (range 1000)) 777)
(let [m (into {} (map (fn [i] [i i]) (range 100)))] (reduce + (vals (reduce dissoc m (range 50)))))
(persistent! (reduce conj! (transient []) (range 3)))
(persistent! (assoc! (transient {}) :a 1))
(persistent! (dissoc! (assoc! (transient {:b 2}) :a 1) :b))
(persistent! (conj! (transient #{}) 1))
(persistent! (disj! (transient #{1 2}) 1))
(persistent! (pop! (conj! (transient []) 1 )))
(let [t (transient [])] (persistent! t) (conj! t 1))
(count (transient [1 2]))
(get (transient {:a 1}) :a)
(meta (with-meta [1] {:a 1}))
(meta (conj (with-meta [1] {:a 1}) 2))
(meta (vary-meta [1] assoc :b 2))
(= (with-meta [1] {:a 1}) [1])
(meta (with-meta {:x 1} {:a 1}))
(meta (assoc ^:k {:x 1} :y 2))
(meta 5)
(with-meta 5 {})
(meta (with-meta 'a {:b 1}))
(meta (with-meta (fn []) {:b 1}))
(every? map? [{} (hash-map) (sorted-map)])
[(ifn? :a) (ifn? {}) (ifn? []) (fn? :a) (fn? inc) (ifn? 5)]
[(counted? [1]) (counted? (map inc [1])) (reversible? [1]) (indexed? [1])]
[(empty? {}) (empty? #{}) (empty? ())]
(reduce-kv (fn [m k v] (assoc m v k)) {} {:a 1})
(into {} (for [i (range 3)] [i (str i)]))
(apply merge-with + [{:a 1} {:a 2} {:a 3}])
(mapv (fn [[k v]] [v k]) {:a 1})
(map key {:a 1 :b 2})
(nth (vec (range 100000)) 99999)
(count (into #{} (range 1000)))
(peek (conj (vec (range 40)) :last))
(assoc-in {:a [{:b 1}]} [:a 0 :b] 2)
(update-in {:a [1 2]} [:a 1] * 10)
(get-in [[1 2] [3 4]] [1 0])
(array-map 1 2 3 4)
(seq {:a 1 :b 2})
(conj {:a 1} nil)
(:b (assoc {:a 1} :b nil) :none)
(merge-with - {:a 5} {:a 2} {:b 1})
(vec {:a 1})
(list 'a "b" \c 1.0 nil)
(= {:a {:b #{1}}} {:a {:b (set [1])}})
(clojure.set/union #{1} #{2})
(sort (clojure.set/union #{1 2} #{2 3}))
(sort (clojure.set/intersection #{1 2 3} #{2 3 4}))
(sort (clojure.set/difference #{1 2 3} #{2} #{3}))
[(clojure.set/subset? #{1} #{1 2}) (clojure.set/superset? #{1 2} #{1})]
(clojure.set/rename-keys {:a 1 :b 2} {:a :x})
(clojure.set/map-invert {:a 1})
(clojure.set/select odd? #{1 2 4})
(clojure.set/project #{{:a 1 :b 2}} [:a])
(clojure.set/join #{{:a 1 :b 2}} #{{:a 1 :c 3}})
(clojure.set/index #{{:a 1 :b 2}} [:a])
(clojure.set/rename #{{:a 1}} {:a :z})
(clojure.walk/postwalk #(if (number? %) (inc %) %) {:a [1 {:b 2}]})
(clojure.walk/prewalk #(if (number? %) (inc %) %) [1 [2]])
(clojure.walk/keywordize-keys {"a" {"b" 1}})
(clojure.walk/stringify-keys {:a {:b 1}})
(clojure.walk/postwalk-replace {:a 1} [:a [:a :b]])
(clojure.edn/read-string "{:a [1 2.5 \"x\" \\c nil true sym]}")
(clojure.edn/read-string {:readers {'my (fn [x] [:my x])}} "#my 5")
(clojure.edn/read-string {:default (fn [t v] [t v])} "#foo 1")
(clojure.edn/read-string "#foo 1")
(clojure.edn/read-string {:eof :end} "")
(clojure.edn/read-string "(1 2")
(clojure.edn/read-string "#{1 2 1}")

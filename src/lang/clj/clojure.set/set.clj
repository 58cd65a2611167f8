;; SPDX-License-Identifier: Apache-2.0
;; Sets and relations.
(defn union
  "The elements of all sets.
  (clojure.set/union #{1} #{2}) ; => #{1 2}"
  ([] #{})
  ([s1] s1)
  ([s1 s2] (if (< (count s1) (count s2)) (reduce conj s2 s1) (reduce conj s1 s2)))
  ([s1 s2 & sets] (reduce union (union s1 s2) sets)))
(defn intersection
  "The elements that all sets have.
  (clojure.set/intersection #{1 2} #{2 3}) ; => #{2}"
  ([s1] s1)
  ([s1 s2]
   (if (< (count s2) (count s1))
     (recur s2 s1)
     (reduce (fn [result x] (if (contains? s2 x) result (disj result x))) s1 s1)))
  ([s1 s2 & sets] (reduce intersection (intersection s1 s2) sets)))
(defn difference
  "The elements of the first set that no other has.
  (clojure.set/difference #{1 2} #{2}) ; => #{1}"
  ([s1] s1)
  ([s1 s2]
   (if (< (count s1) (count s2))
     (reduce (fn [result x] (if (contains? s2 x) (disj result x) result)) s1 s1)
     (reduce disj s1 s2)))
  ([s1 s2 & sets] (reduce difference (difference s1 s2) sets)))
(defn subset?
  "Has the second set all elements of the first?
  (clojure.set/subset? #{1} #{1 2}) ; => true"
  [set1 set2]
  (and (<= (count set1) (count set2)) (every? (fn [x] (contains? set2 x)) set1)))
(defn superset?
  "Has the first set all elements of the second?
  (clojure.set/superset? #{1 2} #{1}) ; => true"
  [set1 set2]
  (and (>= (count set1) (count set2)) (every? (fn [x] (contains? set1 x)) set2)))
(defn select
  "The elements of which pred is true.
  (clojure.set/select odd? #{1 2}) ; => #{1}"
  [pred xset]
  (reduce (fn [s x] (if (pred x) s (disj s x))) xset xset))
(defn rename-keys
  "The map with keys renamed.
  (clojure.set/rename-keys {:a 1} {:a :b}) ; => {:b 1}"
  [m kmap]
  (reduce (fn [result [old new]]
            (if (contains? m old) (assoc result new (get m old)) result))
          (apply dissoc m (keys kmap)) kmap))
(defn map-invert
  "The map from values to keys.
  (clojure.set/map-invert {:a 1}) ; => {1 :a}"
  [m]
  (reduce (fn [result [k v]] (assoc result v k)) {} m))
(defn project
  "The maps of a set with these keys only.
  (clojure.set/project #{{:a 1 :b 2}} [:a]) ; => #{{:a 1}}"
  [xrel ks]
  (set (map (fn [m] (select-keys m ks)) xrel)))
(defn rename
  "The maps of a set with keys renamed.
  (clojure.set/rename #{{:a 1}} {:a :b}) ; => #{{:b 1}}"
  [xrel kmap]
  (set (map (fn [m] (rename-keys m kmap)) xrel)))
(defn index
  "A map from the values of keys to the set of maps that have them.
  (clojure.set/index #{{:a 1}} [:a]) ; => {{:a 1} #{{:a 1}}}"
  [xrel ks]
  (reduce (fn [m x]
            (let [k (select-keys x ks)]
              (assoc m k (conj (get m k #{}) x))))
          {} xrel))
(defn join
  "The maps of two sets that agree, merged.
  (clojure.set/join #{{:a 1}} #{{:a 1 :b 2}}) ; => #{{:a 1, :b 2}}"
  ([xrel yrel]
   (if (and (seq xrel) (seq yrel))
     (let [ks (filter (fn [k] (contains? (first yrel) k)) (keys (first xrel)))
           idx (index xrel ks)]
       (reduce (fn [result x]
                 (reduce (fn [r y] (conj r (merge y x))) result (get idx (select-keys x ks))))
               #{} yrel))
     #{}))
  ([xrel yrel km]
   (let [idx (index xrel (keys km))]
     (reduce (fn [result x]
               (reduce (fn [r y] (conj r (merge y x)))
                       result
                       (get idx (rename-keys (select-keys x (vals km)) (map-invert km)))))
             #{} yrel))))

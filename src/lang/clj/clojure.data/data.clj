;; SPDX-License-Identifier: Apache-2.0
;; What differs between two values.
(require '[clojure.set :as set])
(defn- atom-diff* [a b]
  (if (= a b) [nil nil a] [a b nil]))
(defn- vectorize* [m]
  (when (seq m)
    (reduce (fn [result [k v]] (assoc result k v))
            (vec (repeat (apply max (keys m)) nil))
            m)))
(defn- diff-key* [a b k]
  (let [va (get a k)
        vb (get b k)
        [a* b* ab] (diff va vb)
        in-a (contains? a k)
        in-b (contains? b k)
        same (and in-a in-b (or (not (nil? ab)) (and (nil? va) (nil? vb))))]
    [(when (and in-a (or (not (nil? a*)) (not same))) {k a*})
     (when (and in-b (or (not (nil? b*)) (not same))) {k b*})
     (when same {k ab})]))
(defn- diff-maps*
  ([a b] (diff-maps* a b (set/union (set (keys a)) (set (keys b)))))
  ([a b ks]
   (reduce (fn [d1 d2] (doall (map merge d1 d2)))
           [nil nil nil]
           (map (fn [k] (diff-key* a b k)) ks))))
(defn- kind* [x]
  (cond (set? x) :set (map? x) :map (sequential? x) :sequential :else :atom))
(defn diff
  "What is only in a, only in b, and in both.
  (clojure.data/diff {:a 1} {:a 2}) ; => ({:a 1} {:a 2} nil)"
  [a b]
  (if (= a b)
    [nil nil a]
    (if (= (kind* a) (kind* b))
      (case (kind* a)
        :map (diff-maps* a b)
        :set [(not-empty (set/difference a b)) (not-empty (set/difference b a)) (not-empty (set/intersection a b))]
        :sequential (vec (map vectorize* (diff-maps* (if (vector? a) a (vec a))
                                                     (if (vector? b) b (vec b))
                                                     (range (max (count a) (count b))))))
        (atom-diff* a b))
      (atom-diff* a b))))

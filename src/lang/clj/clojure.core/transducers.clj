;; SPDX-License-Identifier: Apache-2.0
;; The transducers that the sequence functions give without a collection, and what runs them.
(defn map-xf* "Behind map." [f]
  (fn [rf]
    (fn
      ([] (rf))
      ([result] (rf result))
      ([result input] (rf result (f input)))
      ([result input & inputs] (rf result (apply f input inputs))))))
(defn filter-xf* "Behind filter." [pred]
  (fn [rf]
    (fn
      ([] (rf))
      ([result] (rf result))
      ([result input] (if (pred input) (rf result input) result)))))
(defn remove-xf* "Behind remove." [pred]
  (filter-xf* (complement pred)))
(defn keep-xf* "Behind keep." [f]
  (fn [rf]
    (fn
      ([] (rf))
      ([result] (rf result))
      ([result input]
       (let [v (f input)]
         (if (nil? v) result (rf result v)))))))
(defn keep-indexed-xf* "Behind keep-indexed." [f]
  (fn [rf]
    (let [i (volatile! -1)]
      (fn
        ([] (rf))
        ([result] (rf result))
        ([result input]
         (let [v (f (vreset! i (inc @i)) input)]
           (if (nil? v) result (rf result v))))))))
(defn map-indexed-xf* "Behind map-indexed." [f]
  (fn [rf]
    (let [i (volatile! -1)]
      (fn
        ([] (rf))
        ([result] (rf result))
        ([result input] (rf result (f (vreset! i (inc @i)) input)))))))
(defn mapcat-xf* "Behind mapcat." [f]
  (comp (map-xf* f) cat))
(defn cat
  "A transducer that strings the elements of its inputs together.
  (into [] cat [[1] [2]]) ; => [1 2]"
  [rf]
  (let [inner (fn [result input]
                (let [r (rf result input)]
                  (if (reduced? r) (reduced r) r)))]
    (fn
      ([] (rf))
      ([result] (rf result))
      ([result input] (reduce inner result input)))))
(defn take-xf* "Behind take." [n]
  (fn [rf]
    (let [left (volatile! n)]
      (fn
        ([] (rf))
        ([result] (rf result))
        ([result input]
         (let [n @left
               more (vreset! left (dec n))
               result (if (pos? n) (rf result input) result)]
           (if (pos? more) result (ensure-reduced result))))))))
(defn drop-xf* "Behind drop." [n]
  (fn [rf]
    (let [left (volatile! n)]
      (fn
        ([] (rf))
        ([result] (rf result))
        ([result input]
         (let [n @left]
           (vreset! left (dec n))
           (if (pos? n) result (rf result input))))))))
(defn take-while-xf* "Behind take-while." [pred]
  (fn [rf]
    (fn
      ([] (rf))
      ([result] (rf result))
      ([result input] (if (pred input) (rf result input) (reduced result))))))
(defn drop-while-xf* "Behind drop-while." [pred]
  (fn [rf]
    (let [dropping (volatile! true)]
      (fn
        ([] (rf))
        ([result] (rf result))
        ([result input]
         (if (and @dropping (pred input))
           result
           (do (vreset! dropping false) (rf result input))))))))
(defn take-nth-xf* "Behind take-nth." [n]
  (fn [rf]
    (let [i (volatile! -1)]
      (fn
        ([] (rf))
        ([result] (rf result))
        ([result input]
         (if (zero? (rem (vreset! i (inc @i)) n)) (rf result input) result))))))
(defn partition-all-xf* "Behind partition-all." [n]
  (fn [rf]
    (let [part (volatile! [])]
      (fn
        ([] (rf))
        ([result]
         (let [result (if (empty? @part)
                        result
                        (let [v @part]
                          (vreset! part [])
                          (unreduced (rf result v))))]
           (rf result)))
        ([result input]
         (vreset! part (conj @part input))
         (if (= n (count @part))
           (let [v @part]
             (vreset! part [])
             (rf result v))
           result))))))
(defn partition-by-xf* "Behind partition-by." [f]
  (fn [rf]
    (let [part (volatile! []) key (volatile! ::none)]
      (fn
        ([] (rf))
        ([result]
         (let [result (if (empty? @part)
                        result
                        (let [v @part]
                          (vreset! part [])
                          (unreduced (rf result v))))]
           (rf result)))
        ([result input]
         (let [before @key k (f input)]
           (vreset! key k)
           (if (or (= before ::none) (= k before))
             (do (vreset! part (conj @part input)) result)
             (let [v @part
                   _ (vreset! part [])
                   ret (rf result v)]
               (when-not (reduced? ret) (vreset! part [input]))
               ret))))))))
(defn interpose-xf* "Behind interpose." [sep]
  (fn [rf]
    (let [started (volatile! false)]
      (fn
        ([] (rf))
        ([result] (rf result))
        ([result input]
         (if @started
           (let [r (rf result sep)]
             (if (reduced? r) r (rf r input)))
           (do (vreset! started true) (rf result input))))))))
(defn distinct-xf* "Behind distinct." []
  (fn [rf]
    (let [seen (volatile! #{})]
      (fn
        ([] (rf))
        ([result] (rf result))
        ([result input]
         (if (contains? @seen input)
           result
           (do (vreset! seen (conj @seen input)) (rf result input))))))))
(defn dedupe-xf* "Behind dedupe." []
  (fn [rf]
    (let [before (volatile! ::none)]
      (fn
        ([] (rf))
        ([result] (rf result))
        ([result input]
         (let [prior @before]
           (vreset! before input)
           (if (= prior input) result (rf result input))))))))
(defn halt-when
  "A transducer that ends everything when pred is true of an input, with that input.
  (transduce (halt-when neg?) conj [] [1 -1 2]) ; => -1"
  ([pred] (halt-when pred nil))
  ([pred retf]
   (fn [rf]
     (fn
       ([] (rf))
       ([result]
        (if (and (map? result) (contains? result ::halt)) (::halt result) (rf result)))
       ([result input]
        (if (pred input)
          (reduced {::halt (if retf (retf (rf result) input) input)})
          (rf result input)))))))
(defn sequence
  "The elements as a sequence, through a transducer if there is one.
  (sequence (map inc) [1 2]) ; => (2 3)"
  ([coll] (if (seq? coll) coll (or (seq coll) ())))
  ([xform coll]
   (let [buffer (volatile! [])
         step (xform (fn
                       ([] nil)
                       ([result] result)
                       ([result input] (vreset! buffer (conj @buffer input)) result)))
         flush (fn [] (let [out @buffer] (vreset! buffer []) out))
         walk (fn walk [s]
                (lazy-seq
                  (loop [s (seq s)]
                    (if s
                      (let [ended (reduced? (step nil (first s)))
                            out (do (when ended (step nil)) (flush))]
                        (cond
                          ended (seq out)
                          (seq out) (concat out (walk (rest s)))
                          :else (recur (next s))))
                      (do (step nil) (seq (flush)))))))]
     (or (seq (walk coll)) ())))
  ([xform coll & colls] (sequence xform (apply map vector coll colls))))
(defn eduction
  "The elements through transducers.
  (reduce + (eduction (map inc) [1 2])) ; => 5"
  [& xforms]
  (sequence (apply comp (butlast xforms)) (last xforms)))

; SPDX-License-Identifier: Apache-2.0
; Functions of clojure.core that need not be fast.

(defn concat "The elements of all, lazily." [& colls] (concat* colls))

(defn second "The second element, or nil." [coll] (first (next coll)))

(defn ffirst "The first of the first." [coll] (first (first coll)))

(defn nnext "All but the first two; nil when nothing is left." [coll] (next (next coll)))

(defn not-empty "The collection, or nil when it is empty." [coll] (when (seq coll) coll))

(defn empty? "Has it no elements?" [coll] (not (seq coll)))

(defn map "The values of f for the elements, lazily."
  ([f coll]
   (lazy-seq
     (when-let [s (seq coll)]
       (cons (f (first s)) (map f (rest s))))))
  ([f c1 c2]
   (lazy-seq
     (let [s1 (seq c1) s2 (seq c2)]
       (when (and s1 s2)
         (cons (f (first s1) (first s2)) (map f (rest s1) (rest s2)))))))
  ([f c1 c2 & colls]
   (let [step (fn step [cs]
                (lazy-seq
                  (let [ss (map seq cs)]
                    (when (every? identity ss)
                      (cons (map first ss) (step (map rest ss)))))))]
     (map (fn [args] (apply f args)) (step (list* c1 c2 colls))))))

(defn filter "The elements for which pred is true, lazily." [pred coll]
  (lazy-seq
    (loop [s (seq coll)]
      (when s
        (let [x (first s)]
          (if (pred x)
            (cons x (filter pred (rest s)))
            (recur (next s))))))))

(defn remove "The elements for which pred is false, lazily." [pred coll]
  (filter (fn [x] (not (pred x))) coll))

(defn take "The first n elements, lazily." [n coll]
  (lazy-seq
    (when (pos? n)
      (when-let [s (seq coll)]
        (cons (first s) (take (dec n) (rest s)))))))

(defn drop "All but the first n elements, lazily." [n coll]
  (lazy-seq
    (loop [n n s (seq coll)]
      (if (and (pos? n) s) (recur (dec n) (next s)) s))))

(defn take-while "The elements before the first for which pred is false, lazily." [pred coll]
  (lazy-seq
    (when-let [s (seq coll)]
      (when (pred (first s))
        (cons (first s) (take-while pred (rest s)))))))

(defn drop-while "The elements from the first for which pred is false, lazily." [pred coll]
  (lazy-seq
    (loop [s (seq coll)]
      (if (and s (pred (first s))) (recur (next s)) s))))

(defn take-nth "Every nth element, lazily." [n coll]
  (lazy-seq
    (when-let [s (seq coll)]
      (cons (first s) (take-nth n (drop n s))))))

(defn nthrest "The rest behind n elements." [coll n]
  (loop [n n xs coll]
    (if (and (pos? n) (seq xs)) (recur (dec n) (rest xs)) xs)))

(defn repeat "x for ever, or n times, lazily."
  ([x] (lazy-seq (cons x (repeat x))))
  ([n x] (take n (repeat x))))

(defn iterate "x, (f x), (f (f x)) ... lazily." [f x]
  (cons x (lazy-seq (iterate f (f x)))))

(defn interleave "The first of each, the second of each ... lazily."
  ([c1 c2]
   (lazy-seq
     (let [s1 (seq c1) s2 (seq c2)]
       (when (and s1 s2)
         (cons (first s1) (cons (first s2) (interleave (rest s1) (rest s2)))))))))

(defn partition "Lists of n elements each, lazily; what is left over is dropped."
  ([n coll] (partition n n coll))
  ([n step coll]
   (lazy-seq
     (when-let [s (seq coll)]
       (let [p (doall (take n s))]
         (when (= n (count p))
           (cons p (partition n step (nthrest s step)))))))))

(defn doall "Realises a lazy sequence and gives it." [coll]
  (loop [s (seq coll)]
    (if s (recur (next s)) coll)))

(defn dorun "Realises a lazy sequence." [coll]
  (loop [s (seq coll)]
    (when s (recur (next s)))))

(defn last "The last element, or nil." [coll]
  (loop [s (seq coll)]
    (if (next s) (recur (next s)) (first s))))

(defn butlast "All but the last element, or nil." [coll]
  (loop [result [] s (seq coll)]
    (if (next s) (recur (conj result (first s)) (next s)) (seq result))))

(defn mapcat "concat of map." [f & colls] (apply concat (apply map f colls)))

(defn mapv "map as a vector." [f & colls] (vec (apply map f colls)))

(defn filterv "filter as a vector." [pred coll] (vec (filter pred coll)))

(defn some "The first true value of pred for the elements, or nil." [pred coll]
  (loop [s (seq coll)]
    (when s
      (or (pred (first s)) (recur (next s))))))

(defn every? "Is pred true for all elements?" [pred coll]
  (loop [s (seq coll)]
    (if s
      (if (pred (first s)) (recur (next s)) false)
      true)))

(defn list* "A list of elements before a sequence."
  ([args] (seq args))
  ([a args] (cons a args))
  ([a b & more] (cons a (apply list* b more))))

(defn zipmap "A map of keys and values." [ks vs]
  (loop [m {} ks (seq ks) vs (seq vs)]
    (if (and ks vs)
      (recur (assoc m (first ks) (first vs)) (next ks) (next vs))
      m)))

(defn group-by "The elements by what f gives." [f coll]
  (reduce (fn [m x] (let [k (f x)] (assoc m k (conj (get m k []) x)))) {} coll))

(defn flatten "All elements of nested sequences." [x]
  (filter (complement sequential?) (rest (tree-seq sequential? seq x))))

(defn tree-seq "The nodes of a tree, depth first." [branch? children root]
  (let [walk (fn walk [node]
               (lazy-seq
                 (cons node
                       (when (branch? node)
                         (mapcat walk (children node))))))]
    (walk root)))

(defn complement "The function whose truth is opposite." [f]
  (fn [& args] (not (apply f args))))

(defn comp "The functions one after the other, the last one first."
  ([] identity)
  ([f] f)
  ([f & more] (let [g (apply comp more)] (fn [& args] (f (apply g args))))))

(defn partial "A function with its first arguments given." [f & args]
  (fn [& more] (apply f (concat args more))))

(defn constantly "A function that always gives x." [x] (fn [& args] x))

(defn vary-meta "The value with metadata changed by f." [obj f & args]
  (with-meta obj (apply f (meta obj) args)))

(defn alter-meta! "Changes the metadata of a var or namespace by f." [ref f & args]
  (reset-meta! ref (apply f (meta ref) args)))

(defn with-redefs-fn "Calls f with roots of vars changed." [binding-map f]
  (let [old (zipmap (keys binding-map) (map var-get (keys binding-map)))
        set-all (fn [m] (doseq [[v x] m] (set-root* v x)))]
    (try
      (set-all binding-map)
      (f)
      (finally (set-all old)))))

(defn update "The map with a value changed by f." [m k f & args]
  (assoc m k (apply f (get m k) args)))

(defn get-in "The value at a path." 
  ([m ks] (reduce get m ks))
  ([m ks not-found]
   (loop [m m ks (seq ks)]
     (if ks
       (if (contains? m (first ks)) (recur (get m (first ks)) (next ks)) not-found)
       m))))

(defn assoc-in "The map with a value at a path." [m [k & ks] v]
  (if ks
    (assoc m k (assoc-in (get m k) ks v))
    (assoc m k v)))

(defn update-in "The map with the value at a path changed by f." [m [k & ks] f & args]
  (if ks
    (assoc m k (apply update-in (get m k) ks f args))
    (assoc m k (apply f (get m k) args))))

(defn merge "The maps in one; later keys win." [& maps]
  (when (some identity maps)
    (reduce (fn [a b] (if b (conj (or a {}) b) a)) maps)))

(defn select-keys "The map with only some keys." [m ks]
  (reduce (fn [r k] (if (contains? m k) (assoc r k (get m k)) r)) {} ks))

(defn disj "The set without elements." [s & xs]
  (reduce (fn [s x] (if (contains? s x) (set (remove (fn [y] (= x y)) s)) s)) s xs))

(defn juxt "A function that gives what all give." [& fs]
  (fn [& args] (mapv (fn [f] (apply f args)) fs)))

(defn reverse "The elements from last to first." [coll] (into () coll))

(defn long "The integer of a number." [x] (if (integer? x) x (quot x 1)))

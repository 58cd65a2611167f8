;; SPDX-License-Identifier: Apache-2.0
;; Functions that make or combine functions, and the long tail of functions on collections.
(defn fnil
  "The function with defaults for arguments that are nil.
  ((fnil inc 0) nil) ; => 1"
  ([f x]
   (fn
     ([a] (f (if (nil? a) x a)))
     ([a b] (f (if (nil? a) x a) b))
     ([a b & more] (apply f (if (nil? a) x a) b more))))
  ([f x y]
   (fn
     ([a b] (f (if (nil? a) x a) (if (nil? b) y b)))
     ([a b & more] (apply f (if (nil? a) x a) (if (nil? b) y b) more))))
  ([f x y z]
   (fn [a b c & more]
     (apply f (if (nil? a) x a) (if (nil? b) y b) (if (nil? c) z c) more))))
(defn every-pred
  "Are all predicates true of all arguments?
  ((every-pred odd? pos?) 3) ; => true"
  [& preds]
  (fn [& args] (every? (fn [p] (every? p args)) preds)))
(defn some-fn
  "The first true answer of any of the functions to any argument.
  ((some-fn odd? neg?) 2 -2) ; => true"
  [& fs]
  (fn [& args] (some (fn [x] (some (fn [f] (f x)) fs)) args)))
(defn memoize
  "The function, remembering its answers.
  ((memoize inc) 1) ; => 2"
  [f]
  (let [known (atom {})]
    (fn [& args]
      (if-let [e (find @known args)]
        (val e)
        (let [answer (apply f args)]
          (swap! known assoc args answer)
          answer)))))
(defn trampoline
  "Calls f, then what it gives as long as that is a function.
  (trampoline (fn [] 1)) ; => 1"
  ([f]
   (let [answer (f)]
     (if (fn? answer) (recur answer) answer)))
  ([f & args] (trampoline (fn [] (apply f args)))))
(defn comparator
  "A function for sort from a predicate that says whether x comes first.
  ((comparator <) 1 2) ; => -1"
  [pred]
  (fn [x y] (cond (pred x y) -1 (pred y x) 1 :else 0)))
(defn file-seq
  "Nothing here; files are reached through slurp and spit."
  [dir]
  (throw (UnsupportedOperationException. "file-seq is not supported")))
(defn keep-indexed
  "The answers of f to index and element that are not nil.
  (keep-indexed (fn [i x] (if (odd? i) x)) [:a :b]) ; => (:b)"
  ([f] (keep-indexed-xf* f))
  ([f coll] (filter some? (map-indexed f coll))))
(defn rand-nth
  "A random element.
  (rand-nth [1]) ; => 1"
  [coll]
  (nth coll (rand-int (count coll))))
(defn random-sample
  "Each element with a probability.
  (random-sample 1.0 [1 2]) ; => (1 2)"
  ([prob] (filter (fn [_] (< (rand) prob))))
  ([prob coll] (filter (fn [_] (< (rand) prob)) coll)))
(defn completing
  "A reducing function with a step for the end.
  (transduce (map inc) (completing + str) 0 [1 2]) ; => \"5\""
  ([f] (completing f identity))
  ([f cf]
   (fn
     ([] (f))
     ([x] (cf x))
     ([x y] (f x y)))))
(defn special-symbol?
  "Does the symbol name a special form?
  (special-symbol? 'if) ; => true"
  [s]
  (contains? '#{quote if do let* loop* recur fn* letfn* var def set! throw try catch finally case* new . &} s))
(defn find-keyword
  "The keyword of a name.
  (find-keyword \"a\") ; => :a"
  ([name] (keyword name))
  ([ns name] (keyword ns name)))
(defn iterator-seq
  "The elements of what .iterator gave.
  (iterator-seq (.iterator [1 2])) ; => (1 2)"
  [iter]
  (seq iter))
(defn enumeration-seq
  "The elements of a collection."
  [e]
  (seq e))
(defn to-array
  "The elements as a vector: there are no arrays.
  (seq (to-array [1 2])) ; => (1 2)"
  [coll]
  (vec coll))
(defn into-array
  "The elements as a vector: there are no arrays.
  (seq (into-array [1 2])) ; => (1 2)"
  ([coll] (vec coll))
  ([type coll] (vec coll)))
(defn object-array
  "As to-array.
  (seq (object-array [1 2])) ; => (1 2)"
  [coll]
  (vec coll))
(defn iteration
  "A sequence of pages: step is called with a token, the answer gives value and next token.
  (vec (iteration (fn [k] (if (< k 3) k)) :initk 0 :kf inc)) ; => [0 1 2]"
  [step & {:keys [somef vf kf initk] :or {vf identity kf identity somef some? initk nil}}]
  ((fn next-page [ret]
     (lazy-seq
       (when (somef ret)
         (cons (vf ret)
               (when-some [k (kf ret)]
                 (next-page (step k)))))))
   (step initk)))
(defn tagged-literal
  "A tagged value.
  (:form (tagged-literal 'a 1)) ; => 1"
  [tag form]
  (->TaggedLiteral tag form))
(defn test
  "Calls the :test function of a var's metadata.
  (test (with-meta {} {})) ; => :no-test"
  [v]
  (if-let [f (:test (meta v))]
    (do (f) :ok)
    :no-test))

(defn replace
  "With the elements that are keys of a map replaced by their values.
  (replace {1 :one} [1 2]) ; => [:one 2]"
  ([smap] (map (fn [x] (if-let [e (find smap x)] (val e) x))))
  ([smap coll]
   (if (vector? coll)
     (mapv (fn [x] (if-let [e (find smap x)] (val e) x)) coll)
     (map (fn [x] (if-let [e (find smap x)] (val e) x)) coll))))

;; SPDX-License-Identifier: Apache-2.0
;; Macros that choose, thread and repeat.
(defn- doseq-step*
  [bindings body recur-form]
  (if (empty? bindings)
    [true `(do ~@body)]
    (let [[k v & more] bindings]
      (if (keyword? k)
        (let [[needs sub] (doseq-step* more body recur-form)]
          (case k
            :let [needs `(let ~v ~sub)]
            :while [false `(when ~v ~sub ~@(when needs [recur-form]))]
            :when [false `(if ~v (do ~sub ~@(when needs [recur-form])) ~recur-form)]
            (throw (IllegalArgumentException. (str "doseq expected :let, :when or :while but got " k)))))
        (let [s (gensym "seq__")
              again `(recur (next ~s))
              [needs sub] (doseq-step* more body again)]
          [true `(loop [~s (seq ~v)]
                   (when ~s
                     (let [~k (first ~s)]
                       ~sub
                       ~@(when needs [again]))))])))))
(defn- for-step*
  [groups body]
  (let [[[k v & modifiers] & more] groups
        walk (gensym "iter__")
        s (gensym "s__")
        inner (fn inner [ms]
                (if (seq ms)
                  (let [[m x & others] ms]
                    (case m
                      :let `(let ~x ~(inner others))
                      :while `(when ~x ~(inner others))
                      :when `(if ~x ~(inner others) (recur (rest ~s)))
                      (throw (IllegalArgumentException. (str "for expected :let, :when or :while but got " m)))))
                  (if more
                    `(let [items# (seq ~(for-step* more body))]
                       (if items#
                         (concat items# (~walk (rest ~s)))
                         (recur (rest ~s))))
                    `(cons ~body (~walk (rest ~s))))))]
    `((fn ~walk [~s]
        (lazy-seq
          (loop [~s ~s]
            (when-let [~s (seq ~s)]
              (let [~k (first ~s)]
                ~(inner modifiers))))))
      ~v)))
(defn bound-var?*
  "Has the name a value in the current namespace? Behind defonce."
  [name]
  (let [v (ns-resolve *ns* name)]
    (and (var? v) (bound? v))))
(defmacro with-in-str
  "Evaluates the body with *in* reading from a string.
  (with-in-str \"a\\nb\" (read-line)) ; => \"a\""
  [s & body]
  `(binding [*in* (atom ~s)] ~@body))
(defmacro with-precision
  "Evaluates the body with decimals rounded to a number of digits.
  (with-precision 3 (/ 1M 3M)) ; => 0.333M"
  [precision & exprs]
  (let [body (if (= (first exprs) :rounding) (next (next exprs)) exprs)]
    `(with-precision* ~precision (fn [divide#] (let [~'/ divide#] ~@body)))))
(defn with-precision*
  "Behind with-precision: calls f with a division to so many digits."
  [precision f]
  (let [result (f (fn [x y] (if (or (decimal? x) (decimal? y)) (divide-decimals* precision x y) (/ x y))))]
    (if (decimal? result) (round-decimal* precision result) result)))
(defmacro locking
  "Evaluates the body; one thread at a time holds x.
  (locking :x 1) ; => 1"
  [x & body]
  `(do ~x ~@body))
(defmacro dosync
  "Evaluates the body; refs are changed one by one.
  (dosync 1) ; => 1"
  [& body]
  `(do ~@body))
(defmacro bound-fn
  "A function that runs with the bindings of the place where it was made.
  ((bound-fn [] 1)) ; => 1"
  [& tail]
  `(bound-fn* (fn ~@tail)))
(defn bound-fn*
  "The function with the bindings of now.
  ((bound-fn* inc) 1) ; => 2"
  [f]
  (let [bindings (get-thread-bindings)]
    (fn [& args] (apply with-bindings* bindings f args))))
(defmacro vswap!
  "Changes a volatile by a function.
  (vswap! (volatile! 1) inc) ; => 2"
  [vol f & args]
  `(let [v# ~vol] (vreset! v# (~f (deref v#) ~@args))))
(defmacro pvalues
  "The values of expressions, each evaluated on a thread of its own.
  (pvalues 1 2) ; => (1 2)"
  [& exprs]
  `(pcalls ~@(map (fn [e] (list 'fn [] e)) exprs)))

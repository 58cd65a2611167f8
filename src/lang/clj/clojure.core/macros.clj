; SPDX-License-Identifier: Apache-2.0
; The macros of clojure.core that are not written in C++. See lang/embedded.hh for the form of these files.

(defmacro comment "Leaves its forms out." [& body] nil)

(defmacro when "Evaluates the body if the test is true." [test & body]
  `(if ~test (do ~@body)))

(defmacro when-not "Evaluates the body if the test is false." [test & body]
  `(if ~test nil (do ~@body)))

(defmacro if-not "if with the branches exchanged."
  ([test then] `(if ~test nil ~then))
  ([test then else] `(if ~test ~else ~then)))

(defmacro and "The first false value, else the last one."
  ([] true)
  ([x] x)
  ([x & more] `(let* [and# ~x] (if and# (and ~@more) and#))))

(defmacro or "The first true value, else the last one."
  ([] nil)
  ([x] x)
  ([x & more] `(let* [or# ~x] (if or# or# (or ~@more)))))

(defmacro cond "The value behind the first test that is true." [& clauses]
  (if (seq clauses)
    (let [test (first clauses)
          more (next clauses)]
      (if (nil? more)
        (throw (IllegalArgumentException. "cond requires an even number of forms")))
      (list 'if test (first more) (cons 'clojure.core/cond (next more))))))

(defmacro condp "Compares an expression with each clause by a predicate." [pred expr & clauses]
  (let [gpred (gensym "pred__")
        gexpr (gensym "expr__")
        emit (fn emit [args]
               (let [n (if (= :>> (second args)) 3 2)
                     clause (take n args)
                     more (drop n args)
                     c (count clause)]
                 (cond
                   (= 0 c) `(throw (IllegalArgumentException. (str "No matching clause: " ~gexpr)))
                   (= 1 c) (first clause)
                   (= 2 c) `(if (~gpred ~(first clause) ~gexpr) ~(second clause) ~(emit more))
                   :else `(if-let [p# (~gpred ~(first clause) ~gexpr)]
                            (~(nth clause 2) p#)
                            ~(emit more)))))]
    `(let [~gpred ~pred ~gexpr ~expr] ~(emit clauses))))

(defmacro -> "Threads a value through forms as their first argument." [x & forms]
  (loop [x x forms forms]
    (if forms
      (let [form (first forms)
            threaded (if (seq? form)
                       (with-meta `(~(first form) ~x ~@(next form)) (meta form))
                       (list form x))]
        (recur threaded (next forms)))
      x)))

(defmacro ->> "Threads a value through forms as their last argument." [x & forms]
  (loop [x x forms forms]
    (if forms
      (let [form (first forms)
            threaded (if (seq? form)
                       (with-meta `(~(first form) ~@(next form) ~x) (meta form))
                       (list form x))]
        (recur threaded (next forms)))
      x)))

(defmacro as-> "Binds a name to each form's value in turn." [expr name & forms]
  `(let [~name ~expr ~@(interleave (repeat name) (butlast forms))]
     ~(if (empty? forms) name (last forms))))

(defmacro cond-> "-> through the forms whose test is true." [expr & clauses]
  (let [g (gensym "v__")
        steps (map (fn [[test step]] `(if ~test (-> ~g ~step) ~g)) (partition 2 clauses))]
    `(let [~g ~expr ~@(interleave (repeat g) (butlast steps))]
       ~(if (empty? steps) g (last steps)))))

(defmacro cond->> "->> through the forms whose test is true." [expr & clauses]
  (let [g (gensym "v__")
        steps (map (fn [[test step]] `(if ~test (->> ~g ~step) ~g)) (partition 2 clauses))]
    `(let [~g ~expr ~@(interleave (repeat g) (butlast steps))]
       ~(if (empty? steps) g (last steps)))))

(defmacro some-> "-> until a value is nil." [expr & forms]
  (let [g (gensym "v__")
        steps (map (fn [step] `(if (nil? ~g) nil (-> ~g ~step))) forms)]
    `(let [~g ~expr ~@(interleave (repeat g) (butlast steps))]
       ~(if (empty? steps) g (last steps)))))

(defmacro some->> "->> until a value is nil." [expr & forms]
  (let [g (gensym "v__")
        steps (map (fn [step] `(if (nil? ~g) nil (->> ~g ~step))) forms)]
    `(let [~g ~expr ~@(interleave (repeat g) (butlast steps))]
       ~(if (empty? steps) g (last steps)))))

(defmacro .. "Calls members one after the other."
  ([x form] `(. ~x ~@(if (seq? form) form (list form))))
  ([x form & more] `(.. (. ~x ~@(if (seq? form) form (list form))) ~@more)))

(defmacro doto "Calls forms with a value as their first argument, gives the value." [x & forms]
  (let [g (gensym "v__")]
    `(let [~g ~x]
       ~@(map (fn [f] (if (seq? f) `(~(first f) ~g ~@(next f)) `(~f ~g))) forms)
       ~g)))

(defmacro while "Evaluates the body as long as the test is true." [test & body]
  `(loop [] (when ~test ~@body (recur))))

(defmacro dotimes "Evaluates the body with a name bound to 0, 1, 2 ..." [bindings & body]
  (let [i (first bindings)
        n (second bindings)]
    `(let [n# (long ~n)]
       (loop [~i 0]
         (when (< ~i n#)
           ~@body
           (recur (inc ~i)))))))

(defmacro when-first "Binds the first element if there is one." [bindings & body]
  (let [[x xs] bindings]
    `(when-let [xs# (seq ~xs)]
       (let [~x (first xs#)] ~@body))))

(defn- doseq-step [bindings body]
  (if (empty? bindings)
    `(do ~@body)
    (let [k (first bindings)
          v (second bindings)
          more (nthrest bindings 2)]
      (cond
        (= k :let) `(let ~v ~(doseq-step more body))
        (= k :when) `(when ~v ~(doseq-step more body))
        (= k :while) `(if ~v ~(doseq-step more body) :clojure.core/stop)
        :else (let [s (gensym "seq__")
                    result (gensym "result__")]
                `(loop [~s (seq ~v)]
                   (when ~s
                     (let [~k (first ~s)
                           ~result ~(doseq-step more body)]
                       (when-not (= ~result :clojure.core/stop)
                         (recur (next ~s)))))))))))

(defmacro doseq "Evaluates the body for each combination of elements." [bindings & body]
  (list 'do (doseq-step bindings (concat body '(nil))) nil))

(defn- for-step [bindings body]
  (let [[x coll & more] bindings
        modifiers (vec (take-while (fn [[k _]] (keyword? k)) (partition 2 more)))
        inner (drop (* 2 (count modifiers)) more)
        go (gensym "go__")
        s (gensym "seq__")
        again `(~go (rest ~s))
        emit (fn emit [modifiers]
               (if (empty? modifiers)
                 (if (empty? inner)
                   `(cons ~body ~again)
                   `(let [inner# (seq ~(for-step inner body))]
                      (if inner# (concat inner# ~again) (recur (rest ~s)))))
                 (let [[k v] (first modifiers)]
                   (cond
                     (= k :let) `(let ~v ~(emit (rest modifiers)))
                     (= k :when) `(if ~v ~(emit (rest modifiers)) (recur (rest ~s)))
                     (= k :while) `(if ~v ~(emit (rest modifiers)) nil)
                     :else (throw (IllegalArgumentException. (str "Invalid 'for' keyword " k)))))))]
    `((fn ~go [~s]
        (lazy-seq
          (loop [~s ~s]
            (when-let [~s (seq ~s)]
              (let [~x (first ~s)]
                ~(emit modifiers))))))
      ~coll)))

(defmacro for "The values of the body for each combination of elements, lazily." [bindings body]
  (for-step bindings body))

(defmacro lazy-cat "The elements of all, each computed when it is needed." [& colls]
  `(concat ~@(map (fn [c] `(lazy-seq ~c)) colls)))

(defmacro delay "What the body gives, computed when it is first asked for." [& body]
  `(delay* (fn* [] ~@body)))

(defmacro defonce "def, unless the name has a value." [name expr]
  `(let [v# (def ~name)]
     (when-not (bound? v#)
       (def ~name ~expr))))

(defmacro declare "Names that will be defined later." [& names]
  `(do ~@(map (fn [n] (list 'def (vary-meta n assoc :declared true))) names)))

(defmacro binding "Binds dynamic vars for this thread while the body runs." [bindings & body]
  (let [pairs (mapcat (fn [[n v]] [`(var ~n) v]) (partition 2 bindings))]
    `(with-bindings* (hash-map ~@pairs) (fn* [] ~@body))))

(defmacro with-bindings "Binds vars of a map for this thread while the body runs." [m & body]
  `(with-bindings* ~m (fn* [] ~@body)))

(defmacro with-redefs "Changes roots of vars while the body runs." [bindings & body]
  `(with-redefs-fn ~(zipmap (map (fn [n] `(var ~n)) (take-nth 2 bindings))
                            (take-nth 2 (next bindings)))
     (fn* [] ~@body)))

(defmacro with-out-str "What the body prints, as a string." [& body]
  `(with-out-str* (fn* [] ~@body)))

(defmacro assert "Throws AssertionError unless the value is true."
  ([x]
   (when *assert*
     `(when-not ~x
        (throw (AssertionError. (str "Assert failed: " (pr-str '~x)))))))
  ([x message]
   (when *assert*
     `(when-not ~x
        (throw (AssertionError. (str "Assert failed: " ~message "\n" (pr-str '~x))))))))

(defmacro import "Makes records of other namespaces known by their short name." [& specs]
  `(import* ~@(map (fn [s] `(quote ~s)) specs)))

(defmacro time "Evaluates and prints how long it took." [expr]
  `(let [start# (System/nanoTime)
         result# ~expr]
     (prn (str "Elapsed time: " (/ (double (- (System/nanoTime) start#)) 1000000.0) " msecs"))
     result#))

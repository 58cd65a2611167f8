;; SPDX-License-Identifier: Apache-2.0
;; Macros around input, precision, threads and transactions.
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

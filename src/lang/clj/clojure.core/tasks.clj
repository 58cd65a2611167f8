;; SPDX-License-Identifier: Apache-2.0
;; Work on other threads, and transactions.
(defmacro future
  "What the body gives, computed on another thread; @ waits for it.
  @(future (+ 1 2)) ; => 3"
  [& body]
  `(future-call (fn* [] ~@body)))
(defn pmap
  "map, with the calls of f on other threads, some at a time.
  (pmap inc [1 2]) ; => (2 3)"
  ([f coll]
   (mapcat (fn [part] (map deref (doall (map (fn [x] (future (f x))) part))))
           (partition-all 8 coll)))
  ([f coll & colls]
   (pmap (fn [args] (apply f args)) (apply map vector coll colls))))
(defn pcalls
  "What functions without arguments give, called on other threads.
  (pcalls (fn [] 1) (fn [] 2)) ; => (1 2)"
  [& fns]
  (pmap (fn [f] (f)) fns))
(defmacro pvalues
  "The values of expressions, each evaluated on a thread of its own.
  (pvalues 1 2) ; => (1 2)"
  [& exprs]
  `(pcalls ~@(map (fn [e] (list 'fn [] e)) exprs)))
(defmacro dosync
  "Evaluates the body; the refs that it changes are changed together, or not when it throws.
  (dosync (ref-set (ref 1) 2)) ; => 2"
  [& body]
  `(dosync* (fn* [] ~@body)))
(defmacro io!
  "Evaluates the body.
  (io! 1) ; => 1"
  [& body]
  `(do ~@body))

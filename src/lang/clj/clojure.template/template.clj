;; SPDX-License-Identifier: Apache-2.0
;; Expressions with holes.
(require '[clojure.walk :as walk])
(defn apply-template
  "The expression with the names of argv replaced by values.
  (clojure.template/apply-template '[x] '(+ x x) [2]) ; => (+ 2 2)"
  [argv expr values]
  (walk/postwalk-replace (zipmap argv values) expr))
(defmacro do-template
  "Repeats an expression for each group of values.
  (clojure.template/do-template [x] (inc x) 1 2) ; => 3"
  [argv expr & values]
  (let [c (count argv)]
    `(do ~@(map (fn [a] (apply-template argv expr a)) (partition c values)))))

;; SPDX-License-Identifier: Apache-2.0
;; Walking nested collections.
(defn walk
  "Applies inner to each element and outer to what comes of it.
  (clojure.walk/walk inc vec [1 2]) ; => [2 3]"
  [inner outer form]
  (cond
    (list? form) (outer (with-meta (apply list (map inner form)) (meta form)))
    (record? form) (outer (reduce (fn [r x] (conj r (inner x))) form form))
    (map? form) (outer (into (empty form) (map inner form)))
    (vector? form) (outer (with-meta (mapv inner form) (meta form)))
    (set? form) (outer (into (empty form) (map inner form)))
    (seq? form) (outer (doall (map inner form)))
    :else (outer form)))
(defn postwalk
  "Applies f to each part, the inner ones first.
  (clojure.walk/postwalk (fn [x] (if (number? x) (inc x) x)) [1 [2]]) ; => [2 [3]]"
  [f form]
  (walk (fn [x] (postwalk f x)) f form))
(defn prewalk
  "Applies f to each part, the outer ones first.
  (clojure.walk/prewalk (fn [x] (if (number? x) (inc x) x)) [1 [2]]) ; => [2 [3]]"
  [f form]
  (walk (fn [x] (prewalk f x)) identity (f form)))
(defn keywordize-keys
  "With keys that are strings made keywords, everywhere.
  (clojure.walk/keywordize-keys {\"a\" 1}) ; => {:a 1}"
  [m]
  (postwalk (fn [x]
              (if (map? x)
                (into {} (map (fn [[k v]] [(if (string? k) (keyword k) k) v]) x))
                x))
            m))
(defn stringify-keys
  "With keys that are keywords made strings, everywhere.
  (clojure.walk/stringify-keys {:a 1}) ; => {\"a\" 1}"
  [m]
  (postwalk (fn [x]
              (if (map? x)
                (into {} (map (fn [[k v]] [(if (keyword? k) (name k) k) v]) x))
                x))
            m))
(defn postwalk-replace
  "With parts replaced by what a map gives for them, the inner ones first.
  (clojure.walk/postwalk-replace {:a 1} [:a]) ; => [1]"
  [smap form]
  (postwalk (fn [x] (if (contains? smap x) (smap x) x)) form))
(defn prewalk-replace
  "With parts replaced by what a map gives for them, the outer ones first.
  (clojure.walk/prewalk-replace {:a 1} [:a]) ; => [1]"
  [smap form]
  (prewalk (fn [x] (if (contains? smap x) (smap x) x)) form))
(defn macroexpand-all
  "With all macros expanded."
  [form]
  (prewalk (fn [x] (if (seq? x) (macroexpand x) x)) form))

; SPDX-License-Identifier: Apache-2.0
; Functions of clojure.core that need not be fast.

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

(defn juxt "A function that gives what all give." [& fs]
  (fn [& args] (mapv (fn [f] (apply f args)) fs)))

(defn concat "The elements of all, lazily." [& colls] (concat* colls))

(defn list* "A list of elements before a sequence."
  ([args] (seq args))
  ([a args] (cons a args))
  ([a b & more] (cons a (apply list* b more))))

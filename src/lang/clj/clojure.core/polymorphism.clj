; SPDX-License-Identifier: Apache-2.0
; Protocols, records, multimethods and hierarchies.

(defmacro defprotocol "Functions that choose their body by the type of the first argument." [name & sigs]
  (let [doc (when (string? (first sigs)) (first sigs))
        sigs (remove (fn [s] (or (string? s) (keyword? s) (boolean? s))) sigs)
        methods (mapv (fn [s] (keyword (clojure.core/name (first s)))) sigs)]
    `(do
       (def ~(if doc (vary-meta name assoc :doc doc) name) (protocol* '~name ~methods))
       ~@(map (fn [[method & more]]
                (let [arglists (filter vector? more)
                      doc (first (filter string? more))]
                  `(def ~(vary-meta method assoc :arglists `(quote ~arglists) :doc doc)
                     (protocol-method* ~name ~(keyword (clojure.core/name method))))))
              sigs)
       '~name)))

(defn- parse-impls [specs]
  (loop [groups [] specs specs]
    (if (seq specs)
      (recur (conj groups [(first specs) (take-while seq? (next specs))])
             (drop-while seq? (next specs)))
      groups)))

(defn- method-map [methods wrap]
  (reduce (fn [m [name group]]
            (assoc m (keyword (clojure.core/name name))
                   `(fn ~@(mapcat wrap group))))
          {}
          (group-by first methods)))

(defn- plain-bodies [[_ & more]]
  (if (vector? (first more)) [more] more))

(defmacro extend-type "Gives a type the methods of protocols." [type & specs]
  `(do ~@(map (fn [[protocol methods]]
                `(extend ~type ~protocol ~(method-map methods plain-bodies)))
              (parse-impls specs))
       nil))

(defmacro extend-protocol "Gives types the methods of one protocol." [protocol & specs]
  `(do ~@(map (fn [[type methods]]
                `(extend ~type ~protocol ~(method-map methods plain-bodies)))
              (parse-impls specs))
       nil))

(defn- field-bodies [fields]
  (fn [[_ params & body]]
    (let [this (if (symbol? (first params)) (first params) (gensym "this__"))
          shadowed (set (flatten params))
          used (remove shadowed fields)
          rest-params (vec (next params))]
      [`([~this ~@rest-params]
         (let [~@(mapcat (fn [f] [f `(. ~this ~(symbol (str "-" f)))]) used)]
           ~@body))])))

(defn- define-type [name fields specs record?]
  (let [fields (mapv (fn [f] (with-meta f nil)) fields)
        constructor (symbol (str "->" name))]
    `(do
       (record-type* '~name '~fields ~record?)
       (defn ~constructor ~(str "A " name " of its fields in order.") ~fields (new ~name ~@fields))
       ~@(when record?
           [`(defn ~(symbol (str "map->" name)) ~(str "A " name " of a map.") [m#]
               (map->record* ~name m#))])
       ~@(map (fn [[protocol methods]]
                `(extend ~name ~protocol ~(method-map methods (field-bodies fields))))
              (parse-impls (drop-while keyword? specs)))
       ~name)))

(defmacro defrecord "A type of maps with fixed fields." [name fields & specs]
  (define-type name fields specs true))

(defmacro deftype "A type with fields that is no map." [name fields & specs]
  (define-type name fields specs false))

(defmacro reify "A value of no type of its own that has the methods of protocols." [& specs]
  `(reify* ~(into {} (map (fn [[protocol methods]] [protocol (method-map methods plain-bodies)])
                          (parse-impls specs)))))

(defmacro defmulti "A function that chooses its body by what a dispatch function gives." [name & options]
  (let [doc (when (string? (first options)) (first options))
        options (if doc (next options) options)
        attributes (when (map? (first options)) (first options))
        options (if attributes (next options) options)
        dispatch (first options)
        {:keys [default hierarchy] :or {default :default}} (apply hash-map (next options))]
    `(let [v# (def ~name)]
       (when-not (and (bound? v#) (multimethod? (deref v#)))
         (def ~(vary-meta name assoc :doc doc)
           (multimethod* '~name ~dispatch ~default ~hierarchy))))))

(defmacro defmethod "A body of a multimethod." [multifn dispatch-val & fn-tail]
  `(add-method* ~multifn ~dispatch-val (fn ~@fn-tail)))

(defn multimethod? "Is it a multimethod?" [x]
  (= "clojure.lang.MultiFn" (first (type-names* (class x)))))

(defn make-hierarchy "A hierarchy without relations." []
  {:parents {} :descendants {} :ancestors {}})

(def global-hierarchy (make-hierarchy))

(defn isa? "Is child equal to parent, or derived from it?"
  ([child parent] (isa? global-hierarchy child parent))
  ([h child parent]
   (or (= child parent)
       (and (class? child) (class? parent) (subtype?* child parent))
       (contains? (get (:ancestors h) child #{}) parent)
       (and (class? child)
            (some (fn [[c as]] (and (class? c) (subtype?* child c) (contains? as parent)))
                  (:ancestors h))
            true)
       (and (vector? parent) (vector? child)
            (= (count parent) (count child))
            (loop [i 0]
              (cond (= i (count parent)) true
                    (isa? h (child i) (parent i)) (recur (inc i))
                    :else false))))))

(defn parents "The direct parents, or nil."
  ([tag] (parents global-hierarchy tag))
  ([h tag] (not-empty (get (:parents h) tag))))

(defn ancestors "All that are above, or nil."
  ([tag] (ancestors global-hierarchy tag))
  ([h tag] (not-empty (get (:ancestors h) tag))))

(defn descendants "All that are below, or nil."
  ([tag] (descendants global-hierarchy tag))
  ([h tag] (not-empty (get (:descendants h) tag))))

(defn- relate [m source sources target targets]
  (reduce (fn [result k]
            (assoc result k (reduce conj (get targets k #{}) (cons target (targets target)))))
          m
          (cons source (sources source))))

(defn derive "Makes a tag a child of a parent."
  ([tag parent]
   (assert (namespace parent))
   (assert (or (class? tag) (and (or (keyword? tag) (symbol? tag)) (namespace tag))))
   (alter-var-root #'global-hierarchy derive tag parent)
   nil)
  ([h tag parent]
   (assert (not= tag parent))
   (let [tp (:parents h)
         td (:descendants h)
         ta (:ancestors h)]
     (if (contains? (get tp tag #{}) parent)
       h
       (do
         (when (contains? (get ta tag #{}) parent)
           (throw (Exception. (str tag " already has " parent " as ancestor"))))
         (when (contains? (get ta parent #{}) tag)
           (throw (Exception. (str "Cyclic derivation: " parent " has " tag " as ancestor"))))
         {:parents (assoc tp tag (conj (get tp tag #{}) parent))
          :ancestors (relate ta tag td parent ta)
          :descendants (relate td parent ta tag td)})))))

(defn underive "Removes what derive said."
  ([tag parent]
   (alter-var-root #'global-hierarchy underive tag parent)
   nil)
  ([h tag parent]
   (let [left (disj (get (:parents h) tag #{}) parent)
         all (if (empty? left) (dissoc (:parents h) tag) (assoc (:parents h) tag left))]
     (if (contains? (get (:parents h) tag #{}) parent)
       (reduce (fn [h [t p]] (derive h t p))
               (make-hierarchy)
               (mapcat (fn [[t ps]] (map (fn [p] [t p]) ps)) all))
       h))))

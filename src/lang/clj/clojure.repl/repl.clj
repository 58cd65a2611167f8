;; SPDX-License-Identifier: Apache-2.0
;; What a person asks at a prompt: what a name means, and which names there are.
(require '[clojure.string :as string])
(defn- print-doc* [v]
  (let [m (meta v)]
    (println "-------------------------")
    (println (str (ns-name (:ns m)) "/" (:name m)))
    (when-let [lists (:arglists m)] (prn lists))
    (when (:macro m) (println "Macro"))
    (when (:doc m)
      (doseq [line (string/split-lines (:doc m))]
        (println (str "  " (string/trim line)))))))
(defn- stage-of* [name]
  (when (and (nil? (namespace name)) (find-ns 'reops.stages))
    (ns-resolve 'reops.stages name)))
(defn doc*
  "What `doc` does, for a symbol as a value."
  [name]
  (let [found (try (resolve name) (catch Exception _ nil))
        v (when (var? found) found)
        stage (stage-of* name)
        same (and v stage (= (:doc (meta v)) (:doc (meta stage))))]
    (cond
      v (print-doc* v)
      (find-ns name) (do (println "-------------------------")
                         (println (str "namespace " name))
                         (println (str "  (dir " name ") lists its names")))
      (nil? stage) (println (str "nothing is named " name "; (find-doc \"" name
                                 "\") searches all descriptions")))
    (when (and stage (not same))
      (when v (println) (println "as a stage, between bars inside run:"))
      (print-doc* stage))))
(defmacro doc
  "Prints what a name means, with its arguments and an example.
  (doc map)"
  [name]
  `(doc* '~name))
;; Every described var once: the stages are known under two names.
(defn- all-vars* []
  (->> (sort-by (fn [space] (str (ns-name space))) (all-ns))
       (mapcat (fn [space] (vals (ns-publics space))))
       (filter (fn [v] (:doc (meta v))))
       (reduce (fn [[seen out] v]
                 (let [m (meta v)
                       mark [(:name m) (:doc m)]]
                   (if (seen mark) [seen out] [(conj seen mark) (conj out v)])))
               [#{} []])
       second))
(defn- matches* [wanted text]
  (and text (if (string? wanted)
              (string/includes? (string/lower-case text) (string/lower-case wanted))
              (re-find wanted text))))
(defn find-doc
  "Prints the description of every name in which the text or pattern occurs.
  (find-doc \"guests\")"
  [wanted]
  (doseq [v (all-vars*)
          :let [m (meta v)]
          :when (or (matches* wanted (:doc m)) (matches* wanted (str (:name m))))]
    (print-doc* v)))
(defn apropos
  "The names in which the text or pattern occurs.
  (apropos \"partition\")"
  [wanted]
  (sort (for [v (all-vars*)
              :let [m (meta v)]
              :when (matches* wanted (str (:name m)))]
          (symbol (str (ns-name (:ns m))) (str (:name m))))))
(defn dir-fn
  "The public names of a namespace, sorted.
  (dir-fn 'clojure.string)"
  [space]
  (sort (keys (ns-publics space))))
(defmacro dir
  "Prints the public names of a namespace.
  (dir clojure.string)"
  [space]
  `(doseq [name# (dir-fn '~space)] (println name#)))

;; SPDX-License-Identifier: Apache-2.0
;; Reading data.
(defn- tagged* [{:keys [readers default]} x]
  (let [tag (clojure.core/tag* x)
        form (when tag (clojure.core/tagged-form* x))]
    (cond
      (nil? tag) x
      (contains? readers tag) ((get readers tag) form)
      (contains? #{'inst 'uuid} tag) x
      default (default tag form)
      :else (throw (RuntimeException. (str "No reader function for tag " tag))))))
(defn- walk* [opts x]
  (tagged* opts
           (cond
             (clojure.core/tag* x) (clojure.core/->TaggedLiteral (clojure.core/tag* x)
                                                                 (walk* opts (clojure.core/tagged-form* x)))
             (map? x) (into {} (map (fn [[k v]] [(walk* opts k) (walk* opts v)])) x)
             (vector? x) (mapv (fn [y] (walk* opts y)) x)
             (set? x) (into #{} (map (fn [y] (walk* opts y))) x)
             (seq? x) (apply list (map (fn [y] (walk* opts y)) x))
             :else x)))
(defn read-string
  "The first value that a text spells. Options: :readers, :default, :eof.
  (clojure.edn/read-string \"{:a [1 2]}\") ; => {:a [1 2]}"
  ([s] (read-string {:eof nil} s))
  ([opts s]
   (when s
     (let [[form end] (clojure.core/read-first* s)]
       (cond
         end (walk* opts form)
         (contains? opts :eof) (:eof opts)
         :else (throw (RuntimeException. "EOF while reading")))))))

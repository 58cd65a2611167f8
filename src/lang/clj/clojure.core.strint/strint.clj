;; SPDX-License-Identifier: Apache-2.0
;; Strings with holes: (<< "~{x} and ~(+ 1 2)").
(defn- read-part* [text]
  ;; The form at the front of text and what is behind it.
  (read+rest* text))
(defn- interpolate* [s]
  (let [at (clojure.string/index-of s "~")]
    (cond
      (nil? at) (if (= s "") nil (list s))
      :else
      (let [before (subs s 0 at)
            after (subs s (inc at))
            head (if (= before "") nil (list before))]
        (cond
          (clojure.string/starts-with? after "{")
          (let [close (clojure.string/index-of after "}")]
            (when (nil? close)
              (throw (IllegalArgumentException. (str "<< expected } behind ~{ in " (pr-str s)))))
            (concat head
                    (list (read-string (subs after 1 close)))
                    (interpolate* (subs after (inc close)))))
          (clojure.string/starts-with? after "(")
          (let [[form more] (read-part* after)]
            (concat head (list form) (interpolate* more)))
          :else (concat (list (str before "~")) (interpolate* after)))))))
(defmacro <<
  "A string with holes: ~{name} and ~(call).
  (let [x 1] (clojure.core.strint/<< \"x is ~{x}, twice ~(* 2 x)\")) ; => \"x is 1, twice 2\""
  [& strings]
  `(str ~@(interpolate* (apply str strings))))

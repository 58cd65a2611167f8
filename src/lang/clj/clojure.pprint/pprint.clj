;; SPDX-License-Identifier: Apache-2.0
;; Values over several lines, and tables.
(def ^:dynamic *print-right-margin* 72)
(defn- opening* [x] (cond (set? x) "#{" (vector? x) "[" (map? x) "{" :else "("))
(defn- closing* [x] (cond (or (set? x) (map? x)) "}" (vector? x) "]" :else ")"))
(defn- plain* [x] (if (record? x) (into {} x) x))
(declare show*)
;; The text of x from a column on; `after` characters follow it on its last line. A collection that
;; does not fit has each of its parts on a line of its own.
(defn- show-entry* [[k v] column after]
  (let [before (show* k column 1)
        flat (pr-str (plain* v))]
    (if (< (+ column (count before) 1 (count flat) after) *print-right-margin*)
      (str before " " flat)
      (str before "\n" (apply str (repeat column " ")) (show* v column after)))))
(defn- show* [x column after]
  (let [x (plain* x)
        flat (pr-str x)]
    (if (or (not (coll? x)) (empty? x) (< (+ column (count flat) after) *print-right-margin*))
      flat
      (let [open (opening* x)
            inner (+ column (count open))
            parts (if *print-length* (take *print-length* x) x)
            more (and *print-length* (seq (drop *print-length* x)))
            gap (if (map? x) 2 1)
            end (+ after (count (closing* x)))
            last-index (dec (count parts))
            shown (map-indexed (fn [i part]
                                 (let [after (if (and (= i last-index) (not more)) end gap)]
                                   (if (map? x) (show-entry* part inner after) (show* part inner after))))
                               parts)]
        (str open
             (clojure.string/join (str (if (map? x) "," "") "\n" (apply str (repeat inner " ")))
                                  (if more (concat shown ["..."]) shown))
             (closing* x))))))
(defn write
  "The value over several lines, printed, or as a string with :stream nil.
  (write [1 2] :stream nil) ; => \"[1 2]\""
  [x & {:keys [stream right-margin] :as options}]
  (binding [*print-right-margin* (or right-margin *print-right-margin*)]
    (if (and (contains? options :stream) (nil? stream))
      (show* x 0 0)
      (print (show* x 0 0)))))
(defn pprint
  "Prints a value over several lines.
  (pprint {:a 1}) ; prints {:a 1}"
  ([x] (println (show* x 0 0)))
  ([x writer] (binding [*out* writer] (pprint x))))
(defmacro pp
  "Prints the last value over several lines.
  (pp)"
  []
  `(pprint *1))
(defn print-table
  "Prints maps as the rows of a table.
  (print-table [:a] [{:a 1}])"
  ([rows] (print-table (keys (first rows)) rows))
  ([ks rows]
   (when (seq rows)
     (let [widths (map (fn [k] (apply max (count (str k)) (map (fn [row] (count (str (get row k)))) rows))) ks)
           pad (fn [width x] (str (apply str (repeat (- width (count (str x))) " ")) x))
           line (fn [left between right cells]
                  (str left (clojure.string/join between cells) right))]
       (println)
       (println (line "| " " | " " |" (map pad widths ks)))
       (println (line "|-" "-+-" "-|" (map (fn [w] (apply str (repeat w "-"))) widths)))
       (doseq [row rows]
         (println (line "| " " | " " |" (map (fn [k w] (pad w (get row k))) ks widths))))))))

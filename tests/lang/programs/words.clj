;; Counts words and reports.
(ns words (:require [clojure.string :as str]))
(def text "The quick brown fox jumps over the lazy dog.
The dog sleeps; the fox runs. A fox is a fox, and a dog is a dog!")
(defn words [s] (map str/lower-case (re-seq #"\w+" s)))
(def counts (frequencies (words text)))
(doseq [[w n] (take 5 (sort-by (juxt (comp - val) key) counts))]
  (println (format "%-6s %3d %s" w n (apply str (repeat n "*")))))
(println "lines" (count (str/split-lines text)) "words" (count (words text)) "distinct" (count counts))
(println "longest" (apply max-key count (sort (keys counts))))
(println (into (sorted-map) (map (fn [[k v]] [k (sort v)]) (group-by count (distinct (words text))))))
(println (str/join " " (map str/capitalize (take 4 (words text)))))
(println (->> (words text) (partition 2 1) frequencies (sort-by (fn [[k v]] [(- v) (vec k)])) (take 3)))

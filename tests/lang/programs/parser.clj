;; A small parser and calculator: precedence climbing over tokens.
(defn tokens [s] (map (fn [[t n]] (if n (parse-long n) (symbol t))) (re-seq #"(\d+)|[-+*/()]" s)))
(defn tokens [s] (for [t (re-seq #"\d+|[-+*/()]" s)] (if (re-matches #"\d+" t) (parse-long t) (keyword t))))
(declare expression)
(defn factor [[t & more]]
  (cond (number? t) [t more]
        (= t :-) (let [[v more] (factor more)] [(list '- v) more])
        (= t (keyword "(")) (let [[v [close & more]] (expression more)]
                   (when-not (= close (keyword ")")) (throw (ex-info "expected )" {:got close})))
                   [v more])
        :else (throw (ex-info (str "unexpected " (pr-str t)) {:token t}))))
(defn chain [operand ops]
  (fn [ts]
    (loop [[left ts] (operand ts)]
      (if-let [op (ops (first ts))]
        (let [[right more] (operand (rest ts))] (recur [(list op left right) more]))
        [left ts]))))
(def term (chain factor {:* '* :/ '/}))
(def expression (chain term {:+ '+ :- '-}))
(defn parse [s]
  (let [[tree more] (expression (tokens s))]
    (when (seq more) (throw (ex-info "trailing" {:rest more})))
    tree))
(def ops {'+ + '- - '* * '/ /})
(defn run [tree] (if (list? tree) (apply (ops (first tree)) (map run (rest tree))) tree))
(doseq [s ["1+2*3" "(1+2)*3" "10/4" "2*-3" "8-3-2" "((7))"]]
  (println s "=>" (parse s) "=>" (run (parse s))))
(doseq [s ["1+" "(1" "1 2"]]
  (println s (try (parse s) (catch clojure.lang.ExceptionInfo e [(ex-message e) (ex-data e)]))))
(println (tokens "12+(3)"))
(println (eval (parse "2*(3+4)")))

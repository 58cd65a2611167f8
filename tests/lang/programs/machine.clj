;; A stack machine, state machines, ratios and bits.
(defn execute [program]
  (loop [pc 0 stack [] out []]
    (if (>= pc (count program)) {:stack stack :out out}
        (let [[op arg] (nth program pc) a (peek stack) b (when (> (count stack) 1) (peek (pop stack)))]
          (case op
            :push (recur (inc pc) (conj stack arg) out)
            (:add :mul :sub) (recur (inc pc) (conj (pop (pop stack)) (({:add + :mul * :sub -} op) b a)) out)
            :dup (recur (inc pc) (conj stack a) out)
            :print (recur (inc pc) (pop stack) (conj out a))
            :jump-if (recur (if (zero? a) (inc pc) arg) (pop stack) out)
            (throw (ex-info "bad op" {:op op :pc pc})))))))
(println (execute [[:push 2] [:push 3] [:add] [:dup] [:mul] [:print]]))
(println (execute [[:push 3] [:dup] [:print] [:push 1] [:sub] [:dup] [:jump-if 1] [:push :done] [:print]]))
(println (try (execute [[:push 1] [:explode]]) (catch clojure.lang.ExceptionInfo e (ex-data e))))
(def door {:open {:close :closed} :closed {:open :open :lock :locked} :locked {:unlock :closed}})
(println (reductions (fn [s e] (get-in door [s e] s)) :open [:close :lock :open :unlock :open]))
(defn egypt [r] (loop [r r parts []] (if (zero? r) parts (let [d (long (Math/ceil (double (/ 1 r)))) p (/ 1 d)] (recur (- r p) (conj parts p))))))
(println (egypt 4/5) (egypt 2/3) (reduce + (egypt 4/5)))
(defn gcd [a b] (if (zero? b) a (recur b (mod a b))))
(println (gcd 48 36) (/ 48 36) (reduce * (map #(/ % (inc %)) (range 1 10))))
(defn pi-digits [n] (reduce + (map (fn [k] (/ (if (even? k) 4 -4) (inc (* 2 k)))) (range n))))
(println (pi-digits 6) (double (pi-digits 6)))
(println (map #(Long/toString % 2) [5 8 255]) (bit-or (bit-shift-left 5 4) 3))
(println (reduce *' (range 1 30)) (* 1.0 (/ 1 3)) (+ 1/3 2/3) (quot 17 5) (rem -17 5) (mod -17 5))
(println (take 8 (map first (iterate (fn [[n d]] [(+ n d) n]) [1 1]))) (rationalize 0.75))

; Sequences, strict and lazy.
[(first [1 2]) (first []) (first nil) (first "ab") (first {:a 1}) (first #{7})]
[(rest [1 2]) (rest [1]) (rest nil) (next [1]) (next [1 2]) (next nil)]
[(second [1 2]) (last [1 2 3]) (last []) (butlast [1 2 3]) (butlast [1])]
[(ffirst [[1]]) (nfirst [[1 2]]) (fnext [1 2]) (nnext [1 2 3])]
[(nth [1 2] 1) (nth [1 2] 5 :none) (nth '(1 2) 0) (nth "abc" 1) (nth nil 0)]
(nth [1 2] 5)
(nth '(1 2) 5)
(nth {:a 1} 0)
[(cons 1 [2]) (cons 1 nil) (cons 1 (cons 2 nil))]
[(conj [1] 2 3) (conj '(1) 2 3) (conj nil 1) (conj #{1} 1) (conj {:a 1} [:b 2]) (conj {:a 1} {:b 2})]
[(seq []) (seq nil) (seq [1]) (seq "ab") (seq {:a 1})]
(seq 5)
[(count []) (count nil) (count "abc") (count {:a 1}) (count (range 5)) (count (map inc [1 2]))]
(count 5)
[(empty? []) (empty? nil) (empty? [nil]) (empty? "")]
[(not-empty []) (not-empty [1])]
[(range 0) (range 5) (range 1 4) (range 0 10 3) (range 5 0 -2) (range 0 1 0.25)]
(take 3 (range))
[(take 2 [1 2 3]) (take 0 [1]) (take 5 [1]) (drop 1 [1 2]) (drop 5 [1])]
[(take-while pos? [1 2 -1 3]) (drop-while pos? [1 -1 2]) (take-last 2 [1 2 3]) (drop-last [1 2 3]) (drop-last 2 [1 2 3])]
[(split-at 1 [1 2 3]) (split-with odd? [1 3 4 5])]
[(map inc [1 2]) (map + [1 2] [10 20 30]) (map vector [1 2] [3 4] [5 6]) (map inc nil) (map :a [{:a 1} {:b 2}])]
[(mapv inc [1 2]) (mapv + [1 2] [3 4])]
[(filter odd? (range 6)) (remove odd? (range 6)) (filterv even? (range 6))]
[(keep #(if (odd? %) (* % %)) (range 5)) (keep-indexed #(if (odd? %1) %2) [:a :b :c])]
[(map-indexed vector [:a :b]) (mapcat #(repeat % %) [1 2 3]) (mapcat list [1 2] [3 4])]
[(reduce + [1 2 3]) (reduce + 10 [1 2]) (reduce + []) (reduce + [5]) (reduce conj () [1 2])]
(reduce (fn [a x] (if (> x 3) (reduced a) (+ a x))) (range))
(reduce-kv (fn [a k v] (conj a [k v])) [] (sorted-map :a 1 :b 2))
(reduce-kv (fn [a i v] (+ a (* i v))) 0 [1 2 3])
(reductions + [1 2 3])
(reductions conj [] [1 2])
[(concat [1] [2] nil [3]) (concat) (lazy-cat [1] [2])]
[(interleave [1 2] [:a :b]) (interpose 0 [1 2 3]) (interleave [1 2] [3 4] [5 6])]
[(partition 2 [1 2 3]) (partition-all 2 [1 2 3]) (partition 2 1 [1 2 3]) (partition 2 2 [:p] [1 2 3]) (partition 3 [1 2])]
[(partition-by odd? [1 3 2 4 5]) (partition-all 2 1 [1 2 3])]
[(group-by odd? [1 2 3]) (frequencies [:a :b :a])]
[(distinct [1 2 1]) (dedupe [1 1 2 2 1])]
[(reverse [1 2]) (reverse nil) (rseq [1 2]) (rseq [])]
[(repeat 2 :x) (take 2 (repeat 1)) (take 5 (cycle [1 2])) (take 3 (iterate inc 1)) (count (repeatedly 3 rand))]
[(some odd? [2 3]) (some #{2} [1 2]) (some odd? [2]) (every? odd? [1 3]) (every? odd? []) (not-any? odd? [2]) (not-every? odd? [1 2])]
[(into [] '(1 2)) (into '() [1 2]) (into {} [[:a 1]]) (into #{} [1 1]) (into {:a 1} {:b 2})]
[(zipmap [:a :b] [1 2]) (apply hash-map [:a 1])]
[(list) (list 1 2) (list* 1 2 [3 4]) (list* [1]) (vec '(1 2)) (vec nil) (vector 1 2)]
[(nthrest [1 2 3] 1) (nthnext [1 2 3] 3) (nthrest [1] 5)]
[(flatten [1 [2 [3 nil]] '(4)]) (flatten nil)]
[(take-nth 2 (range 5)) (shuffle [1])]
[(doall (map inc [1])) (dorun (map inc [1]))]
(run! print [1 2])
[(seq? [1]) (seq? '(1)) (seq? (map inc [1])) (sequential? [1]) (coll? {}) (seqable? "a") (seqable? 1)]
[(list? '(1)) (list? (cons 1 nil)) (vector? [1]) (map? {}) (set? #{}) (associative? [])]
(def fibs (lazy-cat [0 1] (map +' fibs (rest fibs))))
(take 10 fibs)
(nth fibs 90)
(defn primes [s] (lazy-seq (cons (first s) (primes (remove #(zero? (mod % (first s))) (rest s))))))
(take 10 (primes (iterate inc 2)))
(let [a (atom 0) s (map #(do (swap! a inc) %) (iterate inc 1))] (first s) @a)
(let [a (atom 0)] (map #(swap! a + %) [1 2]) @a)
(realized? (map inc [1]))
(realized? (doto (map inc [1]) doall))
(first (map #(/ 1 %) (list 1 0)))
(doall (map #(/ 1 %) (list 1 0)))
(reduce + (map inc (range 100000)))
(count (filter even? (range 100000)))
(last (take 100000 (iterate inc 0)))
(nth (cycle [:a :b :c]) 100)
(let [[x & xs] (range)] (take 2 xs))
(apply + 1 2 [3 4])
(apply str [1 :a nil "x"])
(apply vector 1 '(2))
(apply map vector [[1 2] [3 4]])
(seq (to-array [1 2]))
(map + (range 3) (repeat 10))
(map #(str %1 %2 %3) "abc" [1 2 3] [:x :y :z])
(tree-seq vector? seq [1 [2 [3]]])
(filter (complement nil?) [1 nil 2])
(sequence (map inc) [1 2])
(transduce (comp (filter odd?) (map inc)) + 0 (range 6))
(transduce (map inc) conj [] [1 2])
(into [] (comp (map inc) (take 2)) (range 10))
(into [] (partition-all 2) (range 5))
(into [] (comp cat (dedupe) (map-indexed vector)) [[1 1] [2]])
(into [] (comp (drop 1) (drop-while odd?) (take-while #(< % 8)) (remove #{4})) [0 1 3 4 6 7 9])
(into [] (mapcat #(range %)) [1 2 3])
(into [] (keep #(if (odd? %) %)) (range 5))
(into [] (partition-by odd?) [1 3 2 5])
(into [] (interpose :x) [1 2 3])
(into [] (take-nth 2) (range 6))
(into [] (distinct) [1 2 1])
(sequence (comp (map inc) (filter even?)) (range 5))
(reduce + (eduction (map inc) (filter even?) (range 5)))
(unreduced (reduced 1))
[(reduced? (reduced 1)) @(reduced 2)]
(chunked-seq? (seq [1]))
(rand-nth [1])
(replace {1 :one} [1 2 1])
(seq (subvec [1 2 3 4] 1 3))
(iterator-seq (.iterator [1 2]))
(bounded-count 2 [1 2 3])
(map first (group-by :k [{:k 1} {:k 2}]))
(vec (for [x [1 2]] (* x x)))
(max-key second [:a 1] [:b 2])
(mapv vec (partition 2 (range 4)))
(transduce (halt-when odd?) conj [] [2 4 5 6])
(random-sample 1.0 [1 2])
(interleave)
(seq (range 3 3))
(empty [1])
[(empty {:a 1}) (empty '(1)) (empty "a") (empty nil)]
(partition 2 3 (range 8))
(nthnext nil 1)
(map inc 5)
(reduce max [3 9 2])
(reverse "abc")
(first (drop 3 (range)))
(some->> (range 10) (filter odd?) (map inc) (take 2))
(split-with #(< % 3) (range 6))
(drop-last 1 (list 1 2))
(rest (seq {:a 1}))
(key (first {:a 1}))
(vals {:a 1 :b 2})
(keys {})

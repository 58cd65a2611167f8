; Functions on functions, predicates, namespaces.
[((comp inc inc) 1) ((comp) 5) ((comp str +) 1 2)]
[((partial + 1) 2) ((partial + 1 2) 3) ((partial str "a" "b") "c")]
[((juxt inc dec) 5) ((juxt :a :b) {:a 1 :b 2})]
[((complement odd?) 2) ((constantly 5) 1 2 3) (identity 7)]
[((fnil inc 0) nil) ((fnil + 1 2) nil nil) ((every-pred odd? pos?) 3) ((some-fn odd? neg?) 2 -2)]
[(apply max [1 5 3]) (apply + []) (apply str "a" ["b"])]
(map (comp str inc) [1 2])
((memoize +) 1 2)
[(nil? nil) (some? nil) (true? true) (false? nil) (boolean nil) (boolean 0) (any? nil)]
[(fn? inc) (ifn? :a) (var? #'inc) (symbol? 'a) (coll? [1]) (seq? []) (sequential? ()) (map-entry? [1 2])]
[(vector? []) (list? ()) (set? #{}) (map? {}) (associative? {}) (sorted? #{}) (uuid? 1) (uri? 1) (inst? 1) (bytes? 1)]
[(keyword? :a) (string? "a") (char? \a) (boolean? true) (number? 1) (integer? 1N) (float? 1.0) (ratio? 1)]
(ns-name *ns*)
(do (ns my.space (:require [clojure.string :as str :refer [join]] [clojure.set :as set])) (join "-" [1 2]))
(do (in-ns 'other.space) (clojure.core/refer 'clojure.core) (def here 1) (in-ns 'user) other.space/here)
(require '[clojure.string :as s])
(s/upper-case "x")
(require '[clojure.string :refer [blank?]])
(blank? "")
(require '(clojure [set :as st] [walk :as w]))
(sort (st/union #{1} #{2}))
(find-ns 'user)
(find-ns 'no.such)
(some? (resolve 'map))
(resolve 'no-such-name)
(ns-resolve 'clojure.core 'inc)
(resolve 'String)
`map
`s/join
::kw
::s/kw
(do (create-ns 'made) (intern 'made 'x 5) @(resolve 'made/x))
(contains? (ns-publics 'other.space) 'here)
(ns-unalias *ns* 's)
(do (def gone 1) (ns-unmap *ns* 'gone) (resolve 'gone))
(:name (meta #'map))
(:ns (meta #'map))
(:macro (meta #'when))
(special-symbol? 'if)
(ns-name (the-ns 'clojure.core))
(the-ns 'nope)
(load-string "(def loaded 3) (inc loaded)")
(eval '(do (def ev 1) (inc ev)))
((eval '(fn [x] (* x 2))) 4)
(read-string "(+ 1 2)")
(macroexpand '(-> 1 inc inc))
(let [f (fn ([x] [:one x]) ([x y] [:two x y]) ([x y & z] [:many x y z]))] [(f 1) (f 1 2) (f 1 2 3)])
(let [add (fn [x] (fn [y] (+ x y)))] ((add 1) 2))
(map (fn [f] (f 4)) [inc dec #(* % %) {4 :four} #{4} (juxt identity)])
((fn fact [n] (if (< n 2) 1 (* n (fact (dec n))))) 20)
(defn variadic [a & {:as m}] [a m])
(variadic 1 :x 2)
(defn doc-fn "the doc" {:added "1"} [x] x)
[(:doc (meta #'doc-fn)) (:added (meta #'doc-fn))]
(with-out-str (clojure.repl/doc doc-fn))
(let [counter (let [c (atom 0)] #(swap! c inc))] [(counter) (counter)])
((reduce comp [inc inc #(* 2 %)]) 5)
(apply (fn [& args] (count args)) (range 100))
(apply hash-map (interleave [:a] [1]))
(-> {:a 1} (assoc :b 2) (update :a inc) :a)
(->> (range 10) (filter even?) (map #(* % %)) (reduce +))
(let [{:keys [f]} {:f inc}] (f 1))
(some-> nil inc)
(cond-> {} true (assoc :a 1) nil (assoc :b 2))
(let [v [1 2 3]] (v 0))
(fn-that-is-not-there)
(dorun (for [i [1 2]] (print i)))
(run! println [])
(flatten (for [i (range 3)] (repeat i i)))
(tree-seq map? (comp seq vals) {:a {:b 1}})
(clojure.string/join "," (map name [:a :b]))
(require 'clojure.data)
(clojure.data/diff {:a 1 :b 2} {:a 1 :b 3 :c 4})
(clojure.data/diff [1 2 3] [1 5])
(clojure.template/apply-template '[x] '(+ x x) [2])
(let [x 'a y 'b] `(~x ~@[y] ~(str y)))
((comparator <) 1 2)
(not-empty "")
(random-sample 0 [1 2])
(take 3 (map vector (range) [:a :b :c]))
(vary-meta (with-meta 'x {:a 1}) dissoc :a)
(compare-and-set! (atom 1) 1 2)
(ex-message (try (throw (Exception. "m")) (catch Exception e e)))

;; Records and protocols.
(defprotocol Shape
  (area [s] "the area")
  (describe [s] [s prefix]))
(defrecord Rect [w h]
  Shape
  (area [_] (* w h))
  (describe [s] (describe s "a"))
  (describe [s prefix] (str prefix " rect " w "x" h)))
(defrecord Circle [r]
  Shape
  (area [_] (* 3 r r))
  (describe [_] (str "circle " r))
  (describe [_ prefix] (str prefix " circle")))
(extend-type String Shape (area [s] (count s)) (describe ([s] (str "text " s)) ([s p] (str p " text"))))
(extend-protocol Shape
  nil (area [_] 0) (describe ([_] "nothing") ([_ _] "nothing at all"))
  Long (area [n] n) (describe ([n] (str "number " n)) ([n p] p)))
(def shapes [(->Rect 2 3) (->Circle 2) "abc" nil 7 (map->Rect {:w 1 :h 1})])
(doseq [s shapes] (println (area s) "|" (describe s) "|" (describe s "the")))
(println (reduce + (map area shapes)))
(println (sort-by :w (filter record? (remove #(instance? Circle %) shapes))))
(println (= (->Rect 1 1) (Rect. 1 1)) (= (->Rect 1 1) {:w 1 :h 1}) (:w (->Rect 5 6)))
(println (update (->Rect 1 2) :w inc) (assoc (->Rect 1 2) :name "r") (dissoc (->Rect 1 2) :h))
(println (map #(satisfies? Shape %) [1 :k "s" (->Circle 1)]))
(defn bigger [factor shape]
  (reify Shape (area [_] (* factor (area shape))) (describe [_] (str "bigger " (describe shape))) (describe [this _] (describe this))))
(let [b (bigger 10 (->Circle 1))] (println (area b) (describe b) (describe b "x")))
(println (into {} (->Rect 1 2)) (keys (->Rect 1 2)) (vals (->Rect 1 2)))
(let [{:keys [w h]} (->Rect 8 9)] (println w h))
(println (try (area :keyword) (catch IllegalArgumentException e "no area")))
(deftype Counter [n] Shape (area [_] n) (describe [_] "counter") (describe [_ p] p))
(println (area (Counter. 3)) (describe (->Counter 4)))

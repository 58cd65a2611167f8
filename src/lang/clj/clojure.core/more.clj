;; SPDX-License-Identifier: Apache-2.0
;; The long tail: printing to strings, input, identifiers, exceptions as data, taps.
(defn newline
  "Prints a new line.
  (newline)"
  []
  (print "\n"))
(defn print-str
  "What print prints, as a string.
  (print-str \"a\" 1) ; => \"a 1\""
  [& xs]
  (with-out-str (apply print xs)))
(defn println-str
  "What println prints, as a string.
  (println-str \"a\") ; => \"a\\n\""
  [& xs]
  (with-out-str (apply println xs)))
(defn prn-str
  "What prn prints, as a string.
  (prn-str \"a\") ; => \"\\\"a\\\"\\n\""
  [& xs]
  (with-out-str (apply prn xs)))
(defn read-line
  "The next line of *in*, or nil at its end.
  (with-in-str \"a\\nb\" (read-line)) ; => \"a\""
  []
  (if (instance? clojure.lang.Atom *in*)
    (let [text @*in*]
      (when (seq text)
        (let [end (clojure.string/index-of text "\n")]
          (reset! *in* (if end (subs text (inc end)) ""))
          (if end (subs text 0 end) text))))
    (read-line*)))
(defn read
  "The next form of *in*.
  (with-in-str \"(1 2) 3\" (read)) ; => (1 2)"
  ([]
   (let [text (if (instance? clojure.lang.Atom *in*) @*in* (str (read-line*)))
         [form end] (read-first* text)]
     (when (nil? end) (throw (RuntimeException. "EOF while reading")))
     (when (instance? clojure.lang.Atom *in*) (reset! *in* (subs text end)))
     form))
  ([stream] (read)))
(defn line-seq
  "The lines of a text.
  (line-seq \"a\\nb\") ; => (\"a\" \"b\")"
  [text]
  (seq (clojure.string/split-lines text)))
(defn uuid?
  "Is it a UUID?
  (uuid? 1) ; => false"
  [x]
  (= 'uuid (tag* x)))
(defn parse-uuid
  "The UUID that a text spells, or nil.
  (parse-uuid \"no\") ; => nil"
  [s]
  (when (re-matches #"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}" s)
    (->TaggedLiteral 'uuid (clojure.string/lower-case s))))
(defn random-uuid
  "A UUID that nobody else has.
  (uuid? (random-uuid)) ; => true"
  []
  (let [digits (fn [n] (apply str (repeatedly n (fn [] (nth "0123456789abcdef" (rand-int 16))))))]
    (->TaggedLiteral 'uuid (str (digits 8) "-" (digits 4) "-4" (digits 3) "-" (nth "89ab" (rand-int 4)) (digits 3)
                                "-" (digits 12)))))
(defn inst?
  "Is it a point in time?
  (inst? #inst \"2026-01-01\") ; => true"
  [x]
  (= 'inst (tag* x)))
(defn- days-before* [year month day]
  (let [y (if (<= month 2) (dec year) year)
        era (quot (if (neg? y) (- y 399) y) 400)
        yoe (- y (* era 400))
        doy (+ (quot (+ (* 153 (+ month (if (> month 2) -3 9))) 2) 5) (dec day))
        doe (+ (* yoe 365) (quot yoe 4) (- (quot yoe 100)) doy)]
    (+ (* era 146097) doe -719468)))
(defn inst-ms
  "Milliseconds from 1970 to a point in time.
  (inst-ms #inst \"1970-01-01T00:00:01Z\") ; => 1000"
  [x]
  (let [pattern #"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.](\d+))?)?)?)?)?)?(Z|[+-]\d\d:\d\d)?"
        [match year month day hour minute second fraction zone] (when (inst? x) (re-matches pattern (tagged-form* x)))
        number (fn [text otherwise] (if text (Long/parseLong text) otherwise))
        offset (if (or (nil? zone) (= zone "Z"))
                 0
                 (* (if (= \- (first zone)) -60000 60000)
                    (+ (* 60 (number (subs zone 1 3) 0)) (number (subs zone 4) 0))))]
    (when-not match
      (throw (IllegalArgumentException. (str "expected a point in time but got " (pr-str x)))))
    (- (+ (* 86400000 (days-before* (number year 1970) (number month 1) (number day 1)))
          (* 3600000 (number hour 0))
          (* 60000 (number minute 0))
          (* 1000 (number second 0))
          (number (when fraction (subs (str fraction "00") 0 3)) 0))
       offset)))
(defn tagged-literal?
  "Is it a value with a tag?
  (tagged-literal? (tagged-literal 'a 1)) ; => true"
  [x]
  (some? (tag* x)))
(defn uri?
  "There are no URIs here: false.
  (uri? 1) ; => false"
  [x]
  false)
(defn bytes?
  "There are no arrays here: false.
  (bytes? 1) ; => false"
  [x]
  false)
(defn Throwable->map
  "An exception as data: :via, :cause and :data.
  (:cause (Throwable->map (ex-info \"a\" {}))) ; => \"a\""
  [e]
  (let [chain (take-while some? (iterate ex-cause e))
        root (last chain)
        one (fn [e]
              (merge {:type (symbol (pr-str (class e)))}
                     (when (ex-message e) {:message (ex-message e)})
                     (when (ex-data e) {:data (ex-data e)})))]
    (merge {:via (mapv one chain) :trace []}
           (when (ex-message root) {:cause (ex-message root)})
           (when (ex-data root) {:data (ex-data root)}))))
(defmacro with-local-vars
  "Binds names to vars of their own; var-set changes them, @ reads them.
  (with-local-vars [x 1] (var-set x 2) @x) ; => 2"
  [bindings & body]
  `(let [~@(mapcat (fn [[n v]] [n `(local-var* ~v)]) (partition 2 bindings))]
     ~@body))
(defmacro with-open
  "Evaluates the body, then closes what was opened, the last one first.
  (with-open [] 1) ; => 1"
  [bindings & body]
  (if (empty? bindings)
    `(do ~@body)
    `(let [~(first bindings) ~(second bindings)]
       (try
         (with-open ~(vec (drop 2 bindings)) ~@body)
         (finally (.close ~(first bindings)))))))
(defmacro memfn
  "A function that calls a method.
  (map (memfn toUpperCase) [\"a\"]) ; => (\"A\")"
  [method & args]
  `(fn [target# ~@args] (. target# ~method ~@args)))
(def taps* (atom #{}))
(defn add-tap
  "Calls f with each value that tap> is given.
  (add-tap prn)"
  [f]
  (swap! taps* conj f)
  nil)
(defn remove-tap
  "Ends add-tap.
  (remove-tap prn)"
  [f]
  (swap! taps* disj f)
  nil)
(defn tap>
  "Gives a value to the functions of add-tap.
  (tap> 1) ; => true"
  [x]
  (doseq [f @taps*]
    (try (f x) (catch Exception _ nil)))
  true)
(defn find-var
  "The var of a symbol with a namespace, or nil.
  (find-var 'clojure.core/map) ; => #'clojure.core/map"
  [sym]
  (ns-resolve (the-ns (symbol (namespace sym))) (symbol (name sym))))
(defn clojure-version
  "The version of Clojure whose names and meanings these are.
  (clojure-version) ; => \"1.11.1\""
  []
  "1.11.1")
(def ^:dynamic *clojure-version* {:major 1 :minor 11 :incremental 1 :qualifier nil})
(def ^:dynamic *agent* nil)
(defn replicate
  "n times x.
  (replicate 2 :a) ; => (:a :a)"
  [n x]
  (take n (repeat x)))
(defn cast
  "x, if it is of the class.
  (cast String \"a\") ; => \"a\""
  [c x]
  (if (or (nil? x) (instance? c x))
    x
    (throw (ClassCastException. (str "Cannot cast " (pr-str (class x)) " to " (pr-str c))))))
(defn unchecked-negate
  "The number with the other sign.
  (unchecked-negate 1) ; => -1"
  [x]
  (- x))
(defn xml-seq
  "The elements of a tree of maps with :content, depth first.
  (count (xml-seq {:content [\"a\"]})) ; => 2"
  [root]
  (tree-seq (complement string?) (comp seq :content) root))
(defn read+string
  "The next form of *in*, and its text.
  (with-in-str \"1\" (read+string)) ; => [1 \"1\"]"
  []
  (let [before @*in*
        form (read)]
    [form (clojure.string/trim (subs before 0 (- (count before) (count @*in*))))]))
(defn load-file
  "Evaluates the forms of a file.
  (load-file \"a.clj\")"
  [path]
  (load-string (slurp path)))
(defn set-error-handler!
  "Nothing: an agent that failed waits for restart-agent.
  (set-error-handler! (agent 1) prn) ; => nil"
  [a f]
  nil)

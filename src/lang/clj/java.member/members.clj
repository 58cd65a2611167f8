;; SPDX-License-Identifier: Apache-2.0
;; Methods of the JVM's strings, numbers and collections: (.trim s) is a call of trim here.
(defn- text* [s]
  (cond
    (string? s) s
    (nil? s) (throw (NullPointerException. "expected a string to call a method of but got nil"))
    :else (throw (ClassCastException. (str "expected a string but got " (pr-str s))))))
(defn- whole* [x] (if (char? x) (str x) (text* x)))
(defn toUpperCase "The text in capitals.\n  (.toUpperCase \"a\") ; => \"A\"" [s] (clojure.string/upper-case (text* s)))
(defn toLowerCase "The text in small letters.\n  (.toLowerCase \"A\") ; => \"a\"" [s] (clojure.string/lower-case (text* s)))
(defn trim "Without white space at its ends.\n  (.trim \" a \") ; => \"a\"" [s] (clojure.string/trim (text* s)))
(defn strip "Without white space at its ends.\n  (.strip \" a \") ; => \"a\"" [s] (clojure.string/trim (text* s)))
(defn length "How many characters.\n  (.length \"abc\") ; => 3" [s] (clojure.core/count (text* s)))
(defn isEmpty "Is nothing in it?\n  (.isEmpty \"\") ; => true" [s] (empty? s))
(defn isBlank "Is it empty or white space?\n  (.isBlank \" \") ; => true" [s] (clojure.string/blank? (text* s)))
(defn charAt "The character at an index.\n  (.charAt \"abc\" 1) ; => \\b" [s i] (clojure.core/nth (text* s) i))
(defn substring "A part of the text.\n  (.substring \"hello\" 1 3) ; => \"el\""
  ([s from] (subs (text* s) from))
  ([s from to] (subs (text* s) from to)))
(defn concat "Two texts in one.\n  (.concat \"a\" \"b\") ; => \"ab\"" [s other] (str (text* s) (text* other)))
(defn replace "Every part replaced.\n  (.replace \"aba\" \"a\" \"x\") ; => \"xbx\"" [s part with]
  (clojure.string/replace (text* s) part with))
(defn replaceAll "Every match of a pattern replaced.\n  (.replaceAll \"a1b2\" \"[0-9]\" \"\") ; => \"ab\"" [s pattern with]
  (clojure.string/replace (text* s) (re-pattern pattern) with))
(defn replaceFirst "The first match of a pattern replaced.\n  (.replaceFirst \"a1b2\" \"[0-9]\" \"\") ; => \"ab2\"" [s pattern with]
  (clojure.string/replace-first (text* s) (re-pattern pattern) with))
(defn matches "Does all of it match a pattern?\n  (.matches \"a1\" \"[a-z][0-9]\") ; => true" [s pattern]
  (some? (re-matches (re-pattern pattern) (text* s))))
(defn split "The parts between matches of a pattern.\n  (seq (.split \"a b\" \" \")) ; => (\"a\" \"b\")"
  ([s pattern] (clojure.string/split (text* s) (re-pattern pattern)))
  ([s pattern limit] (clojure.string/split (text* s) (re-pattern pattern) limit)))
(defn startsWith "Does it begin so?\n  (.startsWith \"abc\" \"a\") ; => true" [s part] (clojure.string/starts-with? (text* s) part))
(defn endsWith "Does it end so?\n  (.endsWith \"abc\" \"c\") ; => true" [s part] (clojure.string/ends-with? (text* s) part))
(defn indexOf "Where it first stands, or -1.\n  (.indexOf \"abc\" \"c\") ; => 2"
  ([s x] (if (string? s)
           (or (clojure.string/index-of s x) -1)
           (or (first (keep-indexed (fn [i y] (when (= x y) i)) s)) -1)))
  ([s x from] (or (clojure.string/index-of (text* s) x from) -1)))
(defn lastIndexOf "Where it last stands, or -1.\n  (.lastIndexOf \"aba\" \"a\") ; => 2"
  ([s x] (or (clojure.string/last-index-of (text* s) x) -1))
  ([s x from] (or (clojure.string/last-index-of (text* s) x from) -1)))
(defn contains "Is it a part, or an element?\n  (.contains \"abc\" \"b\") ; => true" [s x]
  (if (string? s) (clojure.string/includes? s x) (boolean (some (fn [y] (= x y)) s))))
(defn equals "Are both equal?\n  (.equals \"a\" \"a\") ; => true" [x y] (= x y))
(defn equalsIgnoreCase "Are both equal but for capitals?\n  (.equalsIgnoreCase \"a\" \"A\") ; => true" [x y]
  (and (string? y) (= (toLowerCase x) (toLowerCase y))))
(defn compareTo "Negative, 0 or positive.\n  (.compareTo \"a\" \"b\") ; => -1" [x y] (compare x y))
(defn toString "The value as text.\n  (.toString 1) ; => \"1\"" [x] (str x))
(defn hashCode "A number for the value.\n  (.hashCode \"a\")" [x] (hash x))
(defn intValue "The number as an integer.\n  (.intValue 1.5) ; => 1" [x] (int x))
(defn longValue "The number as an integer.\n  (.longValue 1.5) ; => 1" [x] (long x))
(defn doubleValue "The number as a real.\n  (.doubleValue 1) ; => 1.0" [x] (double x))
(defn iterator "Its elements, for iterator-seq.\n  (iterator-seq (.iterator [1 2])) ; => (1 2)" [coll] (seq coll))
(defn size "How many elements.\n  (.size [1 2]) ; => 2" [coll] (clojure.core/count coll))
(defn count "How many elements.\n  (.count [1 2]) ; => 2" [coll] (clojure.core/count coll))
(defn get "The value of a key or index.\n  (.get {:a 1} :a) ; => 1" [coll k] (clojure.core/get coll k))
(defn nth "The element at an index.\n  (.nth [1 2] 1) ; => 2" [coll i] (clojure.core/nth coll i))
(defn containsKey "Is there such a key?\n  (.containsKey {:a 1} :a) ; => true" [m k] (contains? m k))
(defn getKey "The key of an entry.\n  (.getKey (first {:a 1})) ; => :a" [entry] (key entry))
(defn getValue "The value of an entry.\n  (.getValue (first {:a 1})) ; => 1" [entry] (val entry))
(defn getName "The name of a class, keyword or namespace.\n  (.getName :a) ; => \"a\"" [x]
  (cond (class? x) (pr-str x)
        (instance? clojure.lang.Namespace x) (ns-name x)
        :else (name x)))
(defn getSimpleName "The name of a class without its package.\n  (.getSimpleName String) ; => \"String\"" [c]
  (last (clojure.string/split (pr-str c) #"[.$]")))
(defn getClass "The type of a value.\n  (.getClass \"a\") ; => java.lang.String" [x] (class x))
(defn getNamespace "The namespace of a keyword or symbol.\n  (.getNamespace :a/b) ; => \"a\"" [x] (namespace x))
(defn invoke "Calls a function.\n  (.invoke inc 1) ; => 2" [f & args] (clojure.core/apply f args))
(defn getLocalizedMessage "The message of an exception.\n  (.getLocalizedMessage (Exception. \"m\")) ; => \"m\"" [e] (ex-message e))
(defn printStackTrace "Prints the exception.\n  (.printStackTrace (Exception. \"m\"))" [e]
  (binding [*out* *err*] (println (str e))))

; Strings, characters, names, regular expressions.
[(str) (str nil) (str 1) (str "a" 1 :b 'c \d nil 1.5 [1 "x"] {:a "b"})]
[(str true) (str #"a") (str [nil "a" \b]) (str '(1)) (str (map inc [1 2])) (str (range 3)) (str #{1})]
[(count "abc") (count "") (subs "hello" 1) (subs "hello" 1 3) (first "x") (last "xy")]
(subs "abc" 5)
(subs "abc" 2 1)
[(name :a/b) (namespace :a/b) (name 'x) (name "s") (namespace :a) (keyword "a") (keyword "n" "a") (keyword 'a) (symbol "a") (symbol "n" "a") (keyword :k)]
[(keyword nil) (keyword "a/b") (symbol "a/b") (namespace (keyword "a/b")) (symbol :a/b)]
(name 5)
(name nil)
[(string? "a") (char? \a) (keyword? :a) (symbol? 'a) (ident? :a) (simple-keyword? :a) (qualified-keyword? :a/b) (qualified-symbol? 'a/b) (simple-symbol? 'a)]
[(clojure.string/join ["a" "b"]) (clojure.string/join ", " [1 2 3]) (clojure.string/join "," []) (clojure.string/join \- [1 nil 2])]
[(clojure.string/split "a,b,c" #",") (clojure.string/split "a,b,,," #",") (clojure.string/split "a,b,c" #"," 2) (clojure.string/split "abc" #"") (clojure.string/split "" #",") (clojure.string/split "a1b22c" #"\d+") (clojure.string/split ",a" #",")]
(clojure.string/split "a,b,," #"," -1)
[(clojure.string/split-lines "a\nb\r\nc\n")]
[(clojure.string/upper-case "abc") (clojure.string/lower-case "ABC") (clojure.string/capitalize "hELLO") (clojure.string/upper-case "é")]
[(clojure.string/trim "  a b \n") (clojure.string/triml "  a ") (clojure.string/trimr " a  ") (clojure.string/trim-newline "a\r\n")]
[(clojure.string/replace "aba" "a" "x") (clojure.string/replace "aba" \a \x) (clojure.string/replace "a1b2" #"\d" "#") (clojure.string/replace "a1b2" #"(\w)(\d)" "$2$1") (clojure.string/replace "ab" #"." clojure.string/upper-case) (clojure.string/replace "a1" #"(\w)(\d)" (fn [[_ a b]] (str b a)))]
[(clojure.string/replace-first "aba" "a" "x") (clojure.string/replace-first "a1b2" #"\d" "#")]
[(clojure.string/blank? "") (clojure.string/blank? " \n") (clojure.string/blank? nil) (clojure.string/blank? "a")]
[(clojure.string/includes? "abc" "b") (clojure.string/starts-with? "abc" "ab") (clojure.string/ends-with? "abc" "bc")]
[(clojure.string/index-of "abcb" "b") (clojure.string/last-index-of "abcb" "b") (clojure.string/index-of "abc" "z") (clojure.string/index-of "abcb" \b 2)]
[(clojure.string/reverse "abc") (clojure.string/escape "a<b" {\< "&lt;"})]
(clojure.string/re-quote-replacement "a$1")
(clojure.string/upper-case nil)
(clojure.string/join "-" (filter odd? (range 6)))
[(re-find #"\d+" "a12b3") (re-find #"(\d)(\d)" "a12") (re-find #"z" "a") (re-find #"(a)|(b)" "b")]
[(re-matches #"\d+" "12") (re-matches #"\d+" "12a") (re-matches #"(\w+)@(\w+)" "me@host")]
[(re-seq #"\d+" "1 22 333") (re-seq #"(\w)(\d)" "a1b2") (re-seq #"x" "abc")]
[(re-pattern "a+") (re-find (re-pattern "(?i)ABC") "xabc") (re-find #"(?m)^b" "a\nb") (re-find #"(?s)a.b" "a\nb")]
(let [m (re-matcher #"(\d)" "1 2")] [(re-find m) (re-groups m) (re-find m) (re-find m)])
(re-pattern "(")
(re-find #"\bfoo\b" "a foo b")
(re-seq #"[A-Z][a-z]*" "HelloWorldAgain")
(re-matches #"a*?b" "aab")
(re-find #"(?<year>\d{4})" "in 2026")
(re-find #"é+" "caféé")
(= #"a" #"a")
[(.toUpperCase "abc") (.length "abc") (.replace "aba" "a" "x") (.substring "hello" 1 3) (.contains "abc" "b") (.startsWith "abc" "a") (.endsWith "abc" "c") (.toLowerCase "ABC") (.trim " a ") (.indexOf "abc" "c")]
[(.isEmpty "") (.charAt "abc" 1) (.concat "a" "b") (.equals "a" "a")]
(seq (.split "a b" " "))
[(format "%d %s %5d|%-5d|%05d" 1 "a" 42 42 42) (format "%.2f %8.3f" 3.14159 2.5) (format "%x %X %o" 255 255 8) (format "%%") (format "%10s|%-10s|" "a" "b") (format "%s" nil) (format "%s %s" [1 2] :k) (format "%b" true) (format "%c" \a) (format "%e" 12345.678) (format "%,d" 1234567) (format "%+d" 5) (format "%2$s %1$s" "a" "b") (format "%.1f" 0.25) (format "%.0f" 2.5) (format "%n")]
(format "%d" 1.5)
(format "%d" "a")
(format "%s %s" 1)
(format "%08.2f" 3.14159)
(format "%S" "abc")
(format "%s" 1.0)
(format "%.3s" "abcdef")
(format "%d" 10N)
[(int \a) (char 98) (str \a) (char-escape-string \newline) (char-name-string \space)]
[(compare "a" "B") (.compareTo "a" "b") (apply str (reverse "abc")) (sort "hello")]
[(seq "héllo") (count "日本") (subs "日本語" 1) (first "日") (clojure.string/reverse "日本") (clojure.string/upper-case "ß")]
(map int "aZ")
(apply str (interpose ", " ["a" "b"]))
(clojure.string/split "one two  three" #"\s+")
(clojure.string/join (map #(str % "!") ["a" "b"]))
(str "x" (str nil) "y")
(str 'a/b :c/d)
(str 1e10 " " 123456789.123 " " 0.00001)
(frequencies "hello")
(group-by count ["a" "bb" "c"])
(symbol "with space")
(keyword "with space")
(str (symbol "a" "b"))
(pr-str "a\nb" \newline :k 'sym 1.0 nil)
(boolean (re-find #"^\s*$" "  "))
(parse-uuid "not")
(str (parse-uuid "550e8400-e29b-41d4-a716-446655440000"))
(uuid? (random-uuid))
(string? (str (random-uuid)))
(subs "" 0)
(clojure.string/replace "a.b" "." "-")
(clojure.string/replace "a b" #"\s" "$0$0")
(clojure.string/replace "x" #"(x)" "$2")
(clojure.string/split "a|b" #"\|")
(clojure.string/split-lines "")
(clojure.string/capitalize "")
(apply str (repeat 3 "ab"))
(String/valueOf 5)
(String. "abc")
(.indexOf "hello" "l" 3)
(clojure.string/lower-case :ABC)
(clojure.string/includes? "abc" nil)
(last (re-seq #"." "abc"))

;; SPDX-License-Identifier: Apache-2.0
;; Statics of the JVM's Character.
(defn isUpperCase "Is it a capital?\n  (Character/isUpperCase \\A) ; => true" [c] (some? (re-matches #"\p{Lu}" (str (char c)))))
(defn isLowerCase "Is it a small letter?\n  (Character/isLowerCase \\a) ; => true" [c] (some? (re-matches #"\p{Ll}" (str (char c)))))
(defn isLetter "Is it a letter?\n  (Character/isLetter \\a) ; => true" [c] (some? (re-matches #"\p{L}" (str (char c)))))
(defn isDigit "Is it a digit?\n  (Character/isDigit \\1) ; => true" [c] (some? (re-matches #"\p{Nd}" (str (char c)))))
(defn isLetterOrDigit "Is it a letter or a digit?\n  (Character/isLetterOrDigit \\a) ; => true" [c] (some? (re-matches #"[\p{L}\p{Nd}]" (str (char c)))))
(defn isWhitespace "Is it white space?\n  (Character/isWhitespace \\space) ; => true" [c] (clojure.string/blank? (str (char c))))
(defn toUpperCase "As a capital.\n  (Character/toUpperCase \\a) ; => \\A" [c] (first (clojure.string/upper-case (str (char c)))))
(defn toLowerCase "As a small letter.\n  (Character/toLowerCase \\A) ; => \\a" [c] (first (clojure.string/lower-case (str (char c)))))
(defn digit "The value of a digit, or -1.\n  (Character/digit \\f 16) ; => 15" [c radix]
  (let [n (clojure.string/index-of "0123456789abcdefghijklmnopqrstuvwxyz" (clojure.string/lower-case (str (char c))))]
    (if (and n (< n radix)) n -1)))
(defn getNumericValue "The value of a digit, or -1.\n  (Character/getNumericValue \\7) ; => 7" [c] (digit c 36))
(defn toString "The character as text.\n  (Character/toString \\a) ; => \"a\"" [c] (str (char c)))
(defn valueOf "The character itself.\n  (Character/valueOf \\a) ; => \\a" [c] c)

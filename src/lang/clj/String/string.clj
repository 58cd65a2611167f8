;; SPDX-License-Identifier: Apache-2.0
;; Statics of the JVM's String, and (String. x).
(defn valueOf "The value as text.\n  (String/valueOf 5) ; => \"5\"" [x] (if (nil? x) "null" (str x)))
(defn new "What (String. x) calls.\n  (String. \"abc\") ; => \"abc\"" ([] "") ([x] (if (string? x) x (apply str x))))
(defn join "Texts with another one between them.\n  (String/join \",\" [\"a\" \"b\"]) ; => \"a,b\"" [separator parts] (clojure.string/join separator parts))
(defn format "As `format`.\n  (String/format \"%d\" [1]) ; => \"1\"" [text args] (apply clojure.core/format text args))

;; SPDX-License-Identifier: Apache-2.0
;; Statics of the JVM's Boolean.
(def TRUE true)
(def FALSE false)
(defn parseBoolean "Is the text \"true\"?\n  (Boolean/parseBoolean \"true\") ; => true" [s] (= "true" (clojure.string/lower-case (str s))))
(defn valueOf "The truth of a text or of itself.\n  (Boolean/valueOf \"true\") ; => true" [x] (if (string? x) (parseBoolean x) (boolean x)))
(defn toString "The truth as text.\n  (Boolean/toString true) ; => \"true\"" [x] (str x))

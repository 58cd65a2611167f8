;; SPDX-License-Identifier: Apache-2.0
;; Statics of the JVM's Double.
(def MAX_VALUE 1.7976931348623157E308)
(def POSITIVE_INFINITY ##Inf)
(def NEGATIVE_INFINITY ##-Inf)
(def NaN ##NaN)
(defn isNaN "Is it no number?\n  (Double/isNaN ##NaN) ; => true" [x] (NaN? x))
(defn isInfinite "Is it without end?\n  (Double/isInfinite ##Inf) ; => true" [x] (infinite? x))
(defn valueOf "The real of a number or text.\n  (Double/valueOf \"1.5\") ; => 1.5" [x] (if (string? x) (Double/parseDouble x) (double x)))
(defn toString "The number as text.\n  (Double/toString 1.5) ; => \"1.5\"" [x] (str (double x)))
(defn compare "Negative, 0 or positive.\n  (Double/compare 1.0 2.0) ; => -1" [a b] (clojure.core/compare a b))

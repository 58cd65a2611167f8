;; SPDX-License-Identifier: Apache-2.0
;; Statics of the JVM's Long: 64 bits.
(def MAX_VALUE 9223372036854775807)
(def MIN_VALUE -9223372036854775808)
(defn- unsigned* [n] (if (neg? n) (+' n 18446744073709551616N) n))
(defn- digits* [n radix]
  (loop [n n out ()]
    (let [out (cons (nth "0123456789abcdefghijklmnopqrstuvwxyz" (int (rem n radix))) out)
          n (quot n radix)]
      (if (zero? n) (apply str out) (recur n out)))))
(defn valueOf "The integer of a number or text.\n  (Long/valueOf \"12\") ; => 12"
  ([x] (if (string? x) (Long/parseLong x) (long x)))
  ([x radix] (Long/parseLong x radix)))
(defn toString "The number as text.\n  (Long/toString 255 2) ; => \"11111111\""
  ([n] (str n))
  ([n radix]
   (if (<= 2 radix 36)
     (if (neg? n) (str "-" (digits* (-' n) radix)) (digits* n radix))
     (str n))))
(defn toHexString "The bits to base 16.\n  (Long/toHexString 255) ; => \"ff\"" [n] (digits* (unsigned* n) 16))
(defn toBinaryString "The bits to base 2.\n  (Long/toBinaryString 5) ; => \"101\"" [n] (digits* (unsigned* n) 2))
(defn toOctalString "The bits to base 8.\n  (Long/toOctalString 8) ; => \"10\"" [n] (digits* (unsigned* n) 8))
(defn compare "Negative, 0 or positive.\n  (Long/compare 1 2) ; => -1" [a b] (clojure.core/compare a b))
(defn signum "-1, 0 or 1.\n  (Long/signum -5) ; => -1" [n] (clojure.core/compare n 0))
(defn sum "Both together.\n  (Long/sum 1 2) ; => 3" [a b] (+ a b))
(defn max "The larger one.\n  (Long/max 1 2) ; => 2" [a b] (clojure.core/max a b))
(defn min "The smaller one.\n  (Long/min 1 2) ; => 1" [a b] (clojure.core/min a b))
(defn bitCount "How many bits are set.\n  (Long/bitCount 7) ; => 3" [n]
  (loop [n n found 0]
    (if (zero? n) found (recur (bit-and n (dec n)) (inc found)))))

;; SPDX-License-Identifier: Apache-2.0
;; Statics of the JVM's Integer: 32 bits.
(def MAX_VALUE 2147483647)
(def MIN_VALUE -2147483648)
(defn- unsigned* [n] (bit-and n 0xffffffff))
(defn valueOf "The integer of a number or text.\n  (Integer/valueOf \"12\") ; => 12"
  ([x] (if (string? x) (Integer/parseInt x) (int x)))
  ([x radix] (Integer/parseInt x radix)))
(defn toString "The number as text.\n  (Integer/toString 255 16) ; => \"ff\""
  ([n] (str n))
  ([n radix] (Long/toString n radix)))
(defn toHexString "The bits to base 16.\n  (Integer/toHexString 255) ; => \"ff\"" [n] (Long/toString (unsigned* n) 16))
(defn toBinaryString "The bits to base 2.\n  (Integer/toBinaryString 5) ; => \"101\"" [n] (Long/toString (unsigned* n) 2))
(defn toOctalString "The bits to base 8.\n  (Integer/toOctalString 8) ; => \"10\"" [n] (Long/toString (unsigned* n) 8))
(defn compare "Negative, 0 or positive.\n  (Integer/compare 1 2) ; => -1" [a b] (clojure.core/compare a b))
(defn signum "-1, 0 or 1.\n  (Integer/signum -5) ; => -1" [n] (clojure.core/compare n 0))
(defn bitCount "How many bits are set.\n  (Integer/bitCount 7) ; => 3" [n] (Long/bitCount (unsigned* n)))

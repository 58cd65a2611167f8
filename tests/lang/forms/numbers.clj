; Arithmetic, as exact as in Clojure.
[(+) (+ 1) (+ 1 2) (+ 1 2 3)]
[(*) (* 2) (* 2 3 4)]
[(- 5) (- 5 2) (- 5 2 1)]
[(/ 2) (/ 6 3) (/ 1 3) (/ 4 6) (/ 1.0 4)]
(/ 1 0)
(/ 1.0 0)
(/ 0.0 0)
(+ 1 2.5)
(+ 1/2 1/3)
(* 2/3 3/2)
(- 1/2 1/2)
(+ 1/2 0.5)
[(quot 7 2) (quot -7 2) (rem 7 2) (rem -7 2) (mod 7 2) (mod -7 2) (mod 7 -2)]
[(quot 7.5 2) (rem 7.5 2) (mod -7.5 2)]
(mod 5 0)
[(inc 1) (dec 1) (inc 1.5) (inc 1/2)]
(+ 9223372036854775807 1)
(inc 9223372036854775807)
(* 9223372036854775807 2)
(- -9223372036854775808)
(+' 9223372036854775807 1)
(*' 9223372036854775807 9223372036854775807)
(-' -9223372036854775808)
(inc' 9223372036854775807)
(* 1N 9223372036854775807 2)
(class 1)
(class 1.5)
(class 1N)
(class 1/2)
(class 1M)
(reduce *' (range 1 26))
(apply + (range 101))
[(max 1 3 2) (min 1 3 2) (max 1 2.5) (max 1)]
[(abs -5) (abs 5.5) (abs -1/2)]
[(zero? 0) (zero? 0.0) (pos? 1) (neg? -1) (even? 2) (odd? 2)]
(even? 1.5)
[(number? 1) (integer? 1) (int? 1) (float? 1.0) (double? 1.0) (ratio? 1/2) (rational? 1) (decimal? 1M)]
[(nat-int? 0) (pos-int? 0) (neg-int? -1)]
[(= 1 1.0) (== 1 1.0) (= 1 1N) (== 1 1N) (= 1/2 0.5) (== 1/2 0.5)]
[(< 1 2) (< 1 2 3) (< 1 3 2) (<= 1 1) (> 2 1) (>= 1 2) (< 1)]
(< 1 1/2)
[(bit-and 12 10) (bit-or 12 10) (bit-xor 12 10) (bit-not 5)]
[(bit-shift-left 1 10) (bit-shift-right -8 1) (unsigned-bit-shift-right -1 60)]
[(bit-test 5 0) (bit-set 0 3) (bit-clear 15 0) (bit-flip 5 1)]
[(int 3.7) (long 3.7) (int \a) (double 1) (float 1.5)]
[(char 97) (int -3.7)]
[(numerator 2/3) (denominator 2/3)]
(rationalize 0.5)
[(num 1) (bigint 5) (biginteger 5) (bigdec 1.5)]
[1.0 100.0 1.0E10 1.5E-5 0.001 1234567.0 12345678.9]
[0.1 0.2 (+ 0.1 0.2) (/ 22 7.0) 1e21 1e-7]
[(* 1.0 1e308 10) -0.0]
[(+ 1M 2.5M) (* 1.50M 2) (- 1M 1.0M)]
(/ 1M 3M)
(/ 1M 4M)
(with-precision 5 (/ 1M 3M))
[(= 1M 1.0M) (== 1M 1.0M)]
(+ 1 nil)
(+ 1 "2")
(inc :a)
(< 1 "a")
[(parse-long "42") (parse-long "x") (parse-long "-7") (parse-long "9223372036854775808")]
[(parse-double "1.5") (parse-double "x") (parse-double "1e3")]
[(parse-boolean "true") (parse-boolean "no")]
(parse-long nil)
(Integer/parseInt "12")
(Integer/parseInt "x")
(Long/parseLong "77")
(Double/parseDouble "1.25")
[Long/MAX_VALUE Long/MIN_VALUE]
[(Math/abs -3) (Math/sqrt 16) (Math/pow 2 10) (Math/floor 1.5) (Math/ceil 1.2) (Math/round 2.5)]
[(NaN? ##NaN) (infinite? ##Inf) (== ##NaN ##NaN)]
(let [x ##NaN] (= x x))
(compare 1 2.0)
(sort [3 1.5 2 1/2])
(int 3000000000)
(long "3")
(unchecked-add 9223372036854775807 1)
(unchecked-inc 9223372036854775807)
[(rand-int 1) (< (rand) 1) (<= 0 (rand-int 10) 9)]
(str 1/3 1N 2M 1.50M)
[(pr-str 1N) (pr-str 2M) (str 1e100)]
(reduce + (map double [1 2 3]))
(= (hash 1) (hash 1N))
(Math/max 1 2)
(-> 255 (Integer/toString 16))
(Integer/toHexString 255)
(Long/toString 255 2)
(quot 10N 3)
(* 99999999999 99999999999)
(+ 99999999999999999999 1)
(- 9223372036854775808N 1)
(== 2 2 2.0)
(< 1 2 2)
(rem 5 1/2)
(mod 10 3.5)

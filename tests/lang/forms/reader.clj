; Forms as the reader takes them, one on a line.
nil
true
[1 -2 +3 0]
[0x1F 017 2r1010 36rZ]
[1.5 -0.25 1e3 1.5e-3 2E2]
[\a \newline \space \tab \u0041 \o101]
"a\tb\n\"q\" \\ \u00e9"
[:a :a/b ::c]
'[a b/c a.b/c-d ... |]
'(1 2 . 3)
#{1}
{:a 1, :b 2}
#:person{:name "x" :age 3}
#:a{:b 1 :_/c 2}
'(quote x)
''x
'@x
'#'x
[1 #_2 3 #_#_4 5 6]
[##Inf ##-Inf]
##NaN
(map #(* % 2) [1 2])
(#(vector %1 %2 %&) 1 2 3 4)
(meta ^:a ^{:b 2} ^String [1])
(meta '^{:x 1} sym)
[1N 2M 3/4 6/4 10/5]
123456789012345678901234567890
1.0000M
#"a\d+"
(re-find #"a\"b" "xa\"b")
#?(:clj 1 :default 2)
(read-string "[1 2 {:a #{3}}]")
(read-string "#inst \"2026-01-02T03:04:05Z\"")
(read-string "")
(read-string "[1 2")
(read-string "{:a}")
(read-string "#{1 1}")
(read-string "{:a 1 :a 2}")
(read-string "1a")
`(1 ~(+ 1 1) ~@[3 4])
`[a ~'b]
`{:a ~(+ 1 2)}
`#{~(inc 1)}
(= `foo# `foo#)
`(let [x# 1] x#)
(let [f `(a# a#)] (= (first f) (second f)))
`(if + map user/x String :k ::k)
'~x
'~@x
(let [x 1] `(~x ~'x ~@(list x x)))
`()
`nil
(first '#(+ % 1))
(count '(1 , 2 ,,, 3))
[true false nil]
(symbol? '...)
'foo.
(read-string "\\a")
(read-string ":a/b")
(read-string "foo/bar")
(read-string "#_1 2")
(read-string "'a")
(read-string "1 2 3")

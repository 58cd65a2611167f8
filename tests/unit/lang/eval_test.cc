// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/lang/lang_world.hh"

#include <gtest/gtest.h>

namespace reops::lang {
namespace {

struct Case {
    std::string_view text;
    std::string_view value;
};

class Eval : public testing::TestWithParam<Case> {};

TEST_P(Eval, gives)
{
    LangWorld world;
    EXPECT_EQ(world.eval(GetParam().text), GetParam().value) << GetParam().text;
}

constexpr Case special_forms[] = {
    {"1", "1"},
    {"", "nil"},
    {"'(a b)", "(a b)"},
    {"(if nil 1 2)", "2"},
    {"(if 0 1 2)", "1"},
    {"(if false 1)", "nil"},
    {"(do 1 2 3)", "3"},
    {"(do)", "nil"},
    {"(let [x 1 y (inc x)] [x y])", "[1 2]"},
    {"(let [x 1 x (inc x)] x)", "2"},
    {"(loop [i 0 acc ()] (if (< i 3) (recur (inc i) (cons i acc)) acc))", "(2 1 0)"},
    {"(loop [a 1 b 2 n 3] (if (pos? n) (recur b a (dec n)) [a b]))", "[2 1]"},
    {"((fn [x] (if (< x 5) (recur (inc x)) x)) 0)", "5"},
    {"((fn f [n] (if (= n 0) :done (f (dec n)))) 100)", ":done"},
    {"((fn ([] 0) ([x] 1) ([x & more] (count more))) 1 2 3)", "2"},
    {"((fn [& more] more))", "nil"},
    {"(var inc)", "#'clojure.core/inc"},
    {"(def x 5) x", "5"},
    {"(def x \"an x\" 5) (:doc (meta #'x))", "\"an x\""},
    {"(def ^:private y 5) (:private (meta #'y))", "true"},
    {"(let [f (fn [x] (fn [y] [x y]))] ((f 1) 2))", "[1 2]"},
    {"(letfn [(a [n] (if (= n 0) :a (b (dec n)))) (b [n] (if (= n 0) :b (a (dec n))))] (a 5))",
     ":b"},
    {"(letfn [(f [] (fn [] (g))) (g [] 7)] ((f)))", "7"},
    {"(let [k 3] (letfn [(f [x] (if (= x 0) k (g (dec x)))) (g [x] (f x))] (f 2)))", "3"},
    {"(case 2 1 :one (2 3) :few :many)", ":few"},
    {"(case 'a a 1 b 2)", "1"},
    {"(case [1 2] [1 2] :vector)", ":vector"},
    {"(case 9 1 2)", "IllegalArgumentException: No matching clause: 9"},
    {"[(+ 1 1) {:a (+ 1 2)} #{(+ 2 2)}]", "[2 {:a 3} #{4}]"},
    {"['a 'b]", "[a b]"},
    {"{:k 'v}", "{:k v}"},
    {"#(+ %1 %2)", "#function[user/fn]"},
    {"(#(apply + %&) 1 2 3)", "6"},
    {"(meta ^{:a 1} [1])", "{:a 1}"},
    {"(meta (conj ^{:a 1} [1] 2))", "{:a 1}"},
    {"(= ^:a [1] [1])", "true"},
    {"::k", ":user/k"},
    {"#?(:cljs 1 :clj 2)", "2"},
    {"[#?@(:clj [1 2])]", "[1 2]"},
};
INSTANTIATE_TEST_SUITE_P(special_forms, Eval, testing::ValuesIn(special_forms));

constexpr Case destructuring[] = {
    {"(let [[a b] [1 2 3]] [a b])", "[1 2]"},
    {"(let [[a [b c] & d :as all] [1 [2 3] 4 5]] [a b c d all])", "[1 2 3 (4 5) [1 [2 3] 4 5]]"},
    {"(let [[a b] '(1)] [a b])", "[1 nil]"},
    {"(let [[a] nil] a)", "nil"},
    {"(let [{a :a} {:a 1}] a)", "1"},
    {"(let [{:keys [a b] :or {b 9} :as m} {:a 1}] [a b m])", "[1 9 {:a 1}]"},
    {"(let [{:strs [a] :syms [b]} {\"a\" 1 'b 2}] [a b])", "[1 2]"},
    {"(let [{:keys [n/a]} {:n/a 1}] a)", "1"},
    {"(let [{:n/keys [a b]} {:n/a 1 :n/b 2}] [a b])", "[1 2]"},
    {"(let [{:keys [:a]} {:a 1}] a)", "1"},
    {"(let [{[x y] :point} {:point [1 2]}] [x y])", "[1 2]"},
    {"((fn [& {:keys [a b]}] [a b]) :a 1 :b 2)", "[1 2]"},
    {"((fn [& {:keys [a b]}] [a b]) {:a 1})", "[1 nil]"},
    {"((fn [x & [y z]] [x y z]) 1 2)", "[1 2 nil]"},
    {"(loop [[x & more] [1 2 3] sum 0] (if x (recur more (+ sum x)) sum))", "6"},
    {"(let [{:keys [a] :or {a (+ 1 1)}} {}] a)", "2"},
};
INSTANTIATE_TEST_SUITE_P(destructuring, Eval, testing::ValuesIn(destructuring));

constexpr Case macros[] = {
    {"(when true 1 2)", "2"},
    {"(when-not true 1)", "nil"},
    {"(if-not false 1 2)", "1"},
    {"(if-let [x nil] x :none)", ":none"},
    {"(if-let [[a b] [1 2]] (+ a b) 0)", "3"},
    {"(if-some [x false] x 1)", "false"},
    {"(when-let [x 1] (inc x))", "2"},
    {"(cond false 1 nil 2 :else 3)", "3"},
    {"(condp = 2 1 :a 2 :b)", ":b"},
    {"(-> {:a {:b 1}} :a :b inc)", "2"},
    {"(->> [1 2 3] (map inc) (reduce +))", "9"},
    {"(some-> {:a nil} :a inc)", "nil"},
    {"(cond-> 1 true inc false (* 10) true (+ 5))", "7"},
    {"(as-> 1 x (inc x) [x x])", "[2 2]"},
    {"(and 1 nil 2)", "nil"},
    {"(and)", "true"},
    {"(or nil false 3)", "3"},
    {"(doseq [x [1 2] y [3 4]] x)", "nil"},
    {"(vec (for [x [1 2 3] :when (> x 1) y [:a :b]] [x y]))", "[[2 :a] [2 :b] [3 :a] [3 :b]]"},
    {"(vec (for [x (range) :while (< x 3) :let [y (* x x)]] y))", "[0 1 4]"},
    {"(let [a (atom [])] (doseq [x [1 2 3] :when (not= x 2)] (swap! a conj x)) @a)", "[1 3]"},
    {"(let [a (atom 0)] (dotimes [i 4] (swap! a + i)) @a)", "6"},
    {"(let [a (atom 3)] (while (pos? @a) (swap! a dec)) @a)", "0"},
    {"(defmacro twice [x] `(do ~x ~x)) (let [a (atom 0)] (twice (swap! a inc)) @a)", "2"},
    {"(defmacro m [& xs] `[~@xs ~(count xs)]) (m 1 2)", "[1 2 2]"},
    {"(defmacro with-x [& b] `(let [x# 1] (+ x# ~@b))) (let [x 5] (with-x x))", "6"},
    {"`(inc a ~(+ 1 2) ~@[4 5])", "(clojure.core/inc user/a 3 4 5)"},
    {"(let [x 1] `{:k ~x})", "{:k 1}"},
    {"(comment (no such thing))", "nil"},
    {"(defonce z 1) (defonce z 2) z", "1"},
    {"(def ^:dynamic *d* 1) [(binding [*d* 2] *d*) *d*]", "[2 1]"},
    {"(def ^:dynamic *d* 1) (binding [*d* 2] (set! *d* 3) *d*)", "3"},
    {"@(delay (+ 1 2))", "3"},
    {"(macroexpand-1 '(when a b))", "(if a (do b))"},
    {"(defn f {:pre 1} [x] {:pre [(pos? x)]} x) (f 1)", "1"},
    {"(defn f [x] {:pre [(pos? x)]} x) (f 0)", "AssertionError: Assert failed: (pos? x)"},
    {"(defn f [x] {:post [(= % 2)]} x) (f 1)", "AssertionError: Assert failed: (= % 2)"},
    {"(defn f \"doc\" ([x] x) ([x y] y)) [(f 1) (f 1 2) (:arglists (meta #'f))]",
     "[1 2 ([x] [x y])]"},
    {"(with-redefs [inc dec] (inc 1))", "0"},
    {"(do (with-redefs [inc dec] nil) (inc 1))", "2"},
};
INSTANTIATE_TEST_SUITE_P(macros, Eval, testing::ValuesIn(macros));

constexpr Case callables[] = {
    {"(:a {:a 1})", "1"},
    {"(:a nil)", "nil"},
    {"(:a {} 2)", "2"},
    {"({:a 1} :a)", "1"},
    {"({} :a 3)", "3"},
    {"(#{1} 1)", "1"},
    {"([5 6] 1)", "6"},
    {"('a {'a 1})", "1"},
    {"(#'inc 1)", "2"},
    {"(map :a [{:a 1} {:a 2}])", "(1 2)"},
    {"(apply max [1 3 2])", "3"},
    {"(apply (fn [a & more] [a more]) 1 [2 3])", "[1 (2 3)]"},
    {"(first (apply concat (iterate (fn [x] x) [1])))", "1"},
    {"(1 2)", "ClassCastException: expected a function but got an integer: 1"},
};
INSTANTIATE_TEST_SUITE_P(callables, Eval, testing::ValuesIn(callables));

constexpr Case numbers[] = {
    {"(+ 1 2.5)", "3.5"},
    {"(- 5)", "-5"},
    {"(/ 6 3)", "2"},
    {"(quot -7 2)", "-3"},
    {"(rem -7 2)", "-1"},
    {"(mod -7 2)", "1"},
    {"(< 1 2 3)", "true"},
    {"(< 1 3 2)", "false"},
    {"(= 1 1.0)", "false"},
    {"(== 1 1.0)", "true"},
    {"(inc 9223372036854775807)", "ArithmeticException: long overflow"},
    {"(+ 9223372036854775807 1)", "ArithmeticException: long overflow"},
    {"(* 9223372036854775807 2)", "ArithmeticException: long overflow"},
    {"(- -9223372036854775808 1)", "ArithmeticException: long overflow"},
    {"(quot 1 0)", "ArithmeticException: Divide by zero"},
    {"(+ 1 \"a\")", "ClassCastException: expected a number but got a string: \"a\""},
    {"(+ 1 nil)", "NullPointerException: expected a number but got nil"},
};
INSTANTIATE_TEST_SUITE_P(numbers, Eval, testing::ValuesIn(numbers));

constexpr Case sequences[] = {
    {"(= [1 2] (map inc [0 1]))", "true"},
    {"(= (map inc [0 1]) '(1 2))", "true"},
    {"(= {:a [1]} {:a (map inc [0])})", "true"},
    {"(get {(map inc [0]) :found} [1])", ":found"},
    {"(first {:a 1})", "[:a 1]"},
    {"(seq \"ab\")", "(\\a \\b)"},
    {"(rest nil)", "()"},
    {"(next [1])", "nil"},
    {"(cons 1 nil)", "(1)"},
    {"(conj '(1) 2)", "(2 1)"},
    {"(conj {:a 1} [:b 2] {:c 3})", "{:a 1, :b 2, :c 3}"},
    {"(into [] (map inc (range 3)))", "[1 2 3]"},
    {"(reduce (fn [a x] (if (> x 2) (reduced a) (+ a x))) 0 (range))", "3"},
    {"(count (range 5))", "5"},
    {"(nth (range) 7)", "7"},
    {"(concat [1] '(2) nil (map inc [2]))", "(1 2 3)"},
    {"(let [n (atom 0) s (lazy-seq (swap! n inc) [1])] (first s) (first s) @n)", "1"},
    {"(seq 1)", "IllegalArgumentException: Don't know how to create ISeq from: an integer"},
};
INSTANTIATE_TEST_SUITE_P(sequences, Eval, testing::ValuesIn(sequences));

TEST(Evaluation, parts_of_a_top_level_do_are_evaluated_one_by_one)
{
    LangWorld world;
    EXPECT_EQ(world.eval("(do (defmacro m [] 1) (m))"), "1");
}

TEST(Evaluation, prints_to_the_given_output)
{
    LangWorld world;
    EXPECT_EQ(world.output("(println \"a\" [\"b\" \\c]) (prn \"a\")"), "a [b c]\n\"a\"\n");
    EXPECT_EQ(world.eval("(with-out-str (print 1) (print 2))"), "\"12\"");
}

TEST(Evaluation, interpreters_share_nothing)
{
    LangWorld one;
    LangWorld two;
    EXPECT_EQ(one.eval("(def x 1) x"), "1");
    EXPECT_EQ(two.eval("x"),
              "Compiler$CompilerException: Unable to resolve symbol: x in this context");
}

}  // namespace
}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/lang/lang_world.hh"

#include <gtest/gtest.h>

namespace reops::lang {
namespace {

TEST(Catch, chooses_by_the_name_of_the_class)
{
    LangWorld world;
    EXPECT_EQ(world.eval("(try (/ 1 0) (catch ArithmeticException e (ex-message e)))"),
              "\"Divide by zero\"");
    EXPECT_EQ(world.eval("(try (/ 1 0) (catch IllegalStateException e 1)"
                         " (catch RuntimeException e 2) (catch Throwable e 3))"),
              "2");
    EXPECT_EQ(world.eval("(try (/ 1 0) (catch IllegalStateException e 1))"),
              "ArithmeticException: Divide by zero");
    EXPECT_EQ(world.eval("(try (throw (ex-info \"m\" {:a 1})) (catch clojure.lang.ExceptionInfo e"
                         " [(.getMessage e) (ex-data e)]))"),
              "[\"m\" {:a 1}]");
    EXPECT_EQ(world.eval("(try (throw (AssertionError. \"x\")) (catch Exception e 1)"
                         " (catch Error e (ex-message e)))"),
              "\"x\"");
    EXPECT_EQ(world.eval("(try ((fn [x] x)) (catch IllegalArgumentException e :arity))"), ":arity");
    EXPECT_EQ(world.eval("(try (throw (Exception. \"a\" (ex-info \"b\" {})))"
                         " (catch Exception e (ex-message (ex-cause e))))"),
              "\"b\"");
}

TEST(Finally, runs_in_every_case)
{
    LangWorld world;
    EXPECT_EQ(world.eval("(def a (atom [])) [(try 1 (finally (swap! a conj 2))) @a]"), "[1 [2]]");
    EXPECT_EQ(world.eval("(def a (atom [])) (try (try (/ 1 0) (finally (swap! a conj 2)))"
                         " (catch Exception e @a))"),
              "[2]");
    EXPECT_EQ(world.eval("(def a (atom [])) (try (try (/ 1 0) (catch Exception e (/ 2 0))"
                         " (finally (swap! a conj 2))) (catch Exception e @a))"),
              "[2]");
}

TEST(Catch, leaves_the_stacks_as_they_were)
{
    LangWorld world;
    EXPECT_EQ(world.eval("(defn f [n] (+ n (/ 1 0)))"
                         "(loop [i 0 sum 0] (if (< i 50000)"
                         " (recur (inc i) (+ sum (try (let [a i b [i]] (f (count b)))"
                         " (catch ArithmeticException e 1)))) sum))"),
              "50000");
    EXPECT_EQ(world.eval("(def ^:dynamic *d* 1)"
                         "(try (binding [*d* 2] (/ 1 0)) (catch Exception e *d*))"),
              "1");
}

TEST(Report, shows_place_source_calls_and_hint)
{
    LangWorld world;
    world.eval("(defn inner [x]\n  (+ 1 (/ 10 x)))\n(defn outer [x] [(inner x)])\n\n(outer 0)");
    EXPECT_EQ(world.last_report.to_text(),
              "  at test.clj:5:1\n"
              "  in `user/outer` at test.clj:3:18\n"
              "error: Divide by zero\n"
              "  at test.clj:2:8\n"
              "    1| (defn inner [x]\n"
              "    2|   (+ 1 (/ 10 x)))\n"
              "              ^~~~~~~~\n"
              "  in `user/inner`\n");
    EXPECT_EQ(world.last_report.to_clojure(),
              "Execution error (ArithmeticException) at user/inner (test.clj:2).\n"
              "Divide by zero\n");
}

TEST(Report, of_an_unknown_name_says_what_may_be_meant)
{
    LangWorld world;
    world.eval("(defn f [x]\n  (redcue + x))");
    EXPECT_EQ(world.last_report.to_text(),
              "error: Unable to resolve symbol: redcue in this context\n"
              "  at test.clj:2:4\n"
              "    1| (defn f [x]\n"
              "    2|   (redcue + x))\n"
              "          ^~~~~~\n"
              "  in `user/f`\n"
              "  did you mean `reduce` or `reduced`?\n");
}

TEST(Report, of_an_arity_names_what_the_function_takes)
{
    LangWorld world;
    world.eval("(defn scan [] 1) (scan 2)");
    EXPECT_EQ(world.last_report.message, "Wrong number of args (1) passed to: user/scan");
    EXPECT_EQ(world.last_report.hint, "it takes []");
    EXPECT_EQ(world.last_report.at.span.column, 18U);
    world.eval("(assoc {} 1)");
    EXPECT_EQ(world.last_report.hint, "it takes [map key val] [map key val & kvs]");
}

TEST(Report, of_text_that_does_not_read_has_its_place)
{
    LangWorld world;
    EXPECT_EQ(world.eval("(+ 1\n  (- 2]"),
              "Compiler$CompilerException: expected `)` but found `]`");
    EXPECT_EQ(world.last_report.at.span.line, 2U);
    EXPECT_EQ(world.last_report.at.span.column, 7U);
}

TEST(Report, of_calls_from_the_library_names_the_own_place)
{
    LangWorld world;
    world.eval("(defn f [x] (/ 1 x))\n(vec (map f [1 0]))");
    EXPECT_EQ(world.last_report.function, "user/f");
    EXPECT_EQ(world.last_report.at.span.line, 1U);
    ASSERT_EQ(world.last_report.trace.size(), 1U);
    EXPECT_EQ(world.last_report.trace[0], "at test.clj:2:1");
}

struct Syntax {
    std::string_view text;
    std::string_view message;
};

class SyntaxErrors : public testing::TestWithParam<Syntax> {};

TEST_P(SyntaxErrors, are_told)
{
    LangWorld world;
    const std::string got = world.eval(GetParam().text);
    EXPECT_EQ(got.substr(got.find(": ") + 2), GetParam().message) << GetParam().text;
}

constexpr Syntax syntax[] = {
    {"(if)", "Too few arguments to if"},
    {"(let [x] x)", "let requires an even number of forms in binding vector"},
    {"(loop [x 1] (recur))", "Mismatched argument count to recur, expected: 1 args, got: 0"},
    {"(fn [x] (recur 1) 2)", "Can only recur from tail position"},
    {"(fn [x] (try (recur 1) (finally 2)))", "Cannot recur across try"},
    {"(fn (x) 1)", "Parameter declaration should be a vector"},
    {"(def 1 2)", "First argument to def must be a Symbol"},
    {"(catch-it)", "Unable to resolve symbol: catch-it in this context"},
    {"(try 1 (catch NoSuch e 2))", "Unable to resolve classname: NoSuch"},
    {"nowhere/x", "No such namespace: nowhere"},
    {"clojure.core/nothing-here", "No such var: clojure.core/nothing-here"},
    {"when", "Can't take value of a macro: #'clojure.core/when"},
    {"(throw 1)", "`throw` expected an exception but got an integer: 1"},
    {"(set! x 1)", "Unable to resolve symbol: x in this context"},
    {"(case 1 1 2 1 3)", "Duplicate case test constant: 1"},
    {"(fn [x & y z] 1)", "expected exactly one name after `&`"},
    {"(fn ([x] 1) ([y] 2))", "Can't have 2 overloads with same arity"},
    {"#=(inc 1)", "`#=` is refused: data never becomes code"},
    {"(declare later) later", "`user/later` is declared but has no value"},
    {"{:a (inc 0) :b 1 (keyword \"a\") 3}", "Duplicate key: :a"},
};
INSTANTIATE_TEST_SUITE_P(all, SyntaxErrors, testing::ValuesIn(syntax));

}  // namespace
}  // namespace reops::lang

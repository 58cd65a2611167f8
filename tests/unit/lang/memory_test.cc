// SPDX-License-Identifier: Apache-2.0
// What is replaced is freed, circles of values and texts too: ten thousand rounds take no more than
// a few.
#include "data/pool.hh"
#include "tests/unit/lang/lang_world.hh"

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reops::lang {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int rounds = 2'000;  // a sanitizer takes ten times as long
#else
constexpr int rounds = 10'000;
#endif
constexpr int first_rounds = 1'000;

/// Of this process, in bytes.
std::int64_t resident_bytes()
{
    std::ifstream in{"/proc/self/statm"};
    std::int64_t all = 0;
    std::int64_t resident = 0;
    in >> all >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

struct Case {
    std::string_view name;
    std::string_view text;
};

std::ostream& operator<<(std::ostream& out, const Case& shown)
{
    return out << shown.name;
}

class Rounds : public testing::TestWithParam<Case> {};

/// The pool's bytes tell of every value; the process's pages tell of what is not in the pool.
TEST_P(Rounds, leave_nothing)
{
    LangWorld world;
    std::int64_t values = 0;
    std::int64_t pages = 0;
    for (int round = 0; round < rounds; ++round) {
        world.eval(GetParam().text);
        ASSERT_EQ(world.last_report.message, "");
        world.defined.clear();
        if (round == first_rounds) {
            values = data::thread_bytes;
            pages = resident_bytes();
        }
    }
    world.interpreter.collect_cycles();
    EXPECT_LE(data::thread_bytes - values, 64 * 1024);
    if (data::is_pooled()) {
        EXPECT_LE(resident_bytes() - pages, 2 << 20);
    }
    EXPECT_LT(world.interpreter.sources().size(), 1'000U);
}

constexpr Case cases[] = {
    {"function", "(defn f [x] (if (pos? x) (f (dec x)) x)) (f 3)"},
    {"closure", "(def f (let [n 1] (fn [x] (+ n x)))) (f 1)"},
    {"atom_of_itself", "(let [a (atom nil)] (reset! a a) nil)"},
    {"atom_of_its_function", "(def a (let [a (atom nil)] (reset! a {:f (fn [] @a)}) a))"},
    {"two_atoms", "(let [a (atom nil) b (atom [a])] (swap! a conj (list b)) nil)"},
    {"volatile", "(let [v (volatile! nil)] (vreset! v #{(fn [] v)}) nil)"},
    {"watch", "(let [a (atom 1)] (add-watch a :k (fn [_ _ _ _] a)) nil)"},
    {"letfn", "(letfn [(f [n] (if (pos? n) (g n) 0)) (g [n] (f (dec n)))] (f 3))"},
    {"local_recursion", "(let [f (fn f [n] (if (pos? n) (f (dec n)) n))] (f 3))"},
    {"endless_sequence", "(def ones (lazy-seq (cons 1 ones))) (take 3 ones)"},
    {"sequence_of_itself", "(def fibs (lazy-cat [0 1] (map + fibs (rest fibs)))) (nth fibs 20)"},
    {"sequence_in_a_map", "(def m {:xs (lazy-seq (cons 1 (:xs m)))}) (first (:xs m))"},
    {"unrealised_map", "(let [a (atom nil)] (reset! a (map (fn [x] @a) [1 2])) nil)"},
    {"delay", "(def d (delay d)) (do (force d) nil)"},
    {"record", "(defrecord Box [x]) (let [a (atom nil)] (reset! a (->Box a)) nil)"},
    {"protocol",
     "(defprotocol Shape (area [s])) (extend-protocol Shape String (area [s] (count s)))"
     " (area \"abc\")"},
    {"multimethod",
     "(ns-unmap *ns* 'kind) (def a (atom nil)) (defmulti kind identity)"
     " (defmethod kind 1 [_] @a) (reset! a kind) (kind 1)"},
    {"exception", "(let [a (atom nil)] (reset! a (ex-info \"x\" {:a a})) nil)"},
    {"promise", "(let [p (promise)] (deliver p [p]) nil)"},
    {"ref", "(let [r (ref nil)] (dosync (ref-set r {:r r})) nil)"},
    {"reify", "(defprotocol P (m [_])) (let [a (atom nil)] (reset! a (reify P (m [_] @a))) nil)"},
    {"with_local_vars", "(with-local-vars [x 1] (var-set x 2) @x)"},
    {"sorted", "(let [a (atom nil)] (reset! a (sorted-map 1 a)) (swap! a assoc 2 3) nil)"},
    {"macro", "(defmacro m [x] `(let [y# ~x] (fn [] y#))) ((m 1))"},
    {"destructuring", "(let [{:keys [a b] [c & d] :c} {:a 1 :c [1 2]}] (fn [] [a b c d]))"},
};
INSTANTIATE_TEST_SUITE_P(all, Rounds, testing::ValuesIn(cases), [](const auto& given) {
    return std::string{given.param.name};
});

/// A file that a prompt loads again and again into the same namespaces.
TEST(Reloads, of_a_file_leave_nothing)
{
    constexpr std::string_view text = R"((ns closet.heat (:require [clojure.string :as str]))
(defprotocol Reading (degrees [r]))
(defrecord Sensor [name value] Reading (degrees [r] (:value r)))
(defmulti judge :kind)
(defmethod judge :hot [r] (str/upper-case (:name r)))
(def seen (let [state (atom {})] (swap! state assoc :note (fn [k] (get @state k))) state))
(def ticks (lazy-seq (cons 1 (map inc ticks))))
(defmacro twice [x] `(let [v# ~x] [v# v#]))
(defn scan [names & {:keys [limit] :or {limit 2}}]
  (letfn [(walk [n] (if (< n limit) (walk (inc n)) (twice n)))]
    (for [name names] [name (walk 0) (judge {:kind :hot :name name})])))
(doall (take 3 ticks))
(doall (scan ["a" "b"])))";
    LangWorld world;
    std::int64_t values = 0;
    std::int64_t pages = 0;
    for (int round = 0; round < rounds; ++round) {
        Task task{world.interpreter};
        world.interpreter.load(task, text, "closet/heat.clj");
        world.defined.clear();
        if (round == first_rounds) {
            values = data::thread_bytes;
            pages = resident_bytes();
        }
    }
    world.interpreter.collect_cycles();
    EXPECT_LE(data::thread_bytes - values, 64 * 1024);
    if (data::is_pooled()) {
        EXPECT_LE(resident_bytes() - pages, 2 << 20);
    }
}

/// What a circle hangs on must stay, however often it is looked for.
TEST(Circles, that_are_held_stay)
{
    LangWorld world;
    world.eval("(def kept (let [a (atom 0)] (reset! a {:n 7 :self (fn [] @a)}) a))");
    world.eval("(def ones (lazy-seq (cons 1 ones))) (first ones)");
    Task outside{world.interpreter};
    const Value held = world.interpreter.eval(
        outside, "(let [a (atom nil)] (reset! a [(fn [] @a) 8]) (fn [] (second @a)))", "test.clj");
    world.interpreter.collect_cycles();
    for (int i = 0; i < 3; ++i)
        world.eval("(doall (repeatedly 1000 (fn [] (let [a (atom nil)] (reset! a a)))))");
    world.interpreter.collect_cycles();
    EXPECT_EQ(world.eval("(:n ((:self @kept)))"), "7");
    EXPECT_EQ(world.eval("(take 3 ones)"), "(1 1 1)");
    EXPECT_EQ(outside.call(held, Arguments{}), Value::integer(8));
}

/// An interpreter that ends frees the circles that its vars held, as a reload of a file does.
TEST(Circles, end_with_the_interpreter)
{
    const auto round = [] {
        LangWorld world;
        world.eval(
            "(def a (let [a (atom nil)] (reset! a (fn [] @a)) a))"
            "(def ones (lazy-seq (cons 1 ones))) (first ones)");
    };
    round();
    const std::int64_t before = data::thread_bytes;
    for (int i = 0; i < 3; ++i)
        round();
    EXPECT_EQ(data::thread_bytes, before);
}

/// A garbage of many thousands in one circle is larger than a step: it is found in the end.
TEST(Circles, may_be_long)
{
    LangWorld world;
    world.eval("(def keep [])");
    const std::int64_t before = data::thread_bytes;
    for (int i = 0; i < 20; ++i)
        world.eval(
            "(let [all (mapv atom (range 30000))]"
            " (dotimes [i 30000] (reset! (all i) (all (rem (inc i) 30000)))) nil)");
    EXPECT_LE(data::thread_bytes - before, 12 << 20);
    world.interpreter.collect_cycles();
    EXPECT_LE(data::thread_bytes - before, 64 * 1024);
}

TEST(Texts, stay_while_code_or_a_definition_holds_them)
{
    LangWorld world;
    world.eval("(defn broken [x] (inc :a))");
    for (int i = 0; i < 1'000; ++i)
        world.eval("nil");
    EXPECT_LT(world.interpreter.sources().size(), 200U);
    world.eval("(broken 1)");
    EXPECT_EQ(world.last_report.at.span.line, 1U);
    EXPECT_EQ(world.last_report.source, "(defn broken [x] (inc :a))");
}

}  // namespace
}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
// What is changed in place must never show where somebody else still looks.
#include "tests/unit/lang/lang_world.hh"

#include <gtest/gtest.h>

namespace reops::lang {
namespace {

struct Case {
    std::string_view text;
    std::string_view value;
};

class Reuse : public testing::TestWithParam<Case> {};

TEST_P(Reuse, is_not_seen)
{
    LangWorld world;
    EXPECT_EQ(world.eval(GetParam().text), GetParam().value) << GetParam().text;
}

constexpr Case cases[] = {
    {"(let [a [1] b (conj a 2)] [a b])", "[[1] [1 2]]"},
    {"(let [a {:x 1} b (assoc a :y 2) c (assoc a :z 3)] [a b c])",
     "[{:x 1} {:x 1, :y 2} {:x 1, :z 3}]"},
    {"(let [a [1] f (fn [] a) b (conj a 2)] [(f) b])", "[[1] [1 2]]"},
    {"(let [a [1]] (loop [i 0] (if (< i 3) (do (conj a i) (recur (inc i))) a)))", "[1]"},
    {"(let [a [1]] (loop [i 0 r nil] (if (< i 2) (recur (inc i) (conj a i)) [a r])))",
     "[[1] [1 1]]"},
    {"(let [a [1]] [(if true (conj a 2) a) a])", "[[1 2] [1]]"},
    {"(let [a [1] b (if true a [])] [(conj a 2) b])", "[[1 2] [1]]"},
    {"(let [a [1]] (try (conj a (/ 1 0)) (catch Exception e a)))", "[1]"},
    {"(let [a [1]] (try (do (conj a 2) (/ 1 0)) (catch Exception e a) (finally (count a))))",
     "[1]"},
    {"(defn f [v] [(conj v 1) (conj v 2)]) (f [])", "[[1] [2]]"},
    {"(defn f [v] (let [g (fn [] (conj v 1))] [(g) (g) v])) (f [])", "[[1] [1] []]"},
    {"(let [s (lazy-seq (cons 1 nil))] [(first s) (first s) s])", "[1 1 (1)]"},
    {"(let [x [1] f (fn [a b] [a b])] (f x (conj x 2)))", "[[1] [1 2]]"},
    {"(let [x 5 f (fn [y] (- y 3))] (+ x (f x)))", "7"},
    {"(let [x 5 f (fn [y] (- y 3))] (< x (f x)))", "false"},
    {"(let [x [1] f (fn [y] (conj y 3))] (= x (f x)))", "false"},
    {"(let [x {:a [1]} y (:a x)] [(conj y 2) x])", "[[1 2] {:a [1]}]"},
    {"(def base [1]) [(conj base 2) base]", "[[1 2] [1]]"},
    {"(let [a (atom [1]) v @a] [(swap! a conj 2) v])", "[[1 2] [1]]"},
    {"((fn [a n] (if (< n 3) (recur (conj a n) (inc n)) a)) [] 0)", "[0 1 2]"},
    {"(let [a [] b a] (case 1 1 [(conj a 1) b] 2 a))", "[[1] []]"},
    {"(let [a [1]] (if (seq a) (let [b (conj a 2)] [a b]) a))", "[[1] [1 2]]"},
    {"(let [f (fn [m] (-> m (assoc :a 1) (assoc :b 2))) m {}] [(f m) m])", "[{:a 1, :b 2} {}]"},
    {"(let [once (lazy-seq (try (/ 1 0) (catch Exception e [1])))] [(first once) once])",
     "[1 (1)]"},
    {"(let [v [1 2]] (vec (for [x v y v] [x y])))", "[[1 1] [1 2] [2 1] [2 2]]"},
};
INSTANTIATE_TEST_SUITE_P(all, Reuse, testing::ValuesIn(cases));

/// In place means linear: a hundred thousand changes of a large map are done at once. Without it
/// each would copy nodes, which the memory shows: nothing is made anew but what is kept.
TEST(Growth, of_a_sole_owner_is_in_place)
{
    LangWorld world;
    TaskLimits limits;
    limits.memory = 200'000;
    EXPECT_EQ(world.eval("(loop [i 0 v [0 0 0]] (if (< i 100000) (recur (inc i) (assoc v 1 i))"
                         " v))",
                         limits),
              "[0 99999 0]");
}

}  // namespace
}  // namespace reops::lang

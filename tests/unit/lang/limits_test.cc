// SPDX-License-Identifier: Apache-2.0
#include "data/pool.hh"
#include "tests/unit/lang/lang_world.hh"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace reops::lang {
namespace {

/// A clock that moves by a millisecond whenever somebody looks.
TaskLimits deadline_after(int looks)
{
    TaskLimits limits;
    limits.time_source = [now = Duration{0}]() mutable { return now += milliseconds{1}; };
    limits.time = milliseconds{looks};
    return limits;
}

TaskLimits memory_of(std::int64_t bytes)
{
    TaskLimits limits;
    limits.memory = bytes;
    return limits;
}

struct Endless {
    std::string_view text;
};

class Deadline : public testing::TestWithParam<Endless> {};

TEST_P(Deadline, ends_what_does_not_end)
{
    LangWorld world;
    EXPECT_EQ(world.eval(GetParam().text, deadline_after(20)),
              "interrupted: it ran longer than its limit of 20 ms")
        << GetParam().text;
}

constexpr Endless endless[] = {
    {"(loop [] (recur))"},
    {"(defn f [] (recur)) (f)"},
    {"(while true)"},
    {"(reduce + (range))"},
    {"(count (range))"},
    {"(last (iterate inc 0))"},
    {"(first (filter neg? (range)))"},
    {"(dorun (repeat 1))"},
    {"(defn a [n] (when (< n 10) (a (inc n)))) (loop [] (a 0) (recur))"},
    {"(loop [] (try (/ 1 0) (catch Throwable e nil)) (recur))"},
    {"(try (loop [] (recur)) (catch Throwable e :caught))"},
    {"(try (loop [] (recur)) (finally (loop [] (recur))))"},
    {"(= (range) (range))"},
    {"(swap! (atom 0) (fn [x] (loop [] (recur))))"},
    {"(str (range))"},
};
INSTANTIATE_TEST_SUITE_P(all, Deadline, testing::ValuesIn(endless));

TEST(Deadline, is_reported_with_its_place)
{
    LangWorld world;
    world.eval("(defn spin []\n  (loop [] (recur)))\n(spin)", deadline_after(5));
    EXPECT_EQ(world.last_report.at.span.line, 3U);
    EXPECT_EQ(world.last_report.class_name, "");
}

TEST(Deadline, lets_finally_work)
{
    LangWorld world;
    world.eval(
        "(def a (atom nil)) (try (loop [] (recur)) (finally (reset! a (reduce + (range"
        " 1000)))))",
        deadline_after(5));
    EXPECT_EQ(world.eval("@a"), "499500");
}

class Memory : public testing::TestWithParam<Endless> {};

TEST_P(Memory, ends_what_grows)
{
    LangWorld world;
    const std::string got = world.eval(GetParam().text, memory_of(8'000'000));
    EXPECT_TRUE(got.starts_with("interrupted: the values take")) << got;
    EXPECT_TRUE(got.ends_with("the limit is 8000000 bytes")) << got;
}

constexpr Endless hogs[] = {
    {"(loop [v []] (recur (conj v 1)))"},
    {"(loop [s \"ab\"] (recur (str s s)))"},
    {"(into [] (range))"},
    {"(vec (map (fn [x] [x]) (range)))"},
    {"(def all (iterate inc 0)) (last all)"},
    {"(loop [m {} i 0] (recur (assoc m i i) (inc i)))"},
    {"(try (loop [v []] (recur (conj v 1))) (catch Throwable e :caught))"},
};
INSTANTIATE_TEST_SUITE_P(all, Memory, testing::ValuesIn(hogs));

TEST(Memory, of_lazy_sequences_that_are_passed_is_given_back)
{
    LangWorld world;
    const TaskLimits limits = memory_of(4'000'000);
    EXPECT_EQ(world.eval("(reduce + (map inc (range 300000)))", limits), "45000150000");
    EXPECT_EQ(world.eval("(count (filter (fn [x] (= 0 (rem x 3))) (range 300000)))", limits),
              "100000");
    EXPECT_EQ(world.eval("(loop [s (map inc (range 300000)) n 0]"
                         " (if (seq s) (recur (rest s) (+ n (first s))) n))",
                         limits),
              "45000150000");
    EXPECT_EQ(
        world.eval("(defn total [xs] (reduce + xs)) (total (map inc (range 300000)))", limits),
        "45000150000");
    EXPECT_EQ(
        world.eval("(first (filter (fn [x] (> x 299998)) (map identity (range 300000))))", limits),
        "299999");
}

TEST(Depth, ends_runaway_recursion_and_can_be_caught)
{
    LangWorld world;
    EXPECT_TRUE(world.eval("(defn f [x] (inc (f x))) (f 1)").starts_with("StackOverflowError: "));
    EXPECT_EQ(world.eval("(try (f 1) (catch StackOverflowError e :deep))"), ":deep");
#if defined(__SANITIZE_ADDRESS__)
    const std::string calls = "1000";  // its frames are several times as large
#else
    const std::string calls = "3000";
#endif
    EXPECT_EQ(world.eval("(defn g [n] (if (= n 0) 0 (inc (g (dec n))))) (g " + calls + ")"), calls);
    EXPECT_TRUE(world.eval("(loop [s () i 0] (if (< i 100000) (recur (lazy-seq s) (inc i))"
                           " (first s)))") == "nil");
    EXPECT_TRUE(world.eval("(first (reduce concat (map list (range 100000))))")
                    .starts_with("StackOverflowError"));
}

TEST(Interrupt, comes_from_another_thread)
{
    LangWorld world;
    std::atomic<Task*> running{nullptr};
    std::string result;
    std::thread worker{[&] {
        Task task{world.interpreter};
        running = &task;
        running.notify_all();
        try {
            world.interpreter.eval(task, "(loop [] (recur))", "test.clj");
        } catch (const Interrupted& stopped) {
            result = stopped.message();
        }
    }};
    running.wait(nullptr);
    running.load()->interrupt();
    worker.join();
    EXPECT_EQ(result, "interrupted");
}

TEST(Values, are_all_given_back)
{
    LangWorld world;
    const auto round = [&] {
        world.eval(
            "(let [m (into {} (map (fn [x] [x (str x)]) (range 1000)))"
            " v (vec (vals m))] (try (nth v 5000) (catch Exception e (count v))))");
        world.eval("(letfn [(a [n] (if (= n 0) [] (b (dec n)))) (b [n] (a n))] (a 10))");
        world.eval("(defn f [x] (inc (f x))) (try (f 1) (catch StackOverflowError e 1))");
    };
    round();
    round();
    const std::int64_t before = data::thread_bytes;
    for (int i = 0; i < 10; ++i)
        round();
    EXPECT_LE(data::thread_bytes - before, 1000);
}

}  // namespace
}  // namespace reops::lang

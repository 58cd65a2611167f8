// SPDX-License-Identifier: Apache-2.0
// Futures, promises, agents and refs: on real threads, within limits, ended by an interrupt.
#include "lang/task.hh"

#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/printer.hh"
#include "lang/thread_set.hh"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

namespace reops::lang {
namespace {

class Threads final : public Outside {
public:
    Result<void> start_thread(std::function<void()> work) override
    {
        threads_.start(std::move(work));
        return {};
    }

private:
    ThreadSet threads_;
};

Duration now()
{
    return std::chrono::duration_cast<Duration>(
        std::chrono::steady_clock::now().time_since_epoch());
}

class Tasks : public testing::Test {
protected:
    Tasks() { interpreter = std::make_unique<Interpreter>(options()); }

    InterpreterOptions options()
    {
        InterpreterOptions made;
        made.outside = &threads;
        return made;
    }

    std::string eval(std::string_view text, TaskLimits limits = {}) const
    {
        Task task{*interpreter, std::move(limits)};
        try {
            return print_value(task, interpreter->eval(task, text, "test.clj"), true);
        } catch (const LangError& error) {
            const Report report = interpreter->report(error);
            return report.class_name + ": " + report.message;
        } catch (const Interrupted& stopped) {
            return "interrupted: " + stopped.message();
        }
    }

    Threads threads;
    std::unique_ptr<Interpreter> interpreter;
};

TEST_F(Tasks, give_what_they_compute)
{
    EXPECT_EQ(eval("@(future (+ 1 2))"), "3");
    EXPECT_EQ(eval("(let [p (promise)] (future (deliver p 7)) [@p (deliver p 8) @p])"),
              "[7 nil 7]");
    EXPECT_EQ(eval("(deref (promise) 5 :late)"), ":late");
    EXPECT_EQ(eval("(def ^:dynamic *x* 1) (binding [*x* 2] @(future *x*))"), "2");
    EXPECT_EQ(eval("(pmap inc (range 100))"), eval("(map inc (range 100))"));
    EXPECT_EQ(eval("@(future (throw (ex-info \"no\" {:a 1})))"),
              "ExecutionException: clojure.lang.ExceptionInfo: no");
    EXPECT_EQ(eval("(let [a (atom 0)] (run! deref (doall (for [_ (range 8)] (future (dotimes [_ "
                   "1000] (swap! a inc)))))) @a)"),
              "8000");
}

TEST_F(Tasks, of_agents_run_in_order)
{
    EXPECT_EQ(eval("(def a (agent [])) (dotimes [i 200] (send a conj i)) (await a)"
                   "(= @a (range 200))"),
              "true");
    EXPECT_EQ(eval("(def b (agent 0)) (send b (fn [_] (throw (ex-info \"no\" {})))) (await b)"
                   "(ex-message (agent-error b))"),
              "\"no\"");
    EXPECT_EQ(eval("(send b inc)"), "RuntimeException: Agent is failed, needs restart");
    EXPECT_EQ(eval("(restart-agent b 5) (send b inc) (await b) @b"), "6");
}

TEST_F(Tasks, change_refs_together_or_not_at_all)
{
    EXPECT_EQ(eval("(def from (ref 1000)) (def to (ref 0))"
                   "(run! deref (doall (for [_ (range 4)] (future (dotimes [_ 250]"
                   "  (dosync (alter from dec) (alter to inc)))))))"
                   "[@from @to]"),
              "[0 1000]");
    EXPECT_EQ(eval("(try (dosync (ref-set from 5) (throw (ex-info \"no\" {}))) (catch Exception e"
                   " @from))"),
              "0");
    EXPECT_EQ(eval("(ref-set from 1)"), "IllegalStateException: No transaction running");
}

TEST_F(Tasks, that_wait_end_by_their_limits)
{
    TaskLimits limits;
    limits.time = std::chrono::milliseconds{50};
    limits.time_source = [] { return Duration{1}; };  // a processor that waits uses no time
    EXPECT_EQ(eval("@(promise)", limits), "interrupted: it ran longer than its limit of 50 ms");
    limits.time_source = now;
    // Who waits and who works have the same limit: either may be the first to reach it.
    EXPECT_TRUE(eval("@(future (loop [] (recur)))", limits)
                    .ends_with(": it ran longer than its limit of 50 ms"));
}

TEST_F(Tasks, that_wait_end_by_an_interrupt)
{
    Task task{*interpreter};
    std::thread other{[&] { task.interrupt(); }};
    EXPECT_THROW(interpreter->eval(task, "@(promise)", "test.clj"), Interrupted);
    other.join();
}

TEST_F(Tasks, are_cancelled)
{
    EXPECT_EQ(eval("(def f (future (loop [] (recur)))) [(future-cancel f) (future-cancelled? f) "
                   "(future-done? f) (future-cancel f)]"),
              "[true true true false]");
    EXPECT_EQ(eval("@f"), "CancellationException: the future was cancelled");
}

TEST_F(Tasks, are_limited_in_number)
{
    EXPECT_EQ(eval("(def p (promise)) (def all (doall (repeatedly 64 (fn [] (future @p)))))"
                   "(future 1)"),
              "IllegalStateException: 64 futures and agents are at work already");
    EXPECT_EQ(eval("(deliver p 1) (reduce + (map deref all))"), "64");
}

/// An interpreter that ends takes its threads with it.
TEST_F(Tasks, end_with_the_interpreter)
{
    eval(
        "(def f (future (loop [] (recur)))) (def g (future @(promise))) (def a (agent 1))"
        "(send a (fn [_] (loop [] (recur))))");
    interpreter.reset();
    SUCCEED();
}

}  // namespace
}  // namespace reops::lang

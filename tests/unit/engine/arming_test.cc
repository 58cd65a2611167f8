// SPDX-License-Identifier: Apache-2.0
// A flow under its name in one version after another.
#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using test::EngineBench;
using test::make;
using test::over;
using test::publish;

struct ReloadRow {
    const char* rule;
    std::vector<StagePtr> before;
    std::vector<StagePtr> now;
    const char* reasons;  ///< of "60 71 +10s", the reload, "+20s 72"
};

TEST(Reload, KeepsTheStateOfAStageWhoseFormAndThoseBeforeItAreEqual)
{
    const std::vector<ReloadRow> rows = {
        {"all equal",
         {over(70), make_hold_for(seconds(30)), publish("a")},
         {over(70), make_hold_for(seconds(30)), publish("b")},
         "run run"},
        {"a form before it changed",
         {over(70), make_hold_for(seconds(30)), publish("a")},
         {over(69), make_hold_for(seconds(30)), publish("a")},
         "wait"},
        {"its own form changed",
         {over(70), make_hold_for(seconds(30)), publish("a")},
         {over(70), make_hold_for(seconds(25)), publish("a")},
         "wait"},
        {"a form behind it changed",
         {over(70), make_hold_for(seconds(30)), publish("a")},
         {over(70), make_hold_for(seconds(30)), over(71), publish("a")},
         "clear run"},
    };
    for (const ReloadRow& row : rows) {
        EngineBench bench{make("f", row.before)};
        bench.play("60 71 +10s");
        bench.arm(make("f", row.now));
        EXPECT_EQ(bench.play("+20s 72"), row.reasons) << row.rule;
    }
}

TEST(Reload, TheSameVersionAgainChangesNothing)
{
    const FlowPtr flow = make("f", {over(70), make_hold_for(seconds(30)), publish("a")});
    EngineBench bench{flow};
    bench.play("71 +10s");
    bench.arm(flow);
    EXPECT_EQ(bench.count("armed"), 1U);
    EXPECT_EQ(bench.play("+20s"), "run");
}

TEST(Disarm, ForgetsStatesAndTimers)
{
    const FlowPtr flow = make("f", {over(70), make_hold_for(seconds(30)), publish("a")});
    EngineBench bench{flow};
    bench.play("71 +10s");
    bench.command("disarm", "flow", "f");
    EXPECT_EQ(bench.state().filters.size(), 0U);
    EXPECT_EQ(bench.state().timers.size(), 0U);
    bench.arm(flow);
    EXPECT_EQ(bench.play("+20s 71"), "wait") << "armed again it begins anew";
}

TEST(Disarm, DropsWhatWaitsInAQueue)
{
    EngineBench bench{make("f", {over(70), test::stop({"foo"})}, {.mode = Mode::queue})};
    bench.play("71 72 73");
    bench.command("disarm", "flow", "f");
    bench.play("+1m");
    EXPECT_EQ(bench.outcomes(), "foo verified");
}

}  // namespace
}  // namespace reops::engine

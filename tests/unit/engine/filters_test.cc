// SPDX-License-Identifier: Apache-2.0
// What the stages before the first action make of events.
#include "data/print.hh"
#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using data::Value;
using test::EngineBench;
using test::make;
using test::over;
using test::publish;

/// A script of readings and the reasons that the flow gives for them (engine_bench.hh).
struct Row {
    const char* rule;
    const char* script;
    const char* reasons;
};

void check(const std::vector<StagePtr>& filters,
           const std::vector<Row>& rows,
           FlowOptions options = {})
{
    for (const Row& row : rows) {
        std::vector<StagePtr> stages = filters;
        stages.push_back(publish("out"));
        EngineBench bench{make("f", stages, options)};
        EXPECT_EQ(bench.play(row.script), row.reasons) << row.rule;
    }
}

StagePtr times(double factor)
{
    return make_map([factor](const Value& v) { return Value::real(v.number().value() * factor); },
                    "scaled");
}

TEST(Filters, PickLetsPassWhatItsPredicateHoldsFor)
{
    check({over(70)},
          {{"at the level is not above it", "70", "clear"},
           {"above passes, each time", "71 72 71", "run run run"},
           {"a predicate that throws fails this event only", "bad 71", "failed run"}});
}

TEST(Filters, RisingNeedsTwoKnownReadings)
{
    check({make_rising(70)},
          {{"the first reading is not known to rise", "71", "wait"},
           {"from at most the level to above it", "70 71", "clear run"},
           {"above after above does not rise", "69 71 72 71", "clear run wait wait"},
           {"again after a drop", "69 71 69 71", "clear run clear run"},
           {"each key for itself", "69 attic=71 71", "clear wait run"},
           {"not a number is an error", "69 bad 71", "clear failed run"},
           {"a retained reading is a known reading", "retained:60 71", "retained run"},
           {"a retained reading above is known to be above", "retained:71 72", "retained wait"},
           {"a retained reading that rises starts nothing",
            "60 retained:71 72",
            "clear retained wait"}});
}

TEST(Filters, RisingBehindAPickKnowsWhatThePickDropped)
{
    check({over(50), make_rising(70)},
          {{"a dropped reading is known", "40 71", "clear run"},
           {"one that passed the pick, too", "60 71", "clear run"}});
    check({over(50), times(2), make_rising(70)},
          {{"behind a map a clear means: not above", "40 51", "clear run"}});
}

TEST(Filters, HoldForWaitsUntilTheConditionHasHeld)
{
    check({over(70), make_hold_for(seconds(30))},
          {{"the first passing event starts the timer", "71 +29s", "wait"},
           {"when due the newest event passes", "71 +10s 72 +20s", "wait wait run"},
           {"later ones pass at once", "71 +30s 72 73", "wait run run run"},
           {"until a clear", "71 +30s 60 71 +29s", "wait run clear wait"},
           {"a clear cancels the timer", "71 +10s 60 +60s", "wait clear"},
           {"a cancelled timer does not fire for the next",
            "71 +20s 60 71 +15s +15s",
            "wait clear wait run"},
           {"each key has its timer", "71 +20s attic=71 +10s +20s", "wait wait run run"},
           {"a retained reading starts none", "retained:71 +60s", "retained"},
           {"a retained reading does not cancel", "71 retained:60 +30s", "wait retained run"},
           {"a late reading does not cancel", "71 late:60 +30s", "wait late run"},
           {"nor a superseded or an implausible one",
            "71 superseded:60 implausible:200 +30s",
            "wait superseded implausible run"}},
          {.max_age = minutes(5)});
}

TEST(Filters, HoldForPassesTheNewestEvent)
{
    EngineBench bench{make("f", {over(70), make_hold_for(seconds(30)), publish("out")})};
    bench.play("71 +10s 75 +20s");
    EXPECT_EQ(bench.last("run-opened", "name"), "temperature");
    const Note* opened = nullptr;
    for (const Note& note : bench.notes)
        if (note.kind == "run-opened")
            opened = &note;
    ASSERT_NE(opened, nullptr);
    EXPECT_EQ(opened->detail.as_map().get("value"), Value::real(75));
}

TEST(Filters, OnceWithinLetsOnePassAndThenWaits)
{
    check({over(70), make_once_within(minutes(1))},
          {{"one passes, then wait", "71 +59s 71", "run wait"},
           {"for the whole span", "71 +60s 71", "run run"},
           {"a clear does not reset it", "71 60 71 +60s 71", "run clear wait run"},
           {"each key for itself", "71 attic=71", "run run"},
           {"a retained reading does not count", "retained:71 71", "retained run"}});
}

TEST(Filters, AClearTravelsToEveryLaterStatefulStage)
{
    check({over(70), make_once_within(seconds(1)), make_hold_for(seconds(30))},
          {{"past a stage that keeps no condition", "71 +10s 60 +60s", "wait clear"}});
    check({over(70), times(2), make_hold_for(seconds(30))},
          {{"past a map", "71 +10s 60 +60s", "wait clear"}});
    check({make_hold_for(seconds(30)), over(70)},
          {{"but not to an earlier one", "60 +30s 61 71", "wait clear clear run"}});
}

TEST(Filters, AWaitIsNotAClear)
{
    check(
        {make_rising(70), make_hold_for(seconds(30))},
        {{"rising waits while above: hold-for goes on",
          "60 71 +10s 72 +20s",
          "clear wait wait run"},
         {"rising clears at its level: hold-for ends", "60 71 +10s 70 +60s", "clear wait clear"}});
}

TEST(Filters, OnlyLiveReadingsStartRuns)
{
    const FlowOptions aged{.max_age = minutes(5)};
    check({over(70)},
          {{"older than :max-age by its own time", "late:71", "late"},
           {"young by its own time", "young:71", "run"},
           {"a newer one came after the gap", "superseded:71", "superseded"},
           {"outside its range", "implausible:71", "implausible"},
           {"the broker's memory", "retained:71", "retained"},
           {"the broker's memory, young by its own time", "young-retained:71", "run"},
           {"the broker's memory, old by its own time", "old-retained:71", "retained"}},
          aged);
    FlowOptions wants_retained = aged;
    wants_retained.retained = true;
    check({over(70)},
          {{"a flow may ask for the broker's memory", "retained:71", "run"}},
          wants_retained);
    check({over(70)}, {{"no age without :max-age and without an action", "late:71", "run"}});
}

TEST(Filters, AFlowThatActsOnHostsHasAMaxAgeOfFiveMinutes)
{
    EXPECT_EQ(make("f", {over(70), test::stop({"foo"})})->max_age, Duration{minutes(5)});
    EXPECT_EQ(make("f", {over(70), publish("out")})->max_age, std::nullopt);
}

TEST(Filters, MapReplacesTheValueForTheStagesBehindIt)
{
    EngineBench bench{make("f", {times(2), over(100), publish("out")})};
    EXPECT_EQ(bench.play("49 51"), "clear run");
    ASSERT_EQ(bench.traces.size(), 2U);
    EXPECT_EQ(bench.traces[0].values, std::vector<Value>{Value::real(98)});
    EXPECT_EQ(bench.traces[0].stage, 1);
}

TEST(Filters, TheTraceNamesTheStageAndTheError)
{
    EngineBench bench{make("f", {over(50), over(70), publish("out")})};
    bench.play("60 bad 71");
    ASSERT_EQ(bench.traces.size(), 3U);
    EXPECT_EQ(bench.traces[0].stage, 1);
    EXPECT_EQ(bench.traces[1].stage, 0);
    EXPECT_EQ(bench.traces[1].error, "not a number");
    EXPECT_EQ(bench.traces[2].stage, 2) << "all filters passed";
}

TEST(Filters, AnotherEventAndAnotherKeyAreNotSeen)
{
    EngineBench bench{make("f", {over(70), publish("out")})};
    EXPECT_EQ(bench.play("power@closet=80"), "");
    auto narrow = make_flow(
        {.name = "g", .event = "temperature", .key = "attic", .stages = {over(70), publish("out")}},
        "b");
    ASSERT_TRUE(narrow.ok());
    bench.arm(*narrow);
    EXPECT_EQ(bench.play("71"), "run");
    EXPECT_EQ(bench.play("attic=71"), "run run");
}

TEST(Filters, AnOverdueHoldForNeedsAFreshPassingReading)
{
    const FlowPtr flow = make("f", {over(70), make_hold_for(seconds(30)), publish("out")});
    const std::vector<Row> rows = {
        {"its timer lets nothing pass", "+1h", "wait"},
        {"a fresh passing reading passes at once", "+1m 71", "wait run"},
        {"a clear reading ends it", "+1m 60 71 +29s", "wait clear wait"},
    };
    for (const Row& row : rows) {
        EngineBench bench{flow};
        bench.play("71");
        bench.restart(minutes(5), true, {flow});
        EXPECT_EQ(bench.play(row.script), row.reasons) << row.rule;
    }
    EngineBench bench{flow};
    bench.play("71 +10s");
    bench.restart(seconds(5), true, {flow});
    EXPECT_EQ(bench.play("+15s"), "run") << "one that is not overdue keeps its exact time";
}

}  // namespace
}  // namespace reops::engine

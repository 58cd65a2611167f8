// SPDX-License-Identifier: Apache-2.0
// Modes, failures of user functions, loops, what people order.
#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using data::Value;
using test::closet_heat;
using test::EngineBench;
using test::mail;
using test::make;
using test::make_system;
using test::over;
using test::publish;
using test::stop;

struct ModeRow {
    const char* rule;
    Mode mode;
    const char* script;
    const char* reasons;
    const char* outcomes;
};

TEST(Modes, SayHowPassingEventsBecomeRuns)
{
    const std::vector<ModeRow> rows = {
        {"single: one open run per key, the others join",
         Mode::single,
         "71 +1s 72 +1m",
         "run joined",
         "foo verified"},
        {"each: every passing event is a run",
         Mode::each,
         "71 +1s 72 +1m",
         "run run",
         "foo verified, foo verified"},
        {"parallel: as each",
         Mode::parallel,
         "71 +1s 72 +1m",
         "run run",
         "foo verified, foo verified"},
        {"queue: one after the other",
         Mode::queue,
         "71 +1s 72 +1s 73 +1m",
         "run queued queued",
         "foo verified, foo verified, foo verified"},
        {"queue: keys do not wait for one another",
         Mode::queue,
         "71 attic=72 +1m",
         "run run",
         "foo verified, foo verified"},
        {"restart: the open run is cancelled and the newest follows",
         Mode::restart,
         "71 +1s 72 +1s 73 +1m",
         "run queued queued",
         "foo verified, foo verified"},
    };
    for (const ModeRow& row : rows) {
        EngineBench bench{make("f", {over(70), stop({"foo"})}, {.mode = row.mode})};
        EXPECT_EQ(bench.play(row.script), row.reasons) << row.rule;
        EXPECT_EQ(bench.outcomes(), row.outcomes) << row.rule;
    }
}

TEST(Modes, AutomaticIsSingleForFlowsThatActOrTellElseEach)
{
    EXPECT_EQ(make("f", {over(70), stop({"foo"})})->mode, Mode::single);
    EXPECT_EQ(make("f", {over(70), mail("hot")})->mode, Mode::single);
    EXPECT_EQ(make("f", {over(70), publish("out")})->mode, Mode::each);
}

TEST(Modes, AQueueHoldsAHundred)
{
    EngineBench bench{make("f", {over(70), stop({"foo"})}, {.mode = Mode::queue})};
    bench.host["foo"].silent = true;
    for (int i = 0; i < 101; ++i)
        bench.play("71");
    EXPECT_EQ(bench.play("71"), "queue-full");
}

TEST(Modes, ARestartedRunIsClosedAsCancelled)
{
    EngineBench bench{make("f", {over(70), stop({"foo", "big-iron"})}, {.mode = Mode::restart})};
    bench.play("71 +1s 72 +1s");
    EXPECT_EQ(bench.outcomes(), "big-iron cancelled (the run was cancelled)");
    bench.play("+9s");
    EXPECT_EQ(bench.last("run-opened", "repeat"), "");
    EXPECT_EQ(bench.count("run-opened"), 2U);
}

TEST(Runs, ARunClosesWhenItsHostsEndedAndItsMailsAreInTheOutbox)
{
    EngineBench bench{closet_heat()};
    bench.mail_fails = Outcome{.status = Status::failed, .message = "451 later", .retry = true};
    bench.play("71 +21s");
    EXPECT_EQ(bench.last("run-closed", "status"), "done") << "the mail's fate does not fail it";
}

struct StatusRow {
    const char* rule;
    Status foo;
    Status bar;
    const char* status;
};

TEST(Runs, StatusSaysHowManyHostsWereGood)
{
    const std::vector<StatusRow> rows = {
        {"all", Status::verified, Status::unverified, "done"},
        {"some", Status::verified, Status::timeout, "partial"},
        {"none", Status::unreachable, Status::failed, "failed"},
    };
    for (const StatusRow& row : rows) {
        EngineBench bench{make("f", {over(70), stop({"foo", "bar"}), mail("hot")})};
        bench.host["foo"].next = {{.status = row.foo}};
        bench.host["bar"].next = {{.status = row.bar}};
        bench.play("71");
        EXPECT_EQ(bench.last("run-closed", "status"), row.status) << row.rule;
    }
}

TEST(Runs, AFailureThatNobodyIsToldOfRaisesAnAlert)
{
    EngineBench silent{make("f", {over(70), stop({"foo"})})};
    silent.host["foo"].next = {{.status = Status::unreachable, .changed = false}};
    silent.play("71");
    const auto alerts = silent.alerts();
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_EQ(alerts[0], "`f` (r-1) is failed: done none; not done foo; to see why: reops why r-1");
    silent.play("+60s 71 +1m");
    EXPECT_EQ(silent.alerts().size(), 1U) << "and one when it is over";
    EngineBench telling{make("f", {over(70), stop({"foo"}), mail("hot")})};
    telling.host["foo"].next = {{.status = Status::unreachable, .changed = false}};
    telling.play("71");
    EXPECT_TRUE(telling.alerts().empty());
}

FlowPtr failing_after_action()
{
    return make("f",
                {over(70),
                 stop({"foo"}),
                 make_map([](const Value&) -> Value { throw std::runtime_error("no value"); }, "x"),
                 mail("hot")});
}

TEST(Failures, AnExceptionAfterAnActionEndsTheRunFailedAndIsTold)
{
    EngineBench bench{failing_after_action()};
    bench.play("71 +1m");
    EXPECT_EQ(bench.acts(), "stop foo");
    EXPECT_EQ(bench.last("run-closed", "status"), "failed");
    EXPECT_EQ(bench.last("run-closed", "error"), "no value");
    EXPECT_EQ(bench.alerts().size(), 1U);
}

TEST(Failures, TwentyWithinAMinutePauseTheFlow)
{
    EngineBench bench{closet_heat()};
    for (int i = 0; i < 19; ++i)
        bench.play("bad");
    EXPECT_EQ(bench.play("71"), "run") << "19 do not";
    bench.play("bad");
    const auto alerts = bench.alerts();
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_EQ(alerts[0],
              "`closet-heat` failed 20 times within a minute and is paused; last: not a number");
    EXPECT_EQ(bench.play("71 bad 60"), "paused paused clear") << "it keeps receiving";
    EXPECT_TRUE(bench.alerts().empty()) << "one alert";
}

TEST(Failures, OlderOnesDoNotCount)
{
    EngineBench bench{closet_heat()};
    for (int i = 0; i < 10; ++i)
        bench.play("bad");
    bench.play("+1m");
    for (int i = 0; i < 19; ++i)
        bench.play("bad");
    EXPECT_EQ(bench.play("71"), "run");
}

TEST(Failures, APausedFlowGoesOnWhenAPersonSaysSo)
{
    EngineBench bench{closet_heat()};
    for (int i = 0; i < 20; ++i)
        bench.play("bad");
    bench.alerts();
    bench.command("resume", "flow", "closet-heat");
    EXPECT_EQ(bench.last("command", "text"), "closet-heat takes events again");
    EXPECT_EQ(bench.alerts().size(), 1U) << "over";
    EXPECT_EQ(bench.play("71"), "run");
    bench.command("resume", "flow", "closet-heat");
    EXPECT_EQ(bench.last("command", "text"), "no paused flow `closet-heat`");
}

TEST(Failures, ANewVersionOfAPausedFlowIsNotPaused)
{
    EngineBench bench{closet_heat()};
    for (int i = 0; i < 20; ++i)
        bench.play("bad");
    bench.arm(make("closet-heat", {over(71), stop({"foo"})}));
    EXPECT_EQ(bench.play("72"), "run");
}

struct LoopRow {
    const char* rule;
    std::uint32_t depth;
    const char* caused_by;
    bool self_trigger;
    const char* reason;
};

TEST(Loops, AreBroken)
{
    const std::vector<LoopRow> rows = {
        {"depth 8 is allowed", 8, "other", false, "run"},
        {"over 8 is not", 9, "other", false, "too-deep"},
        {"an event of its own making starts nothing", 1, "f", false, "caused-itself"},
        {"unless it says so", 1, "f", true, "run"},
        {"but not for ever", 9, "f", true, "too-deep"},
    };
    for (const LoopRow& row : rows) {
        EngineBench bench{
            make("f", {over(70), publish("out")}, {.self_trigger = row.self_trigger})};
        Event event = bench.event_of("71");
        event.depth = row.depth;
        event.caused_by = row.caused_by;
        bench.traces.clear();
        bench.feed(event);
        ASSERT_EQ(bench.traces.size(), 1U);
        EXPECT_EQ(to_string(bench.traces[0].reason), row.reason) << row.rule;
    }
}

TEST(Loops, APublishCarriesItsRunItsFlowAndOneMoreInDepth)
{
    EngineBench bench{make("f", {over(70), publish("out")})};
    bench.publish_fails = Outcome{.status = Status::failed, .retry = true};
    Event event = bench.event_of("71");
    event.depth = 3;
    bench.feed(event);
    ASSERT_EQ(bench.engine().outstanding().size(), 0U) << "it waits for its retry";
    const data::Map& args = bench.state().outbox.rows().begin()->second.effect.args.as_map();
    EXPECT_EQ(args.get("depth"), Value::integer(4));
    EXPECT_EQ(EngineBench::text(args, "run"), "r-1");
    EXPECT_EQ(EngineBench::text(args, "flow"), "f");
}

TEST(Commands, CancelEndsAfterTheActionsInFlight)
{
    EngineBench bench{closet_heat()};
    bench.play("71 +1s");
    bench.command("cancel", "run", "r-1");
    EXPECT_EQ(bench.last("command", "text"), "r-1 ends after the actions in flight");
    EXPECT_EQ(bench.outcomes(), "big-iron cancelled (the run was cancelled)");
    bench.play("+1m");
    EXPECT_EQ(bench.outcomes(), "foo verified, bar verified") << "nothing is rolled back";
    EXPECT_EQ(bench.acts(), "stop foo, stop bar");
    EXPECT_EQ(bench.last("run-closed", "status"), "cancelled");
    bench.command("cancel", "run", Value::integer(1));
    EXPECT_EQ(bench.last("command", "text"), "no open run 1");
}

TEST(Commands, AnUnknownOneIsAnswered)
{
    EngineBench bench;
    bench.command("dance", "run", "r-1");
    EXPECT_EQ(bench.last("command", "text"), "no command `dance`");
    bench.command("disarm", "flow", "nobody");
    EXPECT_EQ(bench.last("command", "text"), "no armed flow `nobody`");
}

TEST(Commands, AnEmittedReadingIsMarkedWithItsActor)
{
    EngineBench bench{make("f", {over(70), mail("hot")})};
    Event event = bench.event_of("71");
    event.emitted = true;
    event.actor = "uid 1000";
    bench.feed(event);
    EXPECT_EQ(bench.last("run-opened", "actor"), "uid 1000");
    EXPECT_TRUE(bench.mails().at(0).get("event").as_map().get("emitted").truthy());
}

TEST(Troubles, AreOneAlertPerCauseUntilTheyClear)
{
    EngineBench bench;
    bench.feed(Trouble{.cause = "source-down:mqtt", .text = "the broker is gone"});
    bench.feed(Trouble{.cause = "source-down:mqtt", .text = "the broker is gone"});
    EXPECT_EQ(bench.alerts(), std::vector<std::string>{"the broker is gone"});
    bench.feed(Trouble{.cause = "source-down:mqtt", .over = true});
    bench.feed(Trouble{.cause = "source-down:mqtt", .over = true});
    EXPECT_EQ(bench.alerts(), std::vector<std::string>{"over: the broker is gone"});
}

}  // namespace
}  // namespace reops::engine

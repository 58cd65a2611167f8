// SPDX-License-Identifier: Apache-2.0
// Verbs on hosts: one effect a host, in batches; what a crash, a cancel and an incident make of
// them.
#include "data/print.hh"
#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using test::EngineBench;

FlowPtr sync_closet(std::uint32_t batch = 0)
{
    return test::make("sync",
                      {test::over(70),
                       test::operate(test::verb("exec", {"foo", "bar", "big-iron"}, batch)),
                       test::mail("synced")});
}

Outcome failed(int code)
{
    return {.status = Status::failed, .exit_code = code, .message = "no room", .changed = false};
}

TEST(Operation, IsOneEffectAHostAndThenTheNextStage)
{
    EngineBench bench{sync_closet()};
    EXPECT_EQ(bench.play("71 +5s"), "run");
    EXPECT_EQ(bench.timed_acts(), "0s exec foo, 0s exec bar, 0s exec big-iron, 1s mail synced");
    EXPECT_EQ(bench.outcomes(), "foo done, bar done, big-iron done");
    EXPECT_EQ(bench.last("run-closed", "status"), "done");
    EXPECT_TRUE(bench.state().operations.rows().empty());
    EXPECT_TRUE(bench.state().operation_items.rows().empty());
    const std::vector<std::pair<std::string, std::string>> expected = {
        {"exec", "1.sync.1.0.foo"},
        {"exec", "1.sync.1.1.bar"},
        {"exec", "1.sync.1.2.big-iron"},
        {"email", "1.sync.2.0"}};
    EXPECT_EQ(bench.identities(), expected);
}

TEST(Operation, WhatTheHostsSaidStandsInTheMail)
{
    EngineBench bench{sync_closet()};
    bench.host["bar"].next.push_back(failed(7));
    bench.play("71 +5s");
    ASSERT_EQ(bench.mails().size(), 1U);
    EXPECT_EQ(EngineBench::text(bench.mails()[0], "subject"), "synced (2 of 3, 1 failed)");
    const data::Value rows = bench.mails()[0].get("hosts");
    EXPECT_EQ(EngineBench::text(rows.as_vector()[0].as_map(), "message"), "well");
    EXPECT_EQ(rows.as_vector()[1].as_map().get("code").as_integer(), 7);
    EXPECT_EQ(EngineBench::text(rows.as_vector()[1].as_map(), "message"), "no room");
}

TEST(Operation, TheNextBatchBeginsWhenTheLastHasEnded)
{
    EngineBench bench{sync_closet(2)};
    bench.host["bar"].verb_takes = seconds(5);
    bench.play("71 +10s");
    EXPECT_EQ(bench.timed_acts(), "0s exec foo, 0s exec bar, 5s exec big-iron, 6s mail synced");
}

TEST(Operation, TheTimeOfABatchCountsFromItsRelease)
{
    EngineBench bench{sync_closet(2)};
    bench.host["foo"].verb_takes = minutes(9);
    bench.play("71 +9m");
    const Effect* effect = bench.engine().outstanding().at(0);
    EXPECT_EQ(effect->host, "big-iron");
    EXPECT_EQ(effect->expires, EngineBench::begin + minutes(9) + minutes(10));
}

TEST(Operation, WhatOnlyReadsMayBeAskedAgain)
{
    auto options = test::verb("uptime", {"foo"});
    options.may_repeat = true;
    EngineBench bench{test::make("look", {test::over(70), test::operate(options)})};
    bench.host["foo"].silent = true;
    bench.play("71");
    bench.feed(Begun{EffectId{1}});
    EXPECT_EQ(bench.acts(), "ask foo");
    bench.host["foo"].silent = false;
    bench.restart(seconds(3), true, {test::make("look", {test::over(70), test::operate(options)})});
    bench.pass(seconds(2));
    EXPECT_EQ(bench.acts(), "ask foo");
    EXPECT_EQ(bench.outcomes(), "foo done");
}

TEST(Operation, BegunAndLostIsUnknownAndNotDoneAgain)
{
    EngineBench bench{sync_closet(1)};
    bench.host["foo"].silent = true;
    bench.play("71");
    bench.feed(Begun{EffectId{1}});
    EXPECT_EQ(bench.acts(), "exec foo");
    bench.restart(seconds(3), true, {sync_closet(1)});
    bench.pass(seconds(10));
    EXPECT_EQ(bench.acts(), "exec bar, exec big-iron, mail synced (2 of 3, 1 failed)");
    EXPECT_EQ(bench.outcomes(), "foo unknown (reops ended while it ran), bar done, big-iron done");
    EXPECT_EQ(bench.last("run-closed", "status"), "partial");
}

TEST(Operation, WhatHasNotBegunBeforeALongDowntimeExpiresAndEndsTheRun)
{
    EngineBench bench{sync_closet(1)};
    bench.host["foo"].silent = true;
    bench.play("71");
    bench.acts();
    bench.restart(hours(5), true, {sync_closet(1)});
    bench.pass(minutes(1));
    EXPECT_EQ(bench.acts(), "");
    EXPECT_EQ(bench.outcomes(),
              "foo expired (not begun in time: reops was down for 5h), bar expired (the run was "
              "interrupted before), big-iron expired (the run was interrupted before)");
    EXPECT_EQ(bench.last("run-closed", "status"), "interrupted");
}

TEST(Operation, ACancelEndsWhatIsNotReleased)
{
    EngineBench bench{sync_closet(1)};
    bench.play("71");
    bench.command("cancel", "run", "r-1");
    EXPECT_EQ(bench.outcomes(),
              "bar cancelled (the run was cancelled), big-iron cancelled (the run was cancelled)");
    bench.pass(seconds(2));
    EXPECT_EQ(bench.outcomes(), "foo done");
    EXPECT_EQ(bench.last("run-closed", "status"), "cancelled");
    EXPECT_EQ(bench.acts(), "exec foo");
}

TEST(Operation, OfAFlowThatIsGoneFinishesWhatWasReleased)
{
    EngineBench bench{sync_closet(1)};
    bench.play("71");
    bench.restart(seconds(1));
    bench.pass(seconds(2));
    EXPECT_EQ(bench.outcomes(),
              "foo done, bar cancelled (its flow changed), big-iron cancelled (its flow changed)");
    EXPECT_EQ(bench.last("run-closed", "status"), "interrupted");
}

TEST(Operation, IsDoneOnceInAnIncident)
{
    EngineBench bench{sync_closet()};
    EXPECT_EQ(bench.play("71 +2m 72 +2m 73"), "run counted counted");
    EXPECT_EQ(bench.acts(), "exec foo, exec bar, exec big-iron, mail synced");
}

TEST(Operation, TakesTheHostsThatAreLeft)
{
    auto second = test::verb("exec", {});
    second.hosts_from_signal = true;
    EngineBench bench{test::make("two",
                                 {test::over(70),
                                  test::operate(test::verb("exec", {"foo", "bar"})),
                                  test::operate(second)})};
    bench.host["foo"].next.push_back(failed(1));
    bench.play("71 +5s");
    EXPECT_EQ(bench.acts(), "exec foo, exec bar, exec bar");
}

TEST(Operation, PickSeesWhatTheVerbGave)
{
    std::vector<std::string> seen;
    EngineBench bench{
        test::make("picked",
                   {test::over(70),
                    test::operate(test::verb("exec", {"foo", "bar"})),
                    make_choose(
                        [&](const HostResults& success, const HostResults&, const auto&) {
                            for (const HostResult& each : success)
                                seen.push_back(data::print(each.outcome.evidence));
                            return std::vector<std::string>{"bar"};
                        },
                        "chosen"),
                    test::stop({"bar"})})};
    bench.host["foo"].says = data::Value::integer(3);
    bench.play("71 +20s");
    EXPECT_EQ(seen, (std::vector<std::string>{"{:result 3}", "{:result \"well\"}"}));
    EXPECT_EQ(bench.acts(), "exec foo, exec bar, stop bar");
}

TEST(Operation, InShadowOnlyListsWhatItWouldDo)
{
    FlowOptions options;
    options.shadow = true;
    EngineBench bench{
        test::make("sync", {test::over(70), test::operate(test::verb("exec", {"foo"}))}, options)};
    bench.play("71 +5s");
    EXPECT_EQ(bench.acts(), "");
    EXPECT_EQ(bench.outcomes(), "foo shadow (would be asked to exec)");
}

TEST(Operation, WithoutHostsIsRefusedAtArming)
{
    auto options = test::verb("exec", {});
    options.hosts_from_signal = true;
    try {
        test::make("none", {test::over(70), test::operate(options)});
        FAIL() << "it was armed";
    } catch (const std::invalid_argument& refused) {
        EXPECT_STREQ(refused.what(),
                     "`exec` has no hosts: a sensor event names no machine; write exec(closet)");
    }
}

}  // namespace
}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
// Order, joining, guests that are late, starts in the way of stops.
#include "data/map.hh"
#include "data/vector.hh"
#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using test::act;
using test::closet_heat;
using test::EngineBench;
using test::mail;
using test::make;
using test::make_system;
using test::over;
using test::power;
using test::start;
using test::stop;

FlowPtr halting(std::initializer_list<const char*> names)
{
    PowerOptions options = power(hosts::Direction::stop, names);
    options.hard_when_overdue = true;
    return make("halting", {over(70), act(options)});
}

FlowPtr down(std::string name, std::initializer_list<const char*> names)
{
    return make(std::move(name), {over(70), stop(names)}, {.mode = Mode::each}, "down");
}

FlowPtr up(std::string name, std::initializer_list<const char*> names)
{
    return make(std::move(name), {over(70), start(names)}, {.mode = Mode::each}, "up");
}

TEST(Power, GuestsStopBeforeTheirHypervisor)
{
    EngineBench bench{closet_heat()};
    bench.host["bar"].stop_takes = seconds(25);
    bench.play("71 +1m");
    EXPECT_EQ(bench.timed_acts(), "0s stop foo, 0s stop bar, 25s stop big-iron, 35s mail too hot");
}

TEST(Power, GuestsThatNobodyNamedStopBecauseOfIt)
{
    EngineBench bench{make("f", {over(70), stop({"big-iron"}), mail("hot")})};
    bench.play("71 +1m");
    EXPECT_EQ(bench.acts(), "stop bar, stop foo, stop big-iron, mail hot");
    ASSERT_EQ(bench.mails().size(), 1U);
    const data::Value rows = bench.mails()[0].get("hosts");
    ASSERT_EQ(rows.as_vector().size(), 3U);
    EXPECT_EQ(EngineBench::text(rows.as_vector()[0].as_map(), "because"), "big-iron");
    EXPECT_EQ(EngineBench::text(rows.as_vector()[2].as_map(), "because"), "");
}

TEST(Power, AStartBringsUpWhatASystemRunsOnFirst)
{
    EngineBench bench{up("f", {"foo"})};
    bench.host["foo"].on = bench.host["big-iron"].on = false;
    bench.play("up@k=71 +1m");
    EXPECT_EQ(bench.timed_acts(), "0s start big-iron, 20s start foo");
}

TEST(Power, AHypervisorThatDidNotComeUpRefusesItsGuests)
{
    EngineBench bench{up("f", {"foo"})};
    bench.host["foo"].on = bench.host["big-iron"].on = false;
    bench.host["big-iron"].start_takes = hours(1);
    bench.play("up@k=71 +6m");
    EXPECT_EQ(bench.outcomes(),
              "big-iron timeout (did not start), foo refused (big-iron: did not start)");
}

TEST(Power, EightGuestsAtATimePerHypervisor)
{
    for (const std::uint32_t stagger : {8U, 3U}) {
        std::vector<hosts::System> systems = {make_system("hv")};
        systems[0].stagger = stagger;
        PowerOptions options = power(hosts::Direction::start, {});
        for (int i = 0; i < 20; ++i) {
            const std::string name = "g" + std::to_string(i);
            systems.push_back(make_system(name, "hv"));
            options.hosts.names.push_back(name);
        }
        EngineBench bench{make("f", {over(70), act(options)}), systems};
        for (int i = 0; i < 20; ++i)
            bench.host["g" + std::to_string(i)].on = false;
        bench.play("71");
        std::size_t most = 0;
        for (int second = 0; second < 300; ++second) {
            most = std::max(most, bench.state().outbox.size());
            bench.pass(seconds(1));
        }
        EXPECT_EQ(most, stagger);
        EXPECT_EQ(bench.last("run-closed", "status"), "done");
    }
}

TEST(Power, AGuestThatIsOverdueIsSwitchedOffWithItsHypervisor)
{
    EngineBench bench{closet_heat()};
    bench.host["bar"].ignores_stop = true;
    bench.play("71 +5m");
    EXPECT_EQ(bench.timed_acts(),
              "0s stop foo, 0s stop bar, 3m stop-hard bar, 3m1s stop big-iron, "
              "3m11s mail too hot");
    EXPECT_EQ(bench.outcomes(),
              "foo verified, bar verified (did not stop in time, switched off), "
              "big-iron verified");
    const data::Value rows = bench.mails().at(0).get("hosts");
    EXPECT_TRUE(rows.as_vector()[1].as_map().get("hard").truthy()) << "the mail says so";
}

TEST(Power, AGuestThatIsOverdueAloneStaysOn)
{
    EngineBench bench{make("f", {over(70), stop({"bar"})})};
    bench.host["bar"].ignores_stop = true;
    bench.play("71 +5m");
    EXPECT_EQ(bench.acts(), "stop bar");
    EXPECT_EQ(bench.outcomes(), "bar timeout (did not stop)");
}

TEST(Power, AGuestThatCannotBeSwitchedOffRefusesItsHypervisor)
{
    EngineBench bench{closet_heat()};
    bench.host["bar"].ignores_stop = bench.host["bar"].ignores_switch = true;
    bench.play("71 +6m");
    EXPECT_EQ(bench.outcomes(),
              "foo verified, bar timeout (did not stop), big-iron refused (bar still runs)");
}

TEST(Power, AGuestIsNotSwitchedOffForAHypervisorThatStaysOn)
{
    EngineBench bench{closet_heat()};
    bench.host["foo"].next = {{.status = Status::failed, .exit_code = 3, .message = "broken"}};
    bench.host["bar"].ignores_stop = true;
    bench.play("71 +6m");
    EXPECT_EQ(bench.outcomes(),
              "foo failed (broken), bar timeout (did not stop), big-iron refused (bar still runs)");
}

TEST(Power, AGuestIsNotSwitchedOffForAHypervisorThatWillBeRefused)
{
    hosts::System own = make_system("big-iron");
    own.role = hosts::Role::self;
    EngineBench bench{closet_heat(),
                      {own, make_system("foo", "big-iron"), make_system("bar", "big-iron")}};
    bench.host["bar"].ignores_stop = true;
    bench.play("71 +6m");
    EXPECT_EQ(bench.outcomes(),
              "foo verified, bar timeout (did not stop), big-iron refused (reops runs here)");
}

TEST(Power, HaltSwitchesOffWhatIsOverdue)
{
    EngineBench bench{halting({"bar"})};
    bench.host["bar"].ignores_stop = true;
    bench.play("71 +5m");
    EXPECT_EQ(bench.timed_acts(), "0s stop bar, 3m stop-hard bar");
}

TEST(Power, StopWithinIsTheSystemsOwn)
{
    hosts::System slow = make_system("bar");
    slow.stop_within = seconds(30);
    EngineBench bench{halting({"bar"}), {slow}};
    bench.host["bar"].ignores_stop = true;
    bench.play("71 +5m");
    EXPECT_EQ(bench.timed_acts(), "0s stop bar, 30s stop-hard bar");
}

TEST(Power, NamesOutsideTheInventoryAreStoppedOverSshAndNeverStarted)
{
    EngineBench bench{{down("d", {"stranger", "foo"}), up("u", {"stranger"})}};
    bench.play("down@k=71 +1m");
    EXPECT_EQ(bench.outcomes(), "stranger verified, foo verified");
    bench.play("up@k=71 +1m");
    EXPECT_EQ(bench.outcomes(), "stranger refused (no MAC or provider for stranger)");
}

TEST(Power, WhatReopsRunsOnIsRefusedAndTheRestGoesOn)
{
    hosts::System own = make_system("bar", "big-iron");
    own.role = hosts::Role::self;
    EngineBench bench{closet_heat(),
                      {make_system("big-iron"), make_system("foo", "big-iron"), own}};
    bench.play("71 +1m");
    EXPECT_EQ(bench.outcomes(),
              "bar refused (reops runs here), foo verified, big-iron refused (reops runs here)");
}

TEST(Power, UnknownGuestsAreThePerformersToSee)
{
    EngineBench bench{closet_heat()};
    bench.host["big-iron"].next = {{.status = Status::refused,
                                    .message = "runs guests that nobody named: x",
                                    .changed = false}};
    bench.play("71 +1m");
    EXPECT_EQ(bench.outcomes(),
              "foo verified, bar verified, big-iron refused (runs guests that nobody named: x)");
    EXPECT_EQ(bench.held(), "bar foo");
}

TEST(Power, AnEffectTellsItsPerformerWhatIsKnown)
{
    for (const bool unknown_guests : {false, true}) {
        PowerOptions options = power(hosts::Direction::stop, {"big-iron"});
        options.unknown_guests = unknown_guests;
        EngineBench bench{make("f", {over(70), act(options)})};
        bench.play("71 +10s");
        ASSERT_EQ(bench.engine().outstanding().size(), 1U);
        const Effect& effect = *bench.engine().outstanding()[0];
        const data::Map& args = effect.args.as_map();
        EXPECT_EQ(effect.host, "big-iron");
        EXPECT_EQ(EngineBench::text(args, "provider"), "sim");
        EXPECT_EQ(args.get("guests").as_vector().size(), 2U);
        EXPECT_EQ(args.get("unknown-guests"), data::Value::boolean(unknown_guests));
        EXPECT_EQ(effect.limit, minutes(3));
    }
}

TEST(Power, TheSameActionJoinsTheOneInFlight)
{
    EngineBench bench{{down("a", {"foo"}), down("b", {"foo"})}};
    bench.play("down@k=71 +1m");
    EXPECT_EQ(bench.acts(), "stop foo") << "one power action per system";
    EXPECT_EQ(bench.outcomes(), "foo verified, foo verified") << "both runs know how it ended";
}

TEST(Power, AStopWaitsForAStartThatHasBegun)
{
    EngineBench bench{{down("d", {"foo"}), up("u", {"foo"})}, {make_system("foo")}};
    bench.host["foo"].on = false;
    bench.play("up@k=71 +1s down@k=71 +1m");
    EXPECT_EQ(bench.timed_acts(), "0s start foo, 20s stop foo");
    EXPECT_EQ(bench.outcomes(), "foo verified, foo verified");
}

TEST(Power, AStopWaitsAtMostSixtySecondsThenStoppingWins)
{
    EngineBench bench{{down("d", {"foo"}), up("u", {"foo"})}, {make_system("foo")}};
    bench.host["foo"].on = false;
    bench.host["foo"].start_takes = minutes(4);
    bench.play("up@k=71 +1s down@k=71 +59s");
    EXPECT_EQ(bench.acts(), "start foo");
    bench.play("+1s");
    EXPECT_EQ(bench.acts(), "stop foo");
    EXPECT_EQ(bench.outcomes(), "foo cancelled (stopped by d), foo verified");
}

TEST(Power, AStopCancelsStartsThatHaveNotBegun)
{
    EngineBench bench{{down("d", {"foo"}), up("u", {"foo"})}};
    bench.host["foo"].on = bench.host["big-iron"].on = false;
    bench.play("up@k=71 +1s down@k=71 +1m");
    EXPECT_EQ(bench.acts(), "start big-iron, stop foo");
    EXPECT_EQ(bench.outcomes(), "foo cancelled (stopped by d), foo verified, big-iron verified");
}

TEST(Power, AStartWaitsForAStopInFlight)
{
    EngineBench bench{{down("d", {"foo"}), up("u", {"foo"})}, {make_system("foo")}};
    bench.play("down@k=71 +1s up@k=71 +2m");
    EXPECT_EQ(bench.timed_acts(), "0s stop foo, 10s start foo");
}

TEST(Power, ALaterStageTakesTheHostsThatAreLeft)
{
    PowerOptions rest = power(hosts::Direction::start, {});
    rest.hosts_from_signal = true;
    EngineBench bench{make("f", {over(70), stop({"foo", "bar"}), act(rest), mail("again")})};
    bench.host["bar"].next = {{.status = Status::unreachable, .changed = false}};
    bench.play("71 +2m");
    EXPECT_EQ(bench.acts(),
              "stop foo, stop bar, start big-iron, start foo, "
              "mail again (2 of 3, 1 failed)");
}

TEST(Power, NoHostsIsAnOutcomeAndNothingIsDone)
{
    EngineBench bench{make("f", {over(70), stop({}), mail("hot")})};
    bench.play("71");
    EXPECT_EQ(bench.acts(), "");
    EXPECT_EQ(bench.count("no-hosts"), 1U);
    EXPECT_EQ(bench.last("run-closed", "status"), "no hosts");
}

TEST(Power, PickWithThreeArgumentsChoosesTheHostsToGoOnWith)
{
    const auto failed = make_choose(
        [](const HostResults&, const HostResults& failure, const std::vector<std::string>&) {
            std::vector<std::string> out;
            for (const HostResult& result : failure)
                out.push_back(result.host);
            return out;
        },
        "failed");
    PowerOptions rest = power(hosts::Direction::stop, {});
    rest.hosts_from_signal = true;
    rest.hard_when_overdue = true;
    EngineBench bench{make("f", {over(70), stop({"foo", "bar"}), failed, act(rest), mail("hot")})};
    bench.host["bar"].next = {{.status = Status::failed, .message = "busy"}};
    bench.play("71 +1m");
    EXPECT_EQ(bench.acts(), "stop foo, stop bar, stop bar, mail hot");
    EXPECT_EQ(bench.mails().at(0).get("hosts").as_vector().size(), 2U) << "email sees all";
    EngineBench good{make("f", {over(70), stop({"foo"}), failed, act(rest), mail("hot")})};
    good.play("71 +1m");
    EXPECT_EQ(good.acts(), "stop foo") << "nothing left: the flow ends there";
    EXPECT_EQ(good.count("nothing-left"), 1U);
}

TEST(Power, OnlyOneActionIsInFlightPerSystem)
{
    EngineBench bench{{closet_heat(), halting({"bar"})}};
    bench.host["bar"].ignores_stop = true;
    bench.play("71 +5m");
    EXPECT_EQ(bench.timed_acts(),
              "0s stop foo, 0s stop bar, 3m stop-hard bar, 3m1s stop big-iron, "
              "3m11s mail too hot");
}

}  // namespace
}  // namespace reops::engine

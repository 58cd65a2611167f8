// SPDX-License-Identifier: Apache-2.0
// Holds, and starts that are refused because a system flaps.
#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using test::act;
using test::closet_heat;
using test::closet_systems;
using test::EngineBench;
using test::make;
using test::make_system;
using test::over;
using test::power;
using test::start;
using test::stop;

FlowPtr solar(std::initializer_list<const char*> names = {"coin-1"}, bool force = false)
{
    PowerOptions options = power(hosts::Direction::start, names);
    options.force = force;
    return make("solar", {over(10), act(options)}, {}, "power");
}

std::vector<hosts::System> shared()
{
    auto systems = closet_systems();
    systems.push_back(make_system("coin-1", "big-iron"));
    return systems;
}

TEST(Holds, AHostIsHeldByTheIncidentThatStoppedIt)
{
    EngineBench bench{{closet_heat(), solar({"foo"})}};
    bench.play("71 +2m");
    EXPECT_EQ(bench.held(), "bar big-iron foo");
    bench.outcomes();
    bench.play("power@roof=12 +1m");
    EXPECT_EQ(bench.outcomes(),
              "big-iron refused (held by closet-heat since 14:00), "
              "foo refused (big-iron: held by closet-heat since 14:00)");
}

TEST(Holds, TheTextShowsTheTimeOfTheConfiguredZone)
{
    EngineBench bench{{closet_heat(), solar({"big-iron"})}};
    bench.feed(Started{.boot_id = "boot-1", .utc_offset = hours(11)});
    bench.play("71 +2m");
    bench.outcomes();
    bench.play("power@roof=12");
    EXPECT_EQ(bench.outcomes(), "big-iron refused (held by closet-heat since 01:00)");
}

TEST(Holds, AHostFoundStoppedIsHeldToo)
{
    EngineBench bench{{closet_heat(), solar({"foo"})}};
    bench.host["big-iron"].on = bench.host["foo"].on = bench.host["bar"].on = false;
    bench.play("71");
    EXPECT_EQ(bench.held(), "bar big-iron foo");
}

TEST(Holds, AHostThatDidNotStopIsNotHeld)
{
    EngineBench bench{closet_heat()};
    bench.host["bar"].next = {{.status = Status::unreachable, .changed = false}};
    bench.play("71 +2m");
    EXPECT_EQ(bench.held(), "foo");
    EXPECT_EQ(bench.count("hold-set"), bench.count("hold-released") + 1) << "the history says so";
}

TEST(Holds, TheRefusedRunGoesOnWithTheOthers)
{
    EngineBench bench{{closet_heat(), solar({"foo", "loner"})},
                      {make_system("big-iron"),
                       make_system("foo", "big-iron"),
                       make_system("bar", "big-iron"),
                       make_system("loner")}};
    bench.host["loner"].on = false;
    bench.play("71 +2m");
    bench.outcomes();
    bench.play("power@roof=12 +1m");
    EXPECT_EQ(bench.outcomes(),
              "big-iron refused (held by closet-heat since 14:00), "
              "foo refused (big-iron: held by closet-heat since 14:00), loner verified");
    EXPECT_EQ(bench.last("run-closed", "status"), "partial");
}

TEST(Holds, EndWithTheIncident)
{
    EngineBench bench{{closet_heat(), solar({"foo"})}};
    bench.play("71 +5m 60");
    EXPECT_EQ(bench.held(), "");
    bench.outcomes();
    bench.play("power@roof=12 +2m");
    EXPECT_EQ(bench.outcomes(), "big-iron verified, foo verified");
}

TEST(Holds, OfTwoIncidentsEndWithTheLast)
{
    EngineBench bench{{closet_heat(), make("damp", {over(70), stop({"foo"})}, {}, "humidity")}};
    bench.play("71 +1m humidity@closet=71 +4m 60");
    EXPECT_EQ(bench.held(), "foo") << "damp holds it";
    bench.play("+1m humidity@closet=60");
    EXPECT_EQ(bench.held(), "");
}

TEST(Holds, EndByRelease)
{
    EngineBench bench{{closet_heat(), solar({"big-iron"})}};
    bench.play("71 +2m");
    bench.command("release", "host", "big-iron");
    EXPECT_EQ(bench.last("command", "text"), "big-iron is released from 1 hold(s)");
    EXPECT_EQ(bench.held(), "bar foo");
    bench.command("release", "host", "big-iron");
    EXPECT_EQ(bench.last("command", "text"), "nothing holds `big-iron`");
}

TEST(Holds, OfASilentIncidentEndByReleaseOrClear)
{
    EngineBench bench{closet_heat()};
    bench.play("71 +31m");
    EXPECT_EQ(bench.held(), "bar big-iron foo");
    bench.command("release", "host", "foo");
    EXPECT_EQ(bench.held(), "bar big-iron");
    bench.play("60");
    EXPECT_EQ(bench.held(), "");
}

TEST(Holds, OfASilentIncidentBelongToTheNextOne)
{
    EngineBench bench{closet_heat()};
    bench.play("71 +31m 71 +1m 60");
    EXPECT_EQ(bench.held(), "bar big-iron foo") << "a clear within :calm does not end them";
    bench.play("+5m 60");
    EXPECT_EQ(bench.held(), "");
}

TEST(Holds, SurviveARestart)
{
    const FlowPtr heat = closet_heat();
    EngineBench bench{heat};
    bench.play("71 +2m");
    bench.restart(minutes(1), true, {heat});
    EXPECT_EQ(bench.held(), "bar big-iron foo");
}

TEST(Holds, TheOwnFlowMayStart)
{
    EngineBench bench{make("f", {over(70), stop({"foo"}), start({"foo"})})};
    bench.play("71 +5m");
    EXPECT_EQ(bench.outcomes(), "foo verified, big-iron verified, foo verified");
}

TEST(Holds, AnotherKeyOfTheSameFlowIsAnotherIncident)
{
    EngineBench bench{make("f", {over(70), start({"foo"})})};
    bench.arm(make("g", {over(70), stop({"foo"})}, {}, "heat"));
    bench.play("heat@attic=71 +1m");
    bench.outcomes();
    bench.play("71 +1m");
    EXPECT_EQ(bench.outcomes(), "big-iron verified, foo refused (held by g since 14:00)");
}

TEST(Holds, ForceOverridesThem)
{
    EngineBench bench{{closet_heat(), solar({"foo"}, true)}};
    bench.play("71 +2m");
    bench.outcomes();
    bench.play("power@roof=12 +2m");
    EXPECT_EQ(bench.outcomes(), "big-iron verified, foo verified");
}

TEST(Holds, FlowsWithoutIncidentsHoldNothing)
{
    EngineBench bench{make("f", {over(70), stop({"foo"})}, {.mode = Mode::each})};
    bench.play("71 +1m");
    EXPECT_EQ(bench.outcomes(), "foo verified");
    EXPECT_EQ(bench.held(), "");
}

TEST(Holds, HeatAndSunShareAHypervisor)
{
    EngineBench bench{{closet_heat(), solar()}, shared()};
    bench.host["coin-1"].on = false;
    bench.play("71 +2m");
    EXPECT_EQ(bench.acts(), "stop foo, stop bar, stop coin-1, stop big-iron, mail too hot");
    EXPECT_EQ(bench.held(), "bar big-iron coin-1 foo");
    bench.play("power@roof=12 +1m");
    EXPECT_EQ(bench.acts(), "") << "nothing is started while it is hot";
}

/// Two flows of mode each that stop and start foo on request.
std::vector<FlowPtr> seesaw()
{
    return {make("down", {over(70), stop({"foo"})}, {.mode = Mode::each}, "down"),
            make("up", {over(70), start({"foo"})}, {.mode = Mode::each}, "up")};
}

TEST(Flapping, AStartIsRefusedAfterThreeChangesIn15Minutes)
{
    EngineBench bench{seesaw(), {make_system("foo")}};
    bench.play("down@k=71 +1m up@k=71 +1m down@k=71 +1m up@k=71 +1m");
    EXPECT_EQ(bench.outcomes(), "foo verified, foo verified, foo verified, foo verified");
    bench.play("down@k=71 +1m");
    EXPECT_EQ(bench.outcomes(), "foo verified") << "a stop is never refused for it";
    bench.play("up@k=71 +1m");
    EXPECT_EQ(bench.outcomes(), "foo refused (flapping: 4 changes of direction in 15 minutes)");
    const auto alerts = bench.alerts();
    ASSERT_FALSE(alerts.empty());
    EXPECT_EQ(alerts[0],
              "foo changed direction 4 times in 15 minutes; starts are refused until it is calm");
    bench.play("+15m up@k=71 +1m");
    EXPECT_EQ(bench.outcomes(), "foo verified") << "it is calm";
}

TEST(Flapping, TheSameDirectionAgainIsNoChange)
{
    EngineBench bench{seesaw(), {make_system("foo")}};
    bench.play("down@k=71 +1m down@k=71 +1m down@k=71 +1m down@k=71 +1m up@k=71 +1m");
    EXPECT_EQ(bench.outcomes(),
              "foo verified, foo verified, foo verified, foo verified, foo verified");
}

TEST(Flapping, AStopIsNeverRefused)
{
    EngineBench bench{seesaw(), {make_system("foo")}};
    for (int i = 0; i < 3; ++i)
        bench.play("down@k=71 +30s up@k=71 +30s");
    bench.outcomes();
    bench.play("down@k=71 +30s");
    EXPECT_EQ(bench.outcomes(), "foo verified");
}

}  // namespace
}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
// Effects expire; what a restart finds in the outbox.
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
using test::publish;
using test::stop;

TEST(Expiry, FiveHoursLaterNothingIsSwitchedOffAndOneAlertSaysWhatToType)
{
    const FlowPtr flow = closet_heat();
    EngineBench bench{flow};
    bench.host["bar"].silent = true;
    bench.play("71 +10s");
    EXPECT_EQ(bench.acts(), "stop foo, stop bar");
    bench.outcomes();
    bench.restart(hours(5), true, {flow});
    EXPECT_EQ(bench.acts(), "") << "nothing is performed";
    EXPECT_EQ(bench.outcomes(),
              "bar expired (not begun in time: reops was down for 5h), "
              "big-iron expired (not begun within 10m of its event)");
    EXPECT_EQ(bench.last("run-closed", "status"), "interrupted");
    const auto alerts = bench.alerts();
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_EQ(alerts[0],
              "`closet-heat` (r-1) is interrupted: done foo; not done bar, big-iron; to run it "
              "now: reops emit temperature 71.0 --key closet; to see why: reops why r-1");
    EXPECT_TRUE(bench.engine().outstanding().empty());
}

TEST(Expiry, AShortRestartGoesOnWithTheSameEffects)
{
    const FlowPtr flow = closet_heat();
    EngineBench bench{flow};
    bench.play("71 +5s");
    bench.acts();
    bench.restart(minutes(2), true, {flow});
    bench.play("+2m");
    EXPECT_EQ(bench.acts(), "stop foo, stop bar, stop big-iron, mail too hot");
    const auto& identities = bench.identities();
    ASSERT_EQ(identities.size(), 6U);
    EXPECT_EQ(identities[0], identities[2]) << "the identity is the same in every attempt";
    EXPECT_EQ(identities[1], identities[3]);
}

TEST(Expiry, ADowntimeThatIsNotKnownExpiresAllLeftovers)
{
    const FlowPtr flow = closet_heat();
    EngineBench bench{flow};
    bench.host["bar"].silent = true;
    bench.play("71 +10s");
    bench.acts();
    bench.outcomes();
    bench.restart(seconds(30), false, {flow});
    EXPECT_EQ(bench.outcomes(),
              "bar expired (how long reops was down is not known), "
              "big-iron expired (the run was interrupted before)");
    EXPECT_EQ(bench.play("attic=71"), "run") << "new events do not wait";
}

TEST(Expiry, MailsExpireWithAnUnknownDowntimeAndLieInFilesThen)
{
    const FlowPtr flow = make("f", {over(70), mail("hot")});
    EngineBench bench{flow};
    bench.mail_fails = Outcome{.status = Status::failed, .message = "451 later", .retry = true};
    bench.play("71");
    bench.acts();
    bench.restart(seconds(30), false, {flow});
    EXPECT_EQ(bench.acts(), "file-mail");
}

/// After a boot the clock is not synchronised at once.
struct Pending {
    explicit Pending(const FlowPtr& flow) : bench{flow}
    {
        bench.host["bar"].silent = true;
        bench.play("71 +10s");
        bench.acts();
        bench.outcomes();
        bench.feed(Started{.boot_id = "boot-2", .same_boot = false, .downtime_pending = true});
    }
    EngineBench bench;
};

TEST(Expiry, LeftoversWaitUntilTheDowntimeIsKnown)
{
    Pending known{closet_heat()};
    EXPECT_TRUE(known.bench.state().leftovers_wait);
    EXPECT_EQ(known.bench.outcomes(), "");
    known.bench.feed(DowntimeKnown{.known = true, .downtime = minutes(1)});
    EXPECT_FALSE(known.bench.state().leftovers_wait);
    EXPECT_EQ(known.bench.outcomes(), "") << "bar is performed again";
    EXPECT_EQ(known.bench.engine().outstanding().size(), 1U);

    Pending unknown{closet_heat()};
    unknown.bench.feed(DowntimeKnown{.known = false});
    EXPECT_EQ(unknown.bench.outcomes(),
              "bar expired (how long reops was down is not known), "
              "big-iron expired (the run was interrupted before)");
}

TEST(Expiry, APowerActionMustBeginWithinTenMinutesOfItsEvent)
{
    hosts::System slow = make_system("foo", "big-iron");
    slow.stop_within = minutes(20);
    EngineBench bench{make("f", {over(70), stop({"big-iron"})}), {make_system("big-iron"), slow}};
    bench.host["foo"].stop_takes = minutes(11);
    bench.play("71 +20m");
    EXPECT_EQ(bench.acts(), "stop foo");
    EXPECT_EQ(bench.outcomes(),
              "foo verified, big-iron expired (not begun within 10m of its event)");
    EXPECT_EQ(bench.last("run-closed", "status"), "interrupted");
}

TEST(Expiry, GoodForOnTheStageChangesIt)
{
    PowerOptions options = power(hosts::Direction::stop, {"big-iron"});
    options.good_for = minutes(30);
    hosts::System slow = make_system("foo", "big-iron");
    slow.stop_within = minutes(20);
    EngineBench bench{make("f", {over(70), act(options)}), {make_system("big-iron"), slow}};
    bench.host["foo"].stop_takes = minutes(11);
    bench.play("71 +20m");
    EXPECT_EQ(bench.outcomes(), "foo verified, big-iron verified");
}

TEST(Expiry, TheTimeCountsFromTheEventNotFromTheRun)
{
    EngineBench bench{make("f", {over(70), stop({"foo"})}, {.mode = Mode::queue}),
                      {make_system("foo")}};
    bench.host["foo"].silent = true;
    bench.play("71 +1s 72 +11m");
    bench.command("cancel", "run", "r-1");
    bench.feed(Ended{.effect = EffectId{1}, .outcome = {.status = Status::verified}});
    EXPECT_EQ(bench.acts(), "stop foo");
    EXPECT_EQ(bench.outcomes(), "foo verified, foo expired (not begun within 10m of its event)");
}

TEST(Expiry, AnEffectCarriesWhenItExpires)
{
    EngineBench bench{make("f", {over(70), mail("hot"), publish("out"), stop({"foo"})})};
    bench.mail_fails = bench.publish_fails = Outcome{.status = Status::failed, .retry = true};
    bench.host["foo"].silent = true;
    bench.play("71");
    std::map<std::string, Duration> good_for;
    for (const auto& [key, item] : bench.state().outbox.rows())
        good_for[item.effect.kind] = item.effect.expires - bench.now();
    EXPECT_EQ(good_for["email"], hours(7 * 24));
    EXPECT_EQ(good_for["publish"], hours(1));
    EXPECT_EQ(good_for["stop"], minutes(10));
}

TEST(Expiry, ARunWhoseVersionIsGoneFinishesWhatWasDecidedAndIsInterrupted)
{
    const FlowPtr before = closet_heat();
    const FlowPtr after = make("closet-heat", {over(75), stop({"foo"}), mail("other")});
    EngineBench bench{before};
    bench.play("71 +5s");
    bench.acts();
    bench.restart(minutes(1), true, {after});
    bench.play("+1m");
    EXPECT_EQ(bench.acts(), "stop foo, stop bar") << "the effects already decided";
    EXPECT_EQ(bench.last("run-closed", "status"), "interrupted");
    const auto alerts = bench.alerts();
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_NE(alerts[0].find("flow changed"), std::string::npos) << alerts[0];
}

TEST(Expiry, AWallStepMovesNothing)
{
    EngineBench bench{make("f", {over(70), make_hold_for(seconds(30)), publish("out")})};
    bench.play("71 +10s");
    bench.feed(ClockStepped{.by = -hours(3)});
    EXPECT_EQ(bench.play("+20s"), "run");
    EXPECT_EQ(bench.count("clock-stepped"), 1U);
}

}  // namespace
}  // namespace reops::engine

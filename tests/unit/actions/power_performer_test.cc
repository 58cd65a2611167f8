// SPDX-License-Identifier: Apache-2.0
#include "actions/power_performer.hh"

#include "base/crash_point.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "tests/support/fake_clock.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/scripted_provider.hh"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::actions {
namespace {

using data::Value;
using engine::Outcome;
using engine::Status;
using providers::Change;
using providers::PowerState;
using Machine = test::ScriptedProvider::Machine;

Value text(std::string_view value)
{
    return Value::string(value);
}

class PowerPerformerTest : public testing::Test {
protected:
    PowerPerformerTest()
    {
        registry.add(std::make_unique<test::ScriptedProvider>(loop, "scripted"));
    }

    test::ScriptedProvider& provider()
    {
        return dynamic_cast<test::ScriptedProvider&>(*registry.get("scripted").value());
    }
    Machine& machine(const std::string& host) { return provider().machines[host]; }

    engine::Effect effect(std::string_view kind, std::string host, Duration limit = seconds(20))
    {
        engine::Effect made;
        made.id = engine::EffectId{++last_id};
        made.kind = kind;
        made.host = std::move(host);
        made.limit = limit;
        data::VectorBuilder guests;
        for (const char* guest : {"foo", "bar"})
            guests.push_back(text(guest));
        made.args = data::make_map({{Value::keyword("provider"), text("scripted")},
                                    {Value::keyword("guests"), guests.finish()}});
        return made;
    }
    static void set_argument(engine::Effect& effect, const char* name, Value value)
    {
        effect.args = effect.args.as_map().assoc(Value::keyword(name), std::move(value));
    }
    void perform(const engine::Effect& what)
    {
        performer.perform(what,
                          [this](Outcome outcome) { outcomes.push_back(std::move(outcome)); });
    }
    Outcome run(const engine::Effect& what)
    {
        outcomes.clear();
        perform(what);
        EXPECT_TRUE(loop.run_until([&] { return !outcomes.empty(); }, seconds(10)));
        EXPECT_EQ(performer.in_flight(), 0U);
        EXPECT_EQ(provider().watchers(), 0U);
        return outcomes.empty() ? Outcome{} : outcomes.front();
    }

    io::EventLoop loop;
    test::FakeClock clock;
    test::RecordedLog log;
    providers::Registry registry{loop, clock, log, {{}, ""}};
    PowerPerformer performer{loop,
                             clock,
                             registry,
                             {milliseconds(1),
                              milliseconds(2),
                              milliseconds(1),
                              milliseconds(4),
                              seconds(5),
                              seconds(5)}};
    std::vector<Outcome> outcomes;
    std::uint64_t last_id = 0;
};

TEST_F(PowerPerformerTest, StopsARunningHostAndSeesItOff)
{
    const Outcome outcome = run(effect("stop", "foo"));
    EXPECT_EQ(outcome.status, Status::verified);
    EXPECT_TRUE(outcome.changed);
    EXPECT_FALSE(outcome.hard);
    EXPECT_EQ(provider().asked, std::vector<std::string>{"stop foo"});
    EXPECT_TRUE(outcome.evidence.as_map().get("state").is_keyword("off"));
    EXPECT_EQ(outcome.evidence.as_map().get("asked"), Value::integer(1));
    EXPECT_EQ(outcome.evidence.as_map().get("provider"), text("scripted"));
}

TEST_F(PowerPerformerTest, AHostThatIsThereAlreadyIsNotAsked)
{
    machine("foo").state = PowerState::off;
    for (const char* kind : {"stop", "stop-hard"}) {
        const Outcome outcome = run(effect(kind, "foo"));
        EXPECT_EQ(outcome.status, Status::verified);
        EXPECT_FALSE(outcome.changed);
        EXPECT_FALSE(outcome.hard);
        EXPECT_EQ(outcome.message, "was off already");
    }
    machine("foo").state = PowerState::on;
    EXPECT_FALSE(run(effect("start", "foo")).changed);
    EXPECT_TRUE(provider().asked.empty());
}

// After a crash the effect comes again: what was asked before the crash is under way.
TEST_F(PowerPerformerTest, AHostThatIsStoppingIsWaitedForAndNotAskedAgain)
{
    machine("foo").state = PowerState::stopping;
    perform(effect("stop", "foo"));
    ASSERT_TRUE(loop.run_until([&] { return provider().looks >= 3; }, seconds(5)));
    EXPECT_TRUE(outcomes.empty());
    provider().set("foo", PowerState::off);
    ASSERT_TRUE(loop.run_until([&] { return !outcomes.empty(); }, seconds(5)));
    EXPECT_EQ(outcomes[0].status, Status::verified);
    EXPECT_TRUE(outcomes[0].changed);
    EXPECT_TRUE(provider().asked.empty());
}

TEST_F(PowerPerformerTest, AnUnknownGuestKeepsItsHypervisorOn)
{
    machine("big-iron").guests = std::vector<std::string>{"foo", "stranger"};
    const Outcome outcome = run(effect("stop", "big-iron"));
    EXPECT_EQ(outcome.status, Status::refused);
    EXPECT_EQ(outcome.message, "unknown guest stranger runs on it");
    machine("big-iron").guests = std::vector<std::string>{"alien", "stranger"};
    EXPECT_EQ(run(effect("stop-hard", "big-iron")).message,
              "unknown guests alien, stranger run on it");
    EXPECT_TRUE(provider().asked.empty());

    machine("big-iron").guests = std::vector<std::string>{"foo", "bar"};
    EXPECT_EQ(run(effect("stop", "big-iron")).status, Status::verified);
}

TEST_F(PowerPerformerTest, UnknownGuestsMayBeAllowed)
{
    machine("big-iron").guests = std::vector<std::string>{"stranger"};
    engine::Effect stop = effect("stop", "big-iron");
    set_argument(stop, "unknown-guests", Value::boolean(true));
    EXPECT_EQ(run(stop).status, Status::verified);
}

TEST_F(PowerPerformerTest, GuestsThatAnotherProviderSeesCountToo)
{
    registry.add(std::make_unique<test::ScriptedProvider>(loop, "libvirt"));
    auto& libvirt = dynamic_cast<test::ScriptedProvider&>(*registry.get("libvirt").value());
    libvirt.listed = {{"foo", PowerState::on}, {"stranger", PowerState::on}};
    engine::Effect stop = effect("stop", "big-iron");
    set_argument(
        stop,
        "options",
        data::make_map({{Value::keyword("guests-uri"), text("qemu+ssh://big-iron/system")}}));
    EXPECT_EQ(run(stop).message, "unknown guest stranger runs on it");
    libvirt.listed = {{"foo", PowerState::on}, {"stranger", PowerState::off}};
    EXPECT_EQ(run(stop).status, Status::verified);
}

TEST_F(PowerPerformerTest, GuestsThatCannotBeListedKeepTheirHypervisorOn)
{
    engine::Effect stop = effect("stop", "big-iron", milliseconds(20));
    set_argument(
        stop, "options", data::make_map({{Value::keyword("guests-uri"), text("qemu:///system")}}));
    EXPECT_EQ(run(stop).status, Status::failed) << "there is no libvirt to ask";

    registry.add(std::make_unique<test::ScriptedProvider>(loop, "libvirt"));
    auto& libvirt = dynamic_cast<test::ScriptedProvider&>(*registry.get("libvirt").value());
    libvirt.list_failures.assign(1000, {Code::unreachable, "no route to big-iron"});
    const Outcome outcome = run(stop);
    EXPECT_EQ(outcome.status, Status::unreachable);
    EXPECT_EQ(outcome.message, "listing its guests: no route to big-iron");
    EXPECT_TRUE(provider().asked.empty()) << "nobody knows what runs on it";

    libvirt.list_failures.resize(2);
    engine::Effect patient = effect("stop", "big-iron", seconds(5));
    patient.args = stop.args;
    EXPECT_EQ(run(patient).status, Status::verified)
        << "it answered at last, and nothing ran there";
}

TEST_F(PowerPerformerTest, AnEmptyHypervisorIsItselfNoGuest)
{
    machine("big-iron").guests = std::vector<std::string>{"big-iron"};
    EXPECT_EQ(run(effect("stop", "big-iron")).status, Status::verified);
}

TEST_F(PowerPerformerTest, AHostThatIsStartingIsWaitedForAndNotAskedAgain)
{
    machine("foo").state = PowerState::starting;
    perform(effect("start", "foo"));
    ASSERT_TRUE(loop.run_until([&] { return provider().looks >= 3; }, seconds(5)));
    provider().set("foo", PowerState::on);
    ASSERT_TRUE(loop.run_until([&] { return !outcomes.empty(); }, seconds(5)));
    EXPECT_EQ(outcomes[0].status, Status::verified);
    EXPECT_TRUE(outcomes[0].changed);
    EXPECT_TRUE(provider().asked.empty());
}

// Stopping wins: a host that is on its way up is told to stop.
TEST_F(PowerPerformerTest, AHostThatIsStartingIsStopped)
{
    machine("foo").state = PowerState::starting;
    EXPECT_EQ(run(effect("stop", "foo")).status, Status::verified);
    EXPECT_EQ(provider().asked, std::vector<std::string>{"stop foo"});
}

TEST_F(PowerPerformerTest, AProviderThatIsLostAfterItWasAskedIsUnreachableAndSaysSo)
{
    provider().on_change = [](Change, Machine& machine) -> Result<void> {
        machine.status_failures.assign(1000, {Code::unreachable, "the helper was killed"});
        return {};
    };
    const Outcome outcome = run(effect("stop", "foo", milliseconds(20)));
    EXPECT_EQ(outcome.status, Status::unreachable);
    EXPECT_EQ(outcome.message, "asked, then the provider did not answer: the helper was killed");
    EXPECT_TRUE(outcome.changed) << "what was asked may have happened";
    EXPECT_EQ(outcome.evidence.as_map().get("trouble"), text("the helper was killed"));
}

TEST_F(PowerPerformerTest, AGuestThatNeverStopsIsATimeoutAndWasAskedOnce)
{
    provider().on_change = [](Change, Machine&) -> Result<void> { return {}; };
    const Outcome outcome = run(effect("stop", "foo", milliseconds(20)));
    EXPECT_EQ(outcome.status, Status::timeout);
    EXPECT_EQ(outcome.message, "did not stop");
    EXPECT_EQ(provider().asked, std::vector<std::string>{"stop foo"});
    EXPECT_TRUE(outcome.evidence.as_map().get("state").is_keyword("on"));
    machine("foo").state = PowerState::off;
    EXPECT_EQ(run(effect("start", "foo", milliseconds(20))).message, "did not start");
}

TEST_F(PowerPerformerTest, HardMeansHardAlsoForAHostThatIsStopping)
{
    machine("foo").state = PowerState::stopping;
    const Outcome outcome = run(effect("stop-hard", "foo"));
    EXPECT_EQ(outcome.status, Status::verified);
    EXPECT_TRUE(outcome.hard);
    EXPECT_EQ(provider().asked, std::vector<std::string>{"stop-hard foo"});
}

TEST_F(PowerPerformerTest, AProviderThatComesBackIsAskedThen)
{
    const Failure down{Code::unreachable, "the helper ended with status 1"};
    machine("foo").status_failures = {down, down, {Code::timeout, "no answer"}};
    const Outcome outcome = run(effect("stop", "foo"));
    EXPECT_EQ(outcome.status, Status::verified);
    EXPECT_EQ(provider().asked.size(), 1U);
}

TEST_F(PowerPerformerTest, AProviderThatStaysAwayIsUnreachable)
{
    machine("foo").status_failures.assign(1000, {Code::unreachable, "no route to qemu+ssh://iron"});
    const Outcome outcome = run(effect("stop", "foo", milliseconds(20)));
    EXPECT_EQ(outcome.status, Status::unreachable);
    EXPECT_EQ(outcome.message, "no route to qemu+ssh://iron");
    machine("mute").silent = true;
    EXPECT_EQ(run(effect("stop", "mute", milliseconds(20))).status, Status::unreachable);
    EXPECT_TRUE(provider().asked.empty());
}

TEST_F(PowerPerformerTest, ALostReplyIsFollowedByALookNotByASecondRequest)
{
    provider().on_change = [](Change, Machine& machine) -> Result<void> {
        machine.state = PowerState::stopping;
        return Failure{Code::unreachable, "the helper was killed"};
    };
    perform(effect("stop", "foo"));
    ASSERT_TRUE(loop.run_until([&] { return provider().looks >= 4; }, seconds(5)));
    provider().set("foo", PowerState::off);
    ASSERT_TRUE(loop.run_until([&] { return !outcomes.empty(); }, seconds(5)));
    EXPECT_EQ(outcomes[0].status, Status::verified);
    EXPECT_EQ(provider().asked.size(), 1U);
}

TEST_F(PowerPerformerTest, ARequestThatNeverArrivedIsMadeAgain)
{
    bool lost = true;
    provider().on_change = [&](Change, Machine& machine) -> Result<void> {
        if (std::exchange(lost, false))
            return Failure{Code::timeout, "no answer within 30s"};
        machine.state = PowerState::off;
        return {};
    };
    EXPECT_EQ(run(effect("stop", "foo")).status, Status::verified);
    EXPECT_EQ(provider().asked.size(), 2U);
}

TEST_F(PowerPerformerTest, WhatCannotBeIsAFailureWithItsReason)
{
    provider().on_change = [](Change, Machine&) -> Result<void> {
        return Failure{Code::denied, "authentication failed"};
    };
    Outcome outcome = run(effect("stop", "foo"));
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.message, "authentication failed");

    machine("gone").state = PowerState::absent;
    EXPECT_EQ(run(effect("stop", "gone")).message, "scripted has no system gone");

    machine("odd").status_failures = {{Code::invalid_argument, "`uri` expects a text"}};
    EXPECT_EQ(run(effect("stop", "odd")).status, Status::failed);

    engine::Effect nobody = effect("stop", "foo");
    set_argument(nobody, "provider", text("lxd"));
    EXPECT_EQ(run(nobody).status, Status::failed);
    set_argument(nobody, "provider", {});
    EXPECT_EQ(run(nobody).status, Status::refused);
}

TEST_F(PowerPerformerTest, AStartWaitsForAStopUnderWay)
{
    machine("foo").state = PowerState::stopping;
    perform(effect("start", "foo"));
    ASSERT_TRUE(loop.run_until([&] { return provider().looks >= 3; }, seconds(5)));
    EXPECT_TRUE(provider().asked.empty());
    machine("foo").state = PowerState::off;
    ASSERT_TRUE(loop.run_until([&] { return !outcomes.empty(); }, seconds(5)));
    EXPECT_EQ(outcomes[0].status, Status::verified);
    EXPECT_EQ(provider().asked, std::vector<std::string>{"start foo"});
}

TEST_F(PowerPerformerTest, AStateThatNobodyCanSeeIsUnverified)
{
    provider().on_change = [](Change, Machine& machine) -> Result<void> {
        machine.state = PowerState::unknown;
        return {};
    };
    EXPECT_EQ(run(effect("stop", "foo", milliseconds(20))).status, Status::unverified);
    EXPECT_EQ(run(effect("stop", "foo", milliseconds(20))).status, Status::unreachable)
        << "nothing was asked this time: the state was unknown from the start";
}

TEST_F(PowerPerformerTest, AnEventIsLookedAtWithoutWaitingForTheNextLook)
{
    PowerPerformer slow{
        loop,
        clock,
        registry,
        {seconds(30), seconds(30), seconds(30), seconds(30), seconds(5), seconds(5)}};
    provider().on_change = [](Change, Machine& machine) -> Result<void> {
        machine.state = PowerState::stopping;
        return {};
    };
    slow.perform(effect("stop", "foo"), [this](Outcome o) { outcomes.push_back(std::move(o)); });
    ASSERT_TRUE(loop.run_until([&] { return provider().asked.size() == 1; }, seconds(5)));
    bool settled = false;
    loop.post([&] { loop.post([&] { settled = true; }); });
    ASSERT_TRUE(loop.run_until([&] { return settled; }, seconds(5)));
    provider().set("foo", PowerState::off);
    ASSERT_TRUE(loop.run_until([&] { return !outcomes.empty(); }, seconds(5)));
    EXPECT_EQ(outcomes[0].status, Status::verified);
}

TEST_F(PowerPerformerTest, ManyHostsAtOnceAndNoneWaitsForAnother)
{
    machine("mute").silent = true;
    perform(effect("stop", "mute"));
    for (int i = 0; i < 200; ++i)
        perform(effect("stop", "host-" + std::to_string(i)));
    EXPECT_EQ(performer.in_flight(), 201U);
    ASSERT_TRUE(loop.run_until([&] { return outcomes.size() == 200; }, seconds(10)));
    EXPECT_TRUE(std::all_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
        return outcome.status == Status::verified;
    }));
    EXPECT_EQ(performer.in_flight(), 1U);
}

TEST_F(PowerPerformerTest, CancelEndsWhatHasNotBegunAndLeavesTheRest)
{
    const engine::Effect waiting = effect("stop", "foo");
    perform(waiting);
    performer.cancel(waiting.id);
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].status, Status::cancelled);
    EXPECT_FALSE(outcomes[0].changed);

    provider().on_change = [](Change, Machine& machine) -> Result<void> {
        machine.state = PowerState::stopping;
        return {};
    };
    const engine::Effect begun = effect("stop", "bar");
    perform(begun);
    ASSERT_TRUE(loop.run_until([&] { return !provider().asked.empty(); }, seconds(5)));
    performer.cancel(begun.id);
    EXPECT_EQ(outcomes.size(), 1U);
    provider().set("bar", PowerState::off);
    ASSERT_TRUE(loop.run_until([&] { return outcomes.size() == 2; }, seconds(5)));
    EXPECT_EQ(outcomes[1].status, Status::verified);
    performer.cancel(begun.id);
    EXPECT_EQ(outcomes.size(), 2U);
}

TEST_F(PowerPerformerTest, NothingIsCalledAfterItsDestruction)
{
    {
        PowerPerformer gone{loop, clock, registry};
        gone.perform(effect("stop", "foo"),
                     [this](Outcome o) { outcomes.push_back(std::move(o)); });
    }
    bool settled = false;
    loop.post([&] { loop.post([&] { settled = true; }); });
    ASSERT_TRUE(loop.run_until([&] { return settled; }, seconds(5)));
    EXPECT_TRUE(outcomes.empty());
    EXPECT_TRUE(provider().asked.empty());
}

#ifdef REOPS_CHECKED
std::vector<std::string>* passed = nullptr;

TEST_F(PowerPerformerTest, EachRequestAndEachEndPassesItsCrashPoints)
{
    std::vector<std::string> points;
    passed = &points;
    set_crash_hook([](const char* name, bool after) {
        passed->push_back((after ? "after " : "before ") + std::string{name});
    });
    run(effect("stop", "foo"));
    machine("foo").state = PowerState::on;
    run(effect("stop-hard", "foo"));
    run(effect("start", "foo"));
    set_crash_hook(nullptr);
    std::vector<std::string> expected;
    for (const std::string kind : {"stop", "stop-hard", "start"})
        for (const std::string point : {"effect-begin:", "effect-end:"})
            for (const std::string when : {"before ", "after "})
                expected.push_back(std::string{when}.append(point).append(kind));
    EXPECT_EQ(points, expected);
}
#endif

}  // namespace
}  // namespace reops::actions

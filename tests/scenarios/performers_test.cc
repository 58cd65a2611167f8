// SPDX-License-Identifier: Apache-2.0
// The performers of scenarios and the real one, over the same machines: a scenario must not promise
// what actions/power_action.cc does not do.
#include "tests/support/scenario/performers.hh"

#include "actions/power_performer.hh"
#include "data/map.hh"
#include "engine/detail.hh"
#include "tests/support/fake_clock.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/scripted_provider.hh"

#include <gtest/gtest.h>

namespace reops::scenario {
namespace {

using engine::Outcome;
using providers::PowerState;

struct Case {
    const char* name;
    const char* kind;
    Power state = Power::on;
    bool obeys = true;
    bool unreachable = false;
    const char* fails = "";
    std::vector<std::string> strangers = {};
    bool unknown_guests = false;
};

const std::vector<Case> cases = {
    {.name = "StopOfARunningHost", .kind = "stop"},
    {.name = "StopOfOneThatIsOff", .kind = "stop", .state = Power::off},
    {.name = "StopThatIsIgnored", .kind = "stop", .obeys = false},
    {.name = "StopOfASilentHost", .kind = "stop", .unreachable = true},
    {.name = "StopThatIsDenied", .kind = "stop", .fails = "permission denied"},
    {.name = "StopUnderAStranger", .kind = "stop", .strangers = {"pihole"}},
    {.name = "StopUnderTwoStrangers", .kind = "stop", .strangers = {"pihole", "nas"}},
    {.name = "StopWithUnknownGuests",
     .kind = "stop",
     .strangers = {"pihole"},
     .unknown_guests = true},
    {.name = "StopOfOneThatIsStopping", .kind = "stop", .state = Power::stopping, .obeys = false},
    {.name = "HardStop", .kind = "stop-hard"},
    {.name = "HardStopOfOneThatIsOff", .kind = "stop-hard", .state = Power::off},
    {.name = "Start", .kind = "start", .state = Power::off},
    {.name = "StartOfOneThatIsOn", .kind = "start"},
    {.name = "StartThatIsIgnored", .kind = "start", .state = Power::off, .obeys = false},
    {.name = "StartOfASilentHost", .kind = "start", .state = Power::off, .unreachable = true},
    {.name = "StartThatIsDenied", .kind = "start", .state = Power::off, .fails = "no such image"},
    {.name = "StartWhileItStops", .kind = "start", .state = Power::stopping, .obeys = false},
};

engine::Effect effect_of(const Case& of)
{
    engine::Effect effect;
    effect.id = engine::EffectId{1};
    effect.kind = of.kind;
    effect.host = "foo";
    effect.limit = milliseconds(60);
    effect.expires = Time{hours(1).count()};
    effect.args =
        engine::make_detail({{"provider", engine::text("scripted")},
                             {"unknown-guests", data::Value::boolean(of.unknown_guests)}});
    return effect;
}

/// What a person would see of it.
std::string told(const Outcome& outcome, const std::vector<std::string>& asked)
{
    std::string out = std::string{to_string(outcome.status)} + " \"" + outcome.message + "\"";
    out += outcome.changed ? " changed" : " unchanged";
    out += outcome.hard ? " hard" : "";
    for (const std::string& request : asked)
        out += ", asked: " + request;
    return out;
}

std::string in_a_scenario(const Case& of)
{
    Machine machine;
    machine.state = of.state;
    machine.stops_in = machine.starts_in = milliseconds(10);
    machine.never_stops = machine.never_starts = !of.obeys;
    machine.unreachable = of.unreachable;
    machine.fails = of.fails;
    machine.strangers = of.strangers;
    World world{std::make_shared<hosts::Inventory>(), {{"foo", machine}}};
    Performers performers{world};
    engine::Effect effect = effect_of(of);
    effect.limit = seconds(5);  // a hard stop takes its second
    Time now;
    performers.offer(effect, now, now);
    while (true) {
        const Answers answers = performers.take();
        if (answers.ended.size() == 1) {
            std::vector<std::string> asked;
            for (const Request& request : world.requests())
                asked.push_back(request.what + " " + request.host);
            return told(answers.ended[0].outcome, asked);
        }
        now = std::min(world.next(), performers.next());
        if (now == Time::never())
            return "no end";
        world.advance(now);
        performers.review(now);
    }
}

PowerState state_of(Power power)
{
    switch (power) {
        case Power::on:
            return PowerState::on;
        case Power::off:
            return PowerState::off;
        case Power::starting:
            return PowerState::starting;
        case Power::stopping:
            return PowerState::stopping;
    }
    return PowerState::unknown;
}

std::string in_truth(const Case& of)
{
    io::EventLoop loop;
    test::FakeClock clock;
    test::RecordedLog log;
    providers::Registry registry{loop, clock, log, {{}, ""}};
    auto scripted = std::make_unique<test::ScriptedProvider>(loop, "scripted");
    test::ScriptedProvider& provider = *scripted;
    registry.add(std::move(scripted));
    auto& machine = provider.machines["foo"];
    machine.state = state_of(of.state);
    machine.silent = of.unreachable;
    machine.guests = of.strangers;
    if (*of.fails != '\0')
        provider.on_change = [&](providers::Change, auto&) -> Result<void> {
            return Failure{Code::denied, of.fails};
        };
    else if (!of.obeys)
        provider.on_change = [](providers::Change, auto&) -> Result<void> { return {}; };
    actions::PowerPerformer performer{
        loop,
        clock,
        registry,
        {milliseconds(1), milliseconds(2), milliseconds(1), milliseconds(4)}};
    std::optional<Outcome> outcome;
    performer.perform(effect_of(of), [&](Outcome ended) { outcome = std::move(ended); });
    if (!loop.run_until([&] { return outcome.has_value(); }, seconds(10)))
        return "no end";
    return told(*outcome, provider.asked);
}

class ScenarioPerformers : public testing::TestWithParam<Case> {};

TEST_P(ScenarioPerformers, DoAsTheRealOneDoes)
{
    const std::string truth = in_truth(GetParam());
    EXPECT_NE(truth, "no end");
    EXPECT_EQ(in_a_scenario(GetParam()), truth);
}

INSTANTIATE_TEST_SUITE_P(Machines,
                         ScenarioPerformers,
                         testing::ValuesIn(cases),
                         [](const auto& one) { return std::string{one.param.name}; });

}  // namespace
}  // namespace reops::scenario

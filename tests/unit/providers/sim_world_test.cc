// SPDX-License-Identifier: Apache-2.0
#include "data/map.hh"
#include "providers/sim/world.hh"

#include <gtest/gtest.h>

namespace reops::providers::sim {
namespace {

using data::Map;
using data::Value;

Map words(std::initializer_list<std::pair<const char*, Value>> list)
{
    Map map;
    for (const auto& [name, value] : list)
        map = std::move(map).assoc(Value::keyword(name), value);
    return map;
}

Value text(const char* value)
{
    return Value::string(value);
}

/// A world and a clock to drive it by.
class SimWorld : public testing::Test {
protected:
    Result<void> ask(const char* op, const char* system, const Map& arguments = {})
    {
        return world.apply({now, op, system, arguments});
    }
    void wait(Duration span)
    {
        now = now + span;
        world.advance(now);
    }
    PowerState state(const char* system) { return world.find(system)->state; }

    World world;
    Time now{1'000'000'000};
};

TEST_F(SimWorld, AMachineFirstHeardOfIsOn)
{
    ASSERT_TRUE(ask("declare", "foo").ok());
    EXPECT_EQ(state("foo"), PowerState::on);
    ASSERT_TRUE(ask("declare", "bar", words({{"state", text("off")}})).ok());
    EXPECT_EQ(state("bar"), PowerState::off);
}

TEST_F(SimWorld, StopsAndBootsInTheTimesThatAreSet)
{
    ASSERT_TRUE(ask("declare", "foo", words({{"stop", text("3s")}, {"boot", text("2s")}})).ok());
    ASSERT_TRUE(ask("stop", "foo").ok());
    EXPECT_EQ(state("foo"), PowerState::stopping);
    EXPECT_EQ(world.next_due(), now + seconds(3));
    wait(milliseconds(2999));
    EXPECT_EQ(state("foo"), PowerState::stopping);
    wait(milliseconds(1));
    EXPECT_EQ(state("foo"), PowerState::off);
    EXPECT_FALSE(world.next_due().has_value());

    ASSERT_TRUE(ask("start", "foo").ok());
    EXPECT_EQ(state("foo"), PowerState::starting);
    wait(seconds(2));
    EXPECT_EQ(state("foo"), PowerState::on);
}

TEST_F(SimWorld, WhatIsThereAlreadyIsAcceptedAndChangesNothing)
{
    ASSERT_TRUE(ask("declare", "foo").ok());
    ASSERT_TRUE(ask("start", "foo").ok());
    EXPECT_TRUE(world.take_transitions().empty());
    ASSERT_TRUE(ask("stop", "foo").ok());
    const auto due = world.next_due();
    wait(milliseconds(500));
    ASSERT_TRUE(ask("stop", "foo").ok());
    EXPECT_EQ(world.next_due(), due) << "a second request does not begin the stop anew";
}

TEST_F(SimWorld, IgnoresAGracefulStopAndFallsToAHardOne)
{
    ASSERT_TRUE(ask("declare", "foo", words({{"ignore-stop", Value::boolean(true)}})).ok());
    ASSERT_TRUE(ask("stop", "foo").ok());
    wait(hours(1));
    EXPECT_EQ(state("foo"), PowerState::on);
    ASSERT_TRUE(ask("stop-hard", "foo").ok());
    EXPECT_EQ(state("foo"), PowerState::off);
}

TEST_F(SimWorld, FailsToStartToStopAndToBootAsTold)
{
    ASSERT_TRUE(ask("declare",
                    "foo",
                    words({{"state", text("off")}, {"fail-start", text("no power supply")}}))
                    .ok());
    EXPECT_EQ(ask("start", "foo").failure().message, "no power supply");
    ASSERT_TRUE(ask("declare", "bar", words({{"fail-stop", text("no agent")}})).ok());
    EXPECT_EQ(ask("stop", "bar").failure().message, "no agent");
    ASSERT_TRUE(ask("declare",
                    "dud",
                    words({{"state", text("off")}, {"never-boots", Value::boolean(true)}}))
                    .ok());
    ASSERT_TRUE(ask("start", "dud").ok());
    wait(seconds(2));
    EXPECT_EQ(state("dud"), PowerState::off);
}

TEST_F(SimWorld, UnreachableAndVanishedMachinesAnswerAsSuch)
{
    ASSERT_TRUE(ask("declare", "foo").ok());
    ASSERT_TRUE(ask("set", "foo", words({{"unreachable", Value::boolean(true)}})).ok());
    EXPECT_EQ(ask("stop", "foo").failure().code, Code::unreachable);
    ASSERT_TRUE(ask("set", "foo", words({{"unreachable", Value::boolean(false)}})).ok());
    ASSERT_TRUE(ask("set", "foo", words({{"vanish", Value::boolean(true)}})).ok());
    EXPECT_EQ(state("foo"), PowerState::absent);
    EXPECT_EQ(ask("start", "foo").failure().code, Code::not_found);
    EXPECT_EQ(ask("stop", "nobody").failure().code, Code::not_found);
    ASSERT_TRUE(ask("create", "foo").ok());
    EXPECT_EQ(state("foo"), PowerState::off);
}

TEST_F(SimWorld, AHypervisorTakesItsGuestsWithIt)
{
    ASSERT_TRUE(ask("declare", "big-iron", words({{"stop", text("5s")}})).ok());
    ASSERT_TRUE(ask("declare", "foo", words({{"runs-on", text("big-iron")}})).ok());
    ASSERT_TRUE(
        ask("declare", "bar", words({{"runs-on", text("big-iron")}, {"state", text("off")}})).ok());
    EXPECT_EQ(world.guests_of("big-iron"), std::vector<std::string>{"foo"});
    EXPECT_FALSE(world.guests_of("foo").has_value());

    ASSERT_TRUE(ask("stop", "big-iron").ok());
    wait(seconds(5));
    EXPECT_EQ(state("foo"), PowerState::off);
    const auto changes = world.take_transitions();
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_EQ(changes[2].system, "foo");
    EXPECT_EQ(changes[2].why, "lost power: big-iron went off");
    EXPECT_EQ(world.guests_of("big-iron"), std::vector<std::string>{});

    EXPECT_EQ(ask("start", "foo").failure().code, Code::conflict) << "its hypervisor is off";
    ASSERT_TRUE(ask("start", "big-iron").ok());
    wait(seconds(2));
    EXPECT_TRUE(ask("start", "foo").ok());
}

TEST_F(SimWorld, AGuestStoppedBeforeItsHypervisorLosesNothing)
{
    ASSERT_TRUE(ask("declare", "big-iron").ok());
    ASSERT_TRUE(ask("declare", "foo", words({{"runs-on", text("big-iron")}})).ok());
    ASSERT_TRUE(ask("stop", "foo").ok());
    wait(seconds(1));
    ASSERT_TRUE(ask("stop-hard", "big-iron").ok());
    for (const Transition& change : world.take_transitions())
        EXPECT_EQ(change.why.find("lost power"), std::string::npos) << change.system;
}

TEST_F(SimWorld, WhatIsSetWinsOverTheConfigurationAndStays)
{
    ASSERT_TRUE(ask("declare", "foo", words({{"stop", text("3s")}})).ok());
    ASSERT_TRUE(ask("set", "foo", words({{"stop", text("1s")}})).ok());
    ASSERT_TRUE(ask("declare", "foo", words({{"stop", text("9s")}, {"boot", text("9s")}})).ok());
    EXPECT_EQ(world.find("foo")->settings.stop, seconds(1));
    EXPECT_EQ(world.find("foo")->settings.boot, seconds(9));
    EXPECT_EQ(state("foo"), PowerState::on);
    ASSERT_TRUE(ask("set", "foo", words({{"state", text("off")}})).ok());
    EXPECT_EQ(state("foo"), PowerState::off);
}

TEST_F(SimWorld, UnknownWordsAreRefusedByNameAndChangeNothing)
{
    const auto refused = ask("declare", "foo", words({{"bot", text("3s")}}));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, Code::invalid_argument);
    EXPECT_NE(refused.failure().message.find("`bot`"), std::string::npos);
    EXPECT_EQ(world.find("foo"), nullptr);
    EXPECT_FALSE(ask("set", "foo", words({{"boot", text("soon")}})).ok());
    EXPECT_FALSE(ask("set", "foo", words({{"state", text("sleepy")}})).ok());
    EXPECT_EQ(ask("reboot", "foo").failure().code, Code::unsupported);
}

TEST_F(SimWorld, DueTransitionsHappenInOrderHoweverLateAnyoneLooks)
{
    ASSERT_TRUE(ask("declare", "slow", words({{"stop", text("5s")}})).ok());
    ASSERT_TRUE(ask("declare", "fast", words({{"stop", text("2s")}})).ok());
    ASSERT_TRUE(ask("stop", "slow").ok());
    ASSERT_TRUE(ask("stop", "fast").ok());
    const Time asked = now;
    wait(hours(24));
    const auto changes = world.take_transitions();
    ASSERT_EQ(changes.size(), 4U);
    EXPECT_EQ(changes[2].system, "fast");
    EXPECT_EQ(changes[2].at, asked + seconds(2));
    EXPECT_EQ(changes[3].system, "slow");
    EXPECT_EQ(changes[3].at, asked + seconds(5));
}

}  // namespace
}  // namespace reops::providers::sim

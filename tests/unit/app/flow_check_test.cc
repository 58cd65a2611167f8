// SPDX-License-Identifier: Apache-2.0
// What `check` doubts, in the words that people read.
#include "app/flow_check.hh"

#include "engine/stages.hh"

#include <gtest/gtest.h>

namespace reops::app {
namespace {

using engine::FlowPtr;

FlowPtr power_flow(const std::string& name,
                   hosts::Direction direction,
                   const std::vector<std::string>& hosts,
                   std::optional<std::string> key = "closet")
{
    engine::PowerOptions options;
    options.direction = direction;
    options.hosts = hosts::Hosts{hosts};
    engine::Flow flow;
    flow.name = name;
    flow.event = "temperature";
    flow.key = std::move(key);
    flow.stages = {std::make_shared<engine::PowerStage>(options)};
    auto made = engine::make_flow(std::move(flow), "1");
    EXPECT_TRUE(made.ok());
    return *made;
}

hosts::Inventory closet()
{
    std::vector<hosts::System> systems(2);
    systems[0].name = "big-iron";
    systems[0].provider = "sim";
    systems[1].name = "foo";
    systems[1].provider = "sim";
    return *hosts::Inventory::make(systems, 1);
}

std::vector<sources::SensorMapping> temperature()
{
    return {sources::default_mapping("temperature")};
}

TEST(FlowCheck, GoodFlowsAreNotDoubted)
{
    EXPECT_TRUE(check_flows({power_flow("a", hosts::Direction::stop, {"foo", "big-iron"})},
                            closet(),
                            temperature())
                    .empty());
}

TEST(FlowCheck, AHostThatCannotBeStarted)
{
    const auto told = check_flows({power_flow("a", hosts::Direction::start, {"fooo"}),
                                   power_flow("b", hosts::Direction::stop, {"far-away"})},
                                  closet(),
                                  temperature());
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(
        told[0],
        "`a` starts `fooo`, which is no system of `:systems`: no MAC or provider is known for "
        "it, so it would be refused; did you mean `foo`?");
    EXPECT_EQ(told[1], "`b` stops `far-away`, which is no system of `:systems`");
}

TEST(FlowCheck, TwoFlowsThatPullOneHostInOppositeDirections)
{
    const auto told = check_flows({power_flow("closet-heat", hosts::Direction::stop, {"big-iron"}),
                                   power_flow("mining", hosts::Direction::start, {"big-iron"})},
                                  closet(),
                                  temperature());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0],
              "`closet-heat` stops `big-iron` and `mining` starts it; while the first has an "
              "incident it holds the host, and the other is refused");
}

TEST(FlowCheck, AFlowThatActsAndListensToEveryKey)
{
    const auto told = check_flows(
        {power_flow("a", hosts::Direction::stop, {"foo"}, std::nullopt)}, closet(), temperature());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0],
              "`a` acts on hosts and listens to every key of :temperature (topic "
              "sensors/+/temperature); narrow it with :key \"closet\" if one sensor is meant");
}

}  // namespace
}  // namespace reops::app

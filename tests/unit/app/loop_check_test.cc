// SPDX-License-Identifier: Apache-2.0
#include "app/loop_check.hh"

#include "pipeline/stages.hh"

#include <gtest/gtest.h>

namespace reops::app {

namespace {

using pipeline::Pipeline;
using pipeline::publish;
using pipeline::run;
using pipeline::sensor;

const std::vector<sources::SensorMapping> mappings = {sources::default_mapping("temperature"),
                                                      sources::default_mapping("power")};

std::vector<std::string> topics_of(const Pipeline& pipeline)
{
    const auto flow = pipeline.finish({}, "b");
    return flow.ok() ? own_topics(**flow, mappings) : std::vector<std::string>{"no flow"};
}

TEST(LoopCheck, FindsATopicThatTheFlowReads)
{
    EXPECT_EQ(topics_of(sensor("temperature") | publish("sensors/attic/temperature")),
              std::vector<std::string>{"sensors/attic/temperature"});
}

TEST(LoopCheck, OtherTopicsEventsAndKeysAreNoLoop)
{
    EXPECT_TRUE(topics_of(sensor("temperature") | publish("hot/attic")).empty());
    EXPECT_TRUE(topics_of(sensor("temperature") | publish("sensors/roof/power")).empty());
    EXPECT_TRUE(
        topics_of(sensor("temperature", "closet") | publish("sensors/attic/temperature")).empty());
}

TEST(LoopCheck, SelfTriggerMeansIt)
{
    engine::FlowOptions options;
    options.self_trigger = true;
    EXPECT_TRUE(
        topics_of((sensor("temperature") | publish("sensors/attic/temperature")).with(options))
            .empty());
}

TEST(LoopCheck, SaysWhatToDo)
{
    const auto flow =
        run(sensor("temperature") | publish("sensors/a/temperature")).named("echo").finish({}, "b");
    const Failure why = refuse_loop(**flow, "sensors/a/temperature");
    EXPECT_NE(why.message.find("`echo` publishes to `sensors/a/temperature`"), std::string::npos);
    EXPECT_NE(why.details.find("self_trigger"), std::string::npos);
}

}  // namespace

}  // namespace reops::app

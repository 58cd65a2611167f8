// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stages.hh"

#include <gtest/gtest.h>

namespace reops::pipeline {

namespace {

const Hosts closet{"foo", "bar", "big-iron", "foo"};
const ToFrom to_from{"reops@home", {"me@home"}};

engine::FlowPtr finish(const Pipeline& pipeline, const Defaults& defaults = {})
{
    auto flow = pipeline.finish(defaults, "build-1");
    EXPECT_TRUE(flow.ok()) << (flow.ok() ? "" : flow.failure().message);
    return flow.ok() ? *flow : nullptr;
}

Pipeline closet_flow()
{
    return run(sensor("temperture") | pick([](double t) { return t > 70; }, "t > 70") |
               stop(closet) | email(to_from, "room too hot"))
        .named("closet-heat");
}

TEST(Pipeline, ReadsAsThePost)
{
    const auto flow = finish(closet_flow());
    ASSERT_NE(flow, nullptr);
    EXPECT_EQ(engine::print(*flow),
              "(run (sensor :event :temperature) | (pick t > 70) | (stop [foo bar big-iron]) | "
              "(email me@home \"room too hot\"))");
    EXPECT_EQ(flow->name, "closet-heat");
    EXPECT_EQ(flow->mode, engine::Mode::single);
    EXPECT_EQ(flow->filters, 1U);
    EXPECT_TRUE(flow->acts_on_hosts);
}

TEST(Pipeline, TakesAddressesFromTheConfiguration)
{
    const auto pipeline = run(sensor("power") | email("sunny"));
    const auto nobody = pipeline.finish({}, "b");
    ASSERT_FALSE(nobody.ok());
    EXPECT_EQ(nobody.failure().message, "`email` of `flows.main/power` has nobody to write to");
    const auto flow = finish(pipeline, {to_from});
    ASSERT_NE(flow, nullptr);
    const auto& stage = static_cast<const engine::EmailStage&>(*flow->stages[0]);
    EXPECT_EQ(stage.options().to, to_from.to);
    EXPECT_EQ(stage.options().from, "reops@home");
}

TEST(Pipeline, VersionFollowsTextAndBuild)
{
    const auto pipeline = closet_flow();
    EXPECT_EQ((*pipeline.finish({}, "a"))->version, (*closet_flow().finish({}, "a"))->version);
    EXPECT_NE((*pipeline.finish({}, "a"))->version, (*pipeline.finish({}, "b"))->version);
    const auto other =
        run(sensor("temperature") | pick([](double t) { return t > 71; }, "t > 71") | stop(closet));
    EXPECT_NE((*pipeline.finish({}, "a"))->version, (*other.finish({}, "a"))->version);
}

bool picks(const StagePart& part, data::Value value)
{
    const auto stage = part.make({});
    engine::FilterInput input;
    input.value = std::move(value);
    data::Value state;
    return static_cast<const engine::FilterStage&>(*stage).on_event(input, state).verdict ==
           engine::Verdict::pass;
}

TEST(Pipeline, PredicatesTakeTheTypesThatTheyName)
{
    EXPECT_TRUE(picks(pick([](double t) { return t > 70; }), data::Value::integer(71)));
    EXPECT_FALSE(picks(pick([](double t) { return t > 70; }), data::Value::real(69.5)));
    EXPECT_TRUE(picks(pick([](std::int64_t n) { return n == 3; }), data::Value::real(3.0)));
    EXPECT_TRUE(picks(pick([](bool on) { return on; }), data::Value::boolean(true)));
    EXPECT_TRUE(
        picks(pick([](const std::string& s) { return s == "up"; }), data::Value::string("up")));
}

TEST(Pipeline, AValueOfAnotherKindIsShown)
{
    const auto wants_number = pick([](double t) { return t > 70; });
    try {
        picks(wants_number, data::Value::string("warm"));
        FAIL() << "a string passed as a number";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "expected a number but got a string: \"warm\"");
    }
    EXPECT_THROW(picks(pick([](std::int64_t n) { return n > 1; }), data::Value::real(1.5)),
                 std::invalid_argument);
}

TEST(Pipeline, PickOverHostsComesAfterAnAction)
{
    const auto flow = finish(run(sensor("temperature") | pick([](double t) { return t > 70; }) |
                                 stop(closet) | pick(successful, "successful") | start()));
    ASSERT_NE(flow, nullptr);
    EXPECT_EQ(flow->stages[2]->role(), engine::StageRole::choose);
    const auto early = run(sensor("temperature") | pick(successful) | stop(closet)).finish({}, "b");
    ASSERT_FALSE(early.ok());
    EXPECT_NE(early.failure().message.find("`pick` over hosts has no hosts before it"),
              std::string::npos);
}

TEST(Pipeline, StartWithoutHostsBehindASensorIsRefused)
{
    const auto flow = run(sensor("power") | start()).finish({}, "b");
    ASSERT_FALSE(flow.ok());
    EXPECT_NE(flow.failure().message.find("`start` has no hosts"), std::string::npos);
}

}  // namespace

}  // namespace reops::pipeline

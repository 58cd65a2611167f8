// SPDX-License-Identifier: Apache-2.0
// What may be armed, and when two flows are the same version.
#include "engine/flow.hh"

#include "tests/support/test_flows.hh"

#include <set>

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using test::act;
using test::mail;
using test::over;
using test::power;
using test::publish;
using test::start;
using test::stop;

StagePtr choose()
{
    return make_choose([](const HostResults&, const HostResults&, const std::vector<std::string>&)
                           -> std::vector<std::string> { return {}; },
                       "successful");
}

StagePtr stop_those()
{
    PowerOptions options = power(hosts::Direction::stop, {});
    options.hosts_from_signal = true;
    return act(options);
}

struct Refusal {
    const char* rule;
    std::vector<StagePtr> stages;
    const char* message;
};

TEST(MakeFlow, RefusesWithTheCorrection)
{
    const std::vector<Refusal> rows = {
        {"no stages",
         {},
         "flow `f` has no stages: write run(sensor(\"temperature\") | pick(..) | ..)"},
        {"a source that can bring no hosts",
         {over(70), stop_those()},
         "`stop` has no hosts: a sensor event names no machine; write stop(closet)"},
        {"pick over hosts without hosts",
         {over(70), choose(), stop({"foo"})},
         "stage 2 of `f`: `pick` over hosts has no hosts before it; put it after an action such "
         "as stop"},
        {"a filter over values after an action",
         {over(70), stop({"foo"}), over(71)},
         "stage 3 of `f`: `pick` looks at an event's value and must stand before the first action; "
         "after an action use `pick` with a function of (success, failure, hosts)"},
        {"a stateful filter after an action",
         {stop({"foo"}), make_rising(70)},
         "stage 2 of `f`: `rising` looks at an event's value and must stand before the first "
         "action; after an action use `pick` with a function of (success, failure, hosts)"},
    };
    for (const Refusal& row : rows) {
        const auto flow =
            make_flow({.name = "f", .event = "temperature", .stages = row.stages}, "b");
        ASSERT_FALSE(flow.ok()) << row.rule;
        EXPECT_EQ(flow.failure().code, Code::invalid_argument);
        EXPECT_EQ(flow.failure().message, row.message) << row.rule;
    }
}

TEST(MakeFlow, TakesWhatIsRight)
{
    const auto identity = make_map([](const data::Value& v) { return v; }, "identity");
    EXPECT_TRUE(
        make_flow(
            {.name = "f",
             .event = "t",
             .stages = {over(70), stop({"foo"}), choose(), stop_those(), identity, mail("hot")}},
            "b")
            .ok());
}

TEST(MakeFlow, CountsTheLeadingFilters)
{
    const FlowPtr flow = test::make("f", {over(70), make_rising(71), stop({"foo"}), mail("hot")});
    EXPECT_EQ(flow->filters, 2U);
    EXPECT_TRUE(flow->stateful);
    EXPECT_TRUE(flow->acts_on_hosts);
    EXPECT_TRUE(flow->tells);
    EXPECT_FALSE(test::make("f", {over(70), publish("out")})->stateful);
}

TEST(MakeFlow, PrintsAsPeopleWriteIt)
{
    EXPECT_EQ(print(*test::make("f",
                                {over(70),
                                 make_hold_for(seconds(30)),
                                 stop({"foo", "bar"}),
                                 mail("hot"),
                                 publish("out")})),
              "(run (sensor :event :temperature) | (pick t > 70) | (hold-for 30s) | "
              "(stop [foo bar]) | (email me@lan \"hot\") | (publish \"out\"))");
}

std::string version(Flow flow, std::string_view build = "build-1")
{
    auto made = make_flow(std::move(flow), build);
    if (!made.ok())
        throw std::invalid_argument(made.failure().message);
    return (*made)->version;
}

Flow base()
{
    return {.name = "f", .event = "temperature", .stages = {over(70), stop({"foo"}), mail("hot")}};
}

TEST(Version, IsTheSameForTheSameText)
{
    EXPECT_EQ(version(base()), version(base()));
    EXPECT_EQ(version(base()).size(), 16U);
    Flow renamed = base();
    renamed.name = "g";
    EXPECT_EQ(version(renamed), version(base())) << "the name is not part of it";
}

TEST(Version, DiffersByStagesOptionsSourceAndBuild)
{
    std::set<std::string> versions = {version(base())};
    const auto differs = [&](const char* what, Flow flow, std::string_view build = "build-1") {
        EXPECT_TRUE(versions.insert(version(std::move(flow), build)).second) << what;
    };
    differs("the build", base(), "build-2");
    Flow flow = base();
    flow.stages[0] = over(71);
    differs("a predicate's text", flow);
    flow = base();
    flow.stages[1] = stop({"bar"});
    differs("hosts", flow);
    flow.stages[1] = start({"foo"});
    differs("a stage's name", flow);
    PowerOptions options = power(hosts::Direction::stop, {"foo"});
    options.good_for = minutes(20);
    flow.stages[1] = act(options);
    differs("a stage's option", flow);
    flow = base();
    flow.stages.pop_back();
    differs("one stage less", flow);
    flow = base();
    flow.event = "humidity";
    differs("the event", flow);
    flow = base();
    flow.key = "closet";
    differs("the key", flow);
    flow = base();
    flow.options.mode = Mode::queue;
    differs("the mode", flow);
    flow = base();
    flow.options.calm = minutes(6);
    differs("calm", flow);
    flow = base();
    flow.options.quiet = minutes(6);
    differs("quiet", flow);
    flow = base();
    flow.options.max_age = minutes(7);
    differs("max-age", flow);
    flow = base();
    flow.options.retained = true;
    differs("retained", flow);
    flow = base();
    flow.options.self_trigger = true;
    differs("self-trigger", flow);
}

}  // namespace
}  // namespace reops::engine

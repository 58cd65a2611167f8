// SPDX-License-Identifier: Apache-2.0
#include "engine/plan.hh"

#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using data::Value;
using test::closet_heat;
using test::EngineBench;
using test::make;
using test::over;
using test::publish;
using test::start;
using test::stop;

PlanQuestion ask(std::optional<double> value, std::string flow = "closet-heat")
{
    PlanQuestion question{.flow = std::move(flow), .key = "closet"};
    if (value)
        question.value = Value::real(*value);
    return question;
}

Plan must(Result<Plan> plan)
{
    if (!plan.ok())
        throw std::runtime_error(plan.failure().message);
    return std::move(*plan);
}

Plan planned(EngineBench& bench, PlanQuestion question)
{
    question.at = bench.now();
    return must(make_plan(bench.engine(), question));
}

/// "0s stop foo, 30s stop big-iron (foo)": when, what, and after whom.
std::string steps(const Plan& plan)
{
    std::string out;
    for (const PlanStep& step : plan.steps) {
        out += (out.empty() ? "" : ", ") + to_string(step.begins) + " " + step.action + " " +
               step.host;
        for (std::size_t i = 0; i < step.waits_for.size(); ++i)
            out += (i == 0 ? " after " : "+") + step.waits_for[i];
        if (!step.because.empty())
            out += " because of " + step.because;
        if (!is_success(step.outcome))
            out += " " + std::string{to_string(step.outcome)} + " (" + step.message + ")";
        if (step.already_there)
            out += " there";
    }
    return out;
}

TEST(Plan, ListsGuestsBeforeTheirHypervisorWithOffsets)
{
    EngineBench bench{closet_heat()};
    const Plan plan = planned(bench, ask(71));
    EXPECT_TRUE(plan.opens_run);
    EXPECT_EQ(steps(plan), "0s stop foo, 0s stop bar, 30s stop big-iron after foo+bar");
    EXPECT_EQ(plan.steps.back().ends, seconds(60));
    EXPECT_EQ(plan.status, "done");
    EXPECT_FALSE(plan.cut);
    ASSERT_EQ(plan.mails.size(), 1U);
    EXPECT_EQ(plan.mails[0].subject, "too hot");
    EXPECT_EQ(plan.mails[0].to, std::vector<std::string>{"me@lan"});
    EXPECT_EQ(plan.mails[0].at, seconds(60));
    ASSERT_EQ(plan.holds.size(), 3U);
    EXPECT_EQ(plan.holds[0].host, "foo");
    EXPECT_EQ(plan.holds[2].at, seconds(30));
}

TEST(Plan, NamesTheStageThatEndsAnEvent)
{
    EngineBench bench{closet_heat()};
    const Plan plan = planned(bench, ask(70));
    EXPECT_FALSE(plan.opens_run);
    ASSERT_EQ(plan.looks.size(), 1U);
    EXPECT_EQ(plan.looks[0].reason, Reason::clear);
    EXPECT_EQ(plan.looks[0].stage, "(pick t > 70)");
    EXPECT_TRUE(plan.steps.empty());
}

TEST(Plan, ShowsTheErrorOfAStage)
{
    EngineBench bench{closet_heat()};
    PlanQuestion question = ask({});
    question.value = Value::string("hot");
    const Plan plan = planned(bench, question);
    ASSERT_EQ(plan.looks.size(), 1U);
    EXPECT_EQ(plan.looks[0].reason, Reason::failed);
    EXPECT_EQ(plan.looks[0].error, "not a number");
}

TEST(Plan, WithoutAValueTakesTheConditionAsTrue)
{
    EngineBench bench{
        make("closet-heat", {make_rising(70), make_hold_for(seconds(30)), stop({"foo"})})};
    const Plan plan = planned(bench, ask({}));
    EXPECT_EQ(steps(plan), "0s stop foo");
    EXPECT_EQ(plan.version, bench.state().flows.find("closet-heat")->version);
    EXPECT_EQ(planned(bench, ask(71)).looks[0].stage, "(rising 70)");
}

TEST(Plan, WithoutAValueAPausedFlowIsPaused)
{
    EngineBench bench{closet_heat()};
    for (int i = 0; i < 20; ++i)
        bench.play("bad");
    const Plan plan = planned(bench, ask({}));
    EXPECT_FALSE(plan.opens_run);
    EXPECT_EQ(plan.looks.at(0).reason, Reason::paused);
}

TEST(Plan, FiresTheTimersThatTheEventSets)
{
    EngineBench bench{make("closet-heat", {over(70), make_hold_for(seconds(90)), stop({"foo"})})};
    const Plan plan = planned(bench, ask(71));
    ASSERT_EQ(plan.looks.size(), 2U);
    EXPECT_EQ(plan.looks[0].reason, Reason::wait);
    EXPECT_EQ(plan.looks[0].stage, "(hold-for 1m30s)");
    EXPECT_EQ(plan.looks[1].reason, Reason::run);
    EXPECT_EQ(plan.opened, seconds(90));
    EXPECT_EQ(steps(plan), "1m30s stop foo");
}

TEST(Plan, NamesWhoBroughtAGuestIn)
{
    EngineBench bench{make("closet-heat", {over(70), stop({"big-iron"})})};
    EXPECT_EQ(steps(planned(bench, ask(71))),
              "0s stop bar because of big-iron, 0s stop foo because of big-iron, "
              "30s stop big-iron after bar+foo");
}

TEST(Plan, ShowsRefusalsWithTheirReason)
{
    EngineBench bench{{closet_heat(), make("solar", {start({"foo"})}, {}, "power")}};
    bench.play("71 +2m");
    EXPECT_EQ(steps(planned(bench, ask(12, "solar"))),
              "0s start big-iron because of foo refused (held by closet-heat since 14:00), "
              "0s start foo after big-iron refused (big-iron: held by closet-heat since 14:00)");
    EXPECT_EQ(planned(bench, ask(12, "solar")).status, "failed");
}

TEST(Plan, KnowsWhatIsThereAlready)
{
    EngineBench bench{closet_heat()};
    PlanQuestion question = ask(71);
    question.is_on = {{"foo", false}, {"bar", true}};
    EXPECT_EQ(steps(planned(bench, question)),
              "0s stop foo there, 0s stop bar, 30s stop big-iron after foo+bar");
    bench.play("71 +2m");
    EXPECT_EQ(steps(planned(bench, ask(71))),
              "0s stop foo there, 0s stop bar there, 0s stop big-iron after foo+bar there");
}

TEST(Plan, SaysWhatAFlowInShadowWouldDo)
{
    engine::FlowOptions options;
    options.shadow = true;
    EngineBench bench{
        make("closet-heat", {over(70), stop({"foo"}), test::mail("too hot")}, options)};
    const Plan plan = planned(bench, ask(71));
    ASSERT_EQ(plan.steps.size(), 1U);
    EXPECT_EQ(to_string(plan.steps[0].outcome), "shadow");
    EXPECT_EQ(plan.steps[0].message, "would be stopped");
    EXPECT_FALSE(plan.steps[0].already_there);
    EXPECT_EQ(plan.status, "shadow");
    EXPECT_TRUE(plan.mails.empty());
}

TEST(Plan, TakesAsLongAsTheLastStop)
{
    EngineBench bench{closet_heat()};
    bench.host["foo"].stop_takes = seconds(41);
    bench.play("71 +2m");
    PlanQuestion question = ask(71);
    question.is_on = {{"foo", true}};
    const Plan plan = planned(bench, question);
    EXPECT_EQ(steps(plan), "0s stop bar there, 0s stop foo, 41s stop big-iron after bar+foo there");
}

TEST(Plan, SaysThatAnOpenRunIsJoined)
{
    EngineBench bench{closet_heat()};
    bench.play("71");
    const Plan plan = planned(bench, ask(72));
    EXPECT_FALSE(plan.opens_run);
    EXPECT_EQ(plan.looks.at(0).reason, Reason::joined);
}

TEST(Plan, WaitsForTheQueueOfAFlow)
{
    EngineBench bench{make("closet-heat", {over(70), stop({"foo"})}, {.mode = Mode::queue})};
    bench.play("71");
    const Plan plan = planned(bench, ask(72));
    EXPECT_EQ(plan.looks.at(0).reason, Reason::queued);
    EXPECT_EQ(plan.opened, seconds(30));
    EXPECT_EQ(plan.steps.size(), 1U);
}

TEST(Plan, ListsPublishesAndOtherFlows)
{
    EngineBench bench{{make("closet-heat", {over(70), publish("out/heat")}),
                       make("b", {over(60), publish("out/b")}),
                       make("c", {over(90), publish("out/c")})}};
    const Plan plan = planned(bench, ask(71));
    ASSERT_EQ(plan.publishes.size(), 1U);
    EXPECT_EQ(plan.publishes[0].topic, "out/heat");
    EXPECT_NE(plan.publishes[0].payload.find("\"value\":71"), std::string::npos);
    EXPECT_EQ(plan.other_flows, std::vector<std::string>{"b"});
}

TEST(Plan, IsCutAtItsHorizon)
{
    EngineBench bench{closet_heat()};
    PlanQuestion question = ask(71);
    question.horizon = seconds(10);
    const Plan plan = planned(bench, question);
    EXPECT_TRUE(plan.cut);
    EXPECT_EQ(plan.steps.size(), 3U);
    EXPECT_FALSE(plan.steps[0].ended);
    question = ask(71);
    question.most_steps = 1;
    EXPECT_TRUE(planned(bench, question).cut);
}

TEST(Plan, ChangesNothingAndAnswersTheSameAgain)
{
    EngineBench bench{closet_heat()};
    const std::string before = encode_snapshot(bench.state());
    const std::string first = steps(planned(bench, ask(71)));
    EXPECT_EQ(steps(planned(bench, ask(71))), first);
    planned(bench, ask({}));
    EXPECT_EQ(encode_snapshot(bench.state()), before);
    EXPECT_EQ(bench.play("71 +2m"), "run") << "the real engine is not used up";
}

TEST(Plan, RefusesAFlowThatIsNotArmedAndNamesTheNearest)
{
    EngineBench bench{closet_heat()};
    const auto plan = make_plan(bench.engine(), ask(71, "closet-heta"));
    ASSERT_FALSE(plan.ok());
    EXPECT_EQ(plan.failure().code, Code::not_found);
    EXPECT_EQ(plan.failure().message, "no armed flow `closet-heta`; `reops flows` lists them");
    EXPECT_EQ(plan.failure().details, "did you mean `closet-heat`?");
}

}  // namespace
}  // namespace reops::engine

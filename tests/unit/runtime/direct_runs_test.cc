// SPDX-License-Identifier: Apache-2.0
// Direct runs through a runtime: steps, cancels, crashes, and visits beside what a server left.
#include "runtime/direct_runs.hh"

#include "data/map.hh"
#include "tests/unit/runtime/runtime_fixture.hh"

namespace reops::runtime {
namespace {

using engine::Outcome;
using engine::Status;

Outcome said(std::string_view text)
{
    return {.status = Status::done,
            .exit_code = 0,
            .evidence = data::Value{
                data::make_map({{data::Value::keyword("result"), data::Value::string(text)}})}};
}

class DirectRunsTest : public RuntimeTest {
protected:
    void begin()
    {
        start();
        direct = std::make_unique<DirectRuns>(*runtime);
    }
    static engine::StagePtr exec(std::initializer_list<const char*> hosts, std::uint32_t batch = 0)
    {
        engine::OperationOptions options;
        options.verb = "exec";
        options.batch = batch;
        options.hosts = hosts::Hosts(hosts);
        return std::make_shared<engine::OperationStage>(options);
    }
    static engine::StagePtr start_foo()
    {
        engine::PowerOptions options;
        options.direction = hosts::Direction::start;
        options.hosts = hosts::Hosts{"foo"};
        return std::make_shared<engine::PowerStage>(options);
    }
    void put(const engine::StagePtr& stage, const std::string& run = "")
    {
        end.reset();
        direct->step(
            {.run = run, .form = "(exec ...)", .actor = "uid 7", .stage = stage},
            [this](const StepState& state) { progress.push_back(state.ended.size()); },
            [this](Result<StepEnd> ended) { end = std::move(ended); });
    }
    StepEnd step(const engine::StagePtr& stage, const std::string& run = "")
    {
        put(stage, run);
        EXPECT_TRUE(until([&] { return end.has_value(); }));
        EXPECT_TRUE(end->ok()) << (end->ok() ? "" : end->failure().message);
        return end->ok() ? **end : StepEnd{};
    }
    void close(const std::string& run, const std::string& error = "")
    {
        direct->end(run, error);
        settle();
    }
    store::RunRow row(std::uint64_t number) { return *runtime->history().run(number); }

    std::unique_ptr<DirectRuns> direct;
    std::optional<Result<StepEnd>> end;
    std::vector<std::size_t> progress;
};

TEST_F(DirectRunsTest, AStepGivesWhatItsHostsSaid)
{
    performer.answer = said("up 3 days");
    begin();
    const StepEnd ended = step(exec({"foo", "bar"}));
    EXPECT_EQ(ended.state.run, "r-1");
    EXPECT_FALSE(ended.is_closed);
    ASSERT_EQ(ended.state.ended.size(), 2U);
    EXPECT_NE(ended.state.ended[0].host, ended.state.ended[1].host);
    EXPECT_EQ(ended.state.ended[0].action, "exec");
    EXPECT_EQ(ended.state.ended[0].outcome.evidence, said("up 3 days").evidence);
    close("r-1");
    EXPECT_EQ(row(1).status, "done");
    EXPECT_EQ(row(1).actor, "uid 7");
    EXPECT_EQ(row(1).value, "\"(exec ...)\"");
    EXPECT_EQ(direct->open(), 0U);
}

TEST_F(DirectRunsTest, TheStepsAreOneRun)
{
    performer.answer = said("well");
    begin();
    step(exec({"foo"}));
    const StepEnd second = step(start_foo(), "r-1");
    ASSERT_EQ(second.state.ended.size(), 1U);
    EXPECT_EQ(second.state.ended[0].action, "start");
    EXPECT_EQ(second.state.ended[0].stage, 1U);
    close("r-1");
    EXPECT_EQ(runtime->history().outcomes(1)->size(), 2U);
    EXPECT_TRUE(runtime->engine().state().runs.rows().empty());
}

TEST_F(DirectRunsTest, EachHostIsToldAsItEnds)
{
    begin();
    put(exec({"foo", "bar"}));
    ASSERT_TRUE(until([&] { return performer.open.size() == 2; }));
    performer.end_one(said("a"));
    ASSERT_TRUE(until([&] { return !progress.empty() && progress.back() == 1; }));
    EXPECT_FALSE(end.has_value());
    performer.end_one(said("b"));
    ASSERT_TRUE(until([&] { return end.has_value(); }));
    EXPECT_EQ(progress.back(), 2U);
}

TEST_F(DirectRunsTest, AnErrorOfItsOwnEndsItFailed)
{
    performer.answer = said("well");
    begin();
    step(exec({"foo"}));
    close("r-1", "divide by zero");
    EXPECT_EQ(row(1).status, "failed");
    EXPECT_EQ(row(1).error, "divide by zero");
}

TEST_F(DirectRunsTest, ACancelEndsWhatHasNotBegun)
{
    begin();
    put(exec({"foo", "bar"}, 1));
    ASSERT_TRUE(until([&] { return performer.open.size() == 1; }));
    direct->cancel("r-1");
    settle();
    performer.end_one(said("a"));
    ASSERT_TRUE(until([&] { return end.has_value(); }));
    EXPECT_TRUE((*end)->is_closed);
    ASSERT_EQ((*end)->state.ended.size(), 2U);
    EXPECT_EQ((*end)->state.ended[0].outcome.status, Status::cancelled);
    EXPECT_EQ((*end)->state.ended[1].outcome.status, Status::done);
    EXPECT_EQ(performer.count("exec"), 1U);
    EXPECT_EQ(row(1).status, "cancelled");
    put(exec({"foo"}), "r-1");
    ASSERT_TRUE(until([&] { return end.has_value(); }));
    EXPECT_EQ(end->failure().code, Code::conflict);
}

TEST_F(DirectRunsTest, SixtyFourAreOpenAtMost)
{
    performer.answer = said("well");
    begin();
    for (std::size_t i = 0; i < engine::most_direct_runs; ++i)
        step(exec({"foo"}));
    put(exec({"foo"}));
    ASSERT_TRUE(until([&] { return end.has_value(); }));
    ASSERT_FALSE(end->ok());
    EXPECT_EQ(end->failure().message,
              "64 direct runs are open, which is the most; see: reops runs");
    close("r-1");
    EXPECT_EQ(step(exec({"foo"})).state.run, "r-65");
}

TEST_F(DirectRunsTest, OpenAtACrashItIsInterruptedAndItsCommandIsNotDoneAgain)
{
    begin();
    put(exec({"foo", "bar"}, 1));
    ASSERT_TRUE(until([&] { return performer.open.size() == 1; }));
    direct.reset();
    restart();
    settle();
    EXPECT_EQ(performer.count("exec"), 0U);
    EXPECT_EQ(row(1).status, "interrupted");
    const auto outcomes = *runtime->history().outcomes(1);
    ASSERT_EQ(outcomes.size(), 2U);
    for (const auto& outcome : outcomes)
        EXPECT_EQ(outcome.outcome, outcome.host == "foo" ? "unknown" : "cancelled");
}

TEST_F(DirectRunsTest, AHeldHostIsRefusedUnlessForced)
{
    performer.answer = good();
    begin();
    commit(reading(71));
    ASSERT_TRUE(until([&] { return !runtime->engine().state().holds.rows().empty(); }));
    settle();
    const StepEnd held = step(start_foo());
    ASSERT_EQ(held.state.ended.size(), 1U);
    EXPECT_EQ(held.state.ended[0].outcome.status, Status::refused);
    EXPECT_NE(held.state.ended[0].outcome.message.find("held by closet-heat"), std::string::npos);
    engine::PowerOptions again = static_cast<const engine::PowerStage&>(*start_foo()).options();
    again.force = true;
    const StepEnd forced = step(std::make_shared<engine::PowerStage>(again), held.state.run);
    EXPECT_EQ(forced.state.ended[0].outcome.status, Status::verified);
}

TEST_F(DirectRunsTest, AVisitLeavesWhatAServerLeft)
{
    start();
    commit(reading(71));  // foo is being stopped, held, and its run is open
    ASSERT_TRUE(until([&] { return performer.open.size() == 1; }));
    crash();
    performer.answer = said("well");
    flows.clear();
    ASSERT_TRUE(open().ok());
    ASSERT_TRUE(runtime->visit(inventory(), "uid 7").ok());
    direct = std::make_unique<DirectRuns>(*runtime);
    EXPECT_EQ(step(exec({"foo"})).state.ended.size(), 1U);
    close("r-2");
    EXPECT_EQ(performer.count("stop"), 0U);
    const engine::State& state = runtime->engine().state();
    EXPECT_TRUE(state.flows.find("closet-heat")->active);
    EXPECT_EQ(state.runs.size(), 1U);
    EXPECT_EQ(state.holds.size(), 1U);
    EXPECT_EQ(state.outbox.size(), 1U);
    direct.reset();
    stop();
    flows = {closet()};
    performer.answer = good();
    start();
    ASSERT_TRUE(until([&] { return performer.count("email") == 1; }));
    EXPECT_EQ(row(1).status, "done");
}

TEST_F(DirectRunsTest, NoFlowHasTheirName)
{
    engine::Flow flow{.name = "direct", .event = "temperature", .stages = {over_70()}};
    EXPECT_FALSE(engine::make_flow(std::move(flow), "x").ok());
}

}  // namespace
}  // namespace reops::runtime

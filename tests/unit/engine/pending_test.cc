// SPDX-License-Identifier: Apache-2.0
// Functions that take long: their entries are pending, others go on, and nothing is lost over a
// crash.
#include "engine/call_limit.hh"
#include "engine/frame_codec.hh"
#include "engine/state_check.hh"
#include "tests/support/engine_bench.hh"
#include "tests/support/late_caller.hh"
#include "tests/support/random_journal.hh"

#include <optional>

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using data::Value;
using test::Dice;
using test::EngineBench;
using test::LateCaller;
using test::mail;
using test::make;
using test::over;
using test::publish;
using test::slowly_over;
using test::stop;

class PendingTest : public testing::Test {
protected:
    FlowPtr slow(std::string name = "slow", std::string_view build = "build-1")
    {
        return make(
            std::move(name), {slowly_over(caller, 70), publish("slow")}, {}, "temperature", build);
    }
    void arm(const std::vector<FlowPtr>& flows)
    {
        for (const FlowPtr& flow : flows)
            bench.arm(flow);
        bench.caller = &caller;
    }
    void answer(std::size_t which = 0)
    {
        bench.traces.clear();
        bench.feed(caller.answer(which));
    }
    std::string reasons()
    {
        std::string out;
        for (const TraceItem& item : bench.traces)
            out += (out.empty() ? "" : " ") + std::string{to_string(item.reason)};
        return out;
    }
    std::size_t rows() { return bench.state().pending.size(); }

    LateCaller caller;
    EngineBench bench;
};

TEST_F(PendingTest, TheOthersAreDecidedAndTheLateOneIsWhenItsAnswerIsIn)
{
    arm({slow(), make("quick", {over(70), publish("quick")})});
    EXPECT_EQ(bench.play("71.5"), "pending run");
    EXPECT_EQ(bench.acts(), "publish quick");
    ASSERT_EQ(rows(), 1U);
    const Pending row = bench.state().pending.rows().begin()->second;
    EXPECT_EQ(row.flow, "slow");
    EXPECT_EQ(row.event.value.as_real(), 71.5);
    EXPECT_TRUE(check_state(bench.state()).ok());
    bench.pass(seconds(2));
    answer();
    EXPECT_EQ(reasons(), "run");
    EXPECT_EQ(bench.acts(), "publish slow");
    EXPECT_EQ(rows(), 0U);
    EXPECT_EQ(bench.count("decided-late"), 1U);
    EXPECT_EQ(bench.count("evaluated-again"), 0U);
    EXPECT_EQ(bench.state().timers.size(), 0U) << "nobody watches a lag any more";
}

TEST_F(PendingTest, ARunOfALateEntryIsAboutTheEntryAndItsTime)
{
    FlowPtr flow = make("slow", {slowly_over(caller, 70), stop({"foo"}), mail("hot")});
    arm({flow});
    bench.play("71.5");
    const Position entry = bench.state().position;
    const Time came = bench.now();
    bench.pass(seconds(30));
    answer();
    const auto& run = bench.state().runs.rows().begin()->second;
    EXPECT_EQ(run.trigger.event, entry);
    EXPECT_EQ(run.trigger.at, came);
    EXPECT_EQ(run.opened, came + seconds(30));
}

TEST_F(PendingTest, EventsOfAKeyKeepTheirOrderAndOthersDoNotWait)
{
    FlowPtr flow = make("slow", {slowly_over(caller, 70), make_rising(70), publish("slow")});
    arm({flow});
    EXPECT_EQ(bench.play("60 71.5 72 65 73 attic=50 attic=90"),
              "clear pending pending pending pending clear run");
    EXPECT_EQ(caller.late(), 1U) << "one of a key at a time";
    EXPECT_EQ(rows(), 4U);
    std::string all;
    while (caller.late() > 0) {
        answer();
        all += reasons() + " ";
    }
    EXPECT_EQ(all, "run wait clear run ") << "as without a delay";
    EXPECT_EQ(rows(), 0U);
}

TEST_F(PendingTest, WithoutADelayTheSameIsDecidedAtOnce)
{
    FlowPtr flow = make("slow", {slowly_over(caller, 70), make_rising(70), publish("slow")});
    bench.arm(flow);
    EXPECT_EQ(bench.play("60 71.5 72 65 73"), "clear run wait clear run");
}

TEST_F(PendingTest, AFlowThatIsKnownToBeSlowIsNotTried)
{
    arm({slow(), make("quick", {over(70), publish("quick")})});
    caller.known_slow = {"slow"};
    EXPECT_EQ(bench.play("71 superseded:72"), "pending run superseded superseded");
    EXPECT_EQ(caller.late(), 1U);
    answer();
    EXPECT_EQ(reasons(), "run");
}

TEST_F(PendingTest, WithoutAThreadAllThatAsksIsPending)
{
    arm({slow(), make("edge", {make_rising(70), publish("edge")})});
    caller.refuses = true;
    EXPECT_EQ(bench.play("60 71"), "pending clear pending run");
    EXPECT_EQ(rows(), 2U);
}

TEST_F(PendingTest, ABatchWaitsForAFewSlowOnesAtMost)
{
    std::vector<FlowPtr> flows;
    flows.reserve(6);
    for (int i = 0; i < 6; ++i)
        flows.push_back(slow("slow-" + std::to_string(i)));
    arm(flows);
    caller.waited = 0;
    EXPECT_EQ(bench.play("71.5"), "pending pending pending pending pending pending");
    EXPECT_EQ(caller.waited, 3U);
    EXPECT_EQ(caller.late(), 6U) << "the others are begun alone";
}

TEST_F(PendingTest, PromptStagesAreNotWatched)
{
    arm({make("edge", {make_rising(70), publish("edge")})});
    caller.waited = 0;
    EXPECT_EQ(bench.play("60 71"), "clear run");
    EXPECT_EQ(caller.waited, 0U);
}

TEST_F(PendingTest, AfterACrashOnlyPendingEntriesAreEvaluatedAgainAndTheHistorySaysSo)
{
    const std::vector<FlowPtr> flows = {slow(), make("quick", {over(70), publish("quick")})};
    arm(flows);
    bench.play("71.5 60");
    bench.acts();
    bench.caller = nullptr;
    bench.traces.clear();
    bench.restart(seconds(3), true, flows);
    EXPECT_EQ(reasons(), "run clear") << "of the slow flow only, in order";
    EXPECT_EQ(bench.acts(), "publish slow");
    EXPECT_EQ(bench.count("evaluated-again"), 2U);
    EXPECT_EQ(rows(), 0U);
    bench.play("71.5");
    EXPECT_EQ(bench.count("evaluated-again"), 2U) << "not what came later";
}

TEST_F(PendingTest, AnAnswerFromBeforeTheCrashOfAnotherProcessIsNotTakenTwice)
{
    arm({slow()});
    bench.play("71.5");
    const Body late = caller.answer();
    bench.feed(late);
    EXPECT_EQ(bench.acts(), "publish slow");
    bench.traces.clear();
    bench.feed(late);
    EXPECT_EQ(reasons(), "");
    EXPECT_EQ(bench.acts(), "");
}

TEST_F(PendingTest, DisarmingForgetsWhatWaits)
{
    arm({slow()});
    bench.play("71.5 72 attic=71.5");
    bench.command("disarm", "flow", "slow");
    EXPECT_EQ(rows(), 0U);
    answer();
    EXPECT_EQ(reasons(), "");
    EXPECT_EQ(bench.acts(), "");
    bench.caller = nullptr;
    bench.arm(slow());
    EXPECT_EQ(bench.play("71"), "run");
}

TEST_F(PendingTest, ANewVersionDecidesWhatWaitsAndTheOldAnswerCounts)
{
    arm({slow()});
    bench.play("71.5 72");
    ASSERT_EQ(caller.late(), 1U);
    bench.arm(slow("slow", "build-2"));
    ASSERT_EQ(caller.late(), 2U) << "asked again";
    answer(0);
    EXPECT_EQ(reasons(), "") << "the old version's answer is of no use";
    answer(0);
    EXPECT_EQ(reasons(), "run");
    answer(0);
    EXPECT_EQ(reasons(), "run");
    EXPECT_EQ(rows(), 0U);
}

TEST_F(PendingTest, ALagOfAMinuteIsAnAlertUntilItIsOver)
{
    arm({slow()});
    bench.play("71.5 +30s 72 +29s");
    EXPECT_TRUE(bench.alerts().empty());
    bench.pass(seconds(1));
    const auto alerts = bench.alerts();
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_NE(alerts[0].find("`slow` is more than a minute behind"), std::string::npos)
        << alerts[0];
    bench.pass(minutes(5));
    EXPECT_TRUE(bench.alerts().empty()) << "one alert";
    answer();
    EXPECT_TRUE(bench.alerts().empty()) << "the next one waits for more than a minute too";
    answer();
    const auto over = bench.alerts();
    ASSERT_EQ(over.size(), 1U);
    EXPECT_TRUE(over[0].starts_with("over: ")) << over[0];
}

TEST_F(PendingTest, ATimerOfTheFiltersWaitsBehind)
{
    FlowPtr flow =
        make("slow", {slowly_over(caller, 70), make_hold_for(seconds(10)), publish("slow")});
    arm({flow});
    bench.play("71 +9s");
    EXPECT_EQ(bench.play("72.5"), "pending");
    EXPECT_EQ(bench.play("+2s"), "pending") << "the timer";
    EXPECT_EQ(bench.acts(), "");
    ASSERT_EQ(rows(), 2U);
    EXPECT_TRUE(check_state(bench.state()).ok());
    answer();
    EXPECT_EQ(reasons(), "wait");
    answer();
    EXPECT_EQ(reasons(), "run");
    EXPECT_EQ(bench.acts(), "publish slow");
}

TEST_F(PendingTest, AFunctionBehindAnActionIsNotWaitedForEither)
{
    const auto half = make_map(
        [this](const Value& value) {
            caller.take_long();
            return Value::real(value.number().value_or(0) / 2);
        },
        "half");
    arm({make("f", {make_rising(70), stop({"foo"}), half, mail("hot")}, {.mode = Mode::each})});
    bench.play("60 71 +1m");
    EXPECT_EQ(bench.acts(), "stop foo");
    ASSERT_EQ(caller.late(), 1U);
    EXPECT_TRUE(bench.state().runs.rows().begin()->second.evaluating);
    answer();
    EXPECT_EQ(bench.acts(), "mail hot");
    EXPECT_EQ(bench.count("evaluated-again"), 0U);
}

TEST_F(PendingTest, AFunctionBehindAnActionIsCalledAgainAfterACrashAndSaidSo)
{
    const auto half = make_map(
        [this](const Value& value) {
            caller.take_long();
            return Value::real(value.number().value_or(0) / 2);
        },
        "half");
    const FlowPtr flow =
        make("f", {make_rising(70), stop({"foo"}), half, mail("hot")}, {.mode = Mode::each});
    arm({flow});
    bench.play("60 71 +1m");
    bench.acts();
    bench.caller = nullptr;
    bench.restart(seconds(3), true, {flow});
    EXPECT_EQ(bench.acts(), "mail hot");
    EXPECT_EQ(bench.count("evaluated-again"), 1U);
}

/// Over as soon as somebody asks.
class NoTime final : public CallLimit {
public:
    void begin() override { ++begun; }
    bool is_over() override { return true; }
    int begun = 0;
};

TEST(CallLimits, AFunctionThatAsksIsEndedAndOnlyItsEventFails)
{
    NoTime limit;
    const FlowPtr flow = make("f",
                              {make_pick(
                                   [](const Value&) {
                                       check_call_limit();
                                       return true;
                                   },
                                   "language"),
                               publish("f")});
    EngineBench bench{flow};
    EXPECT_EQ(bench.play("71"), "run") << "no limit, no end";
    CallLimit* before = set_call_limit(&limit);
    EXPECT_EQ(bench.play("71"), "failed");
    set_call_limit(before);
    EXPECT_EQ(limit.begun, 1);
    EXPECT_EQ(bench.traces.at(0).error, "it took more than 1 s of processor time and was ended");
    EXPECT_EQ(bench.play("71"), "run");
}

/// An engine whose functions are late at random, and all that its journal would hold.
struct Site {
    explicit Site(std::uint64_t seed) : dice(seed)
    {
        const auto slow_map = make_map(
            [this](const Value& value) {
                if (dice.below(3) == 0)
                    caller.take_long();
                return Value::real(value.number().value_or(0) + 1);
            },
            "plus one");
        flows = {make("steps", {slow_map, make_rising(70), publish("steps")}, {.mode = Mode::each}),
                 make("often",
                      {slowly_over(caller, 60), make_once_within(seconds(3)), publish("often")},
                      {.mode = Mode::each}),
                 make("quick", {make_rising(65), publish("quick")}, {.mode = Mode::each})};
        for (const FlowPtr& flow : flows)
            engine.declare(flow);
        std::vector<Body> bodies = {InventoryChanged{std::make_shared<hosts::Inventory>()},
                                    Started{.boot_id = "b"}};
        for (const FlowPtr& flow : flows) {
            Armed armed{.flow = flow->name, .version = flow->version};
            for (const StagePtr& stage : flow->stages)
                armed.stages.push_back(stage->printed());
            bodies.emplace_back(std::move(armed));
        }
        run(std::move(bodies));
    }
    Event reading()
    {
        Event event{.name = "temperature", .key = "k" + std::to_string(dice.below(4))};
        event.value = Value::real(50 + static_cast<double>(dice.below(80)) / 2);
        return event;
    }
    void run(std::vector<Body> bodies)
    {
        Batch batch;
        std::uint64_t position = engine.state().position.number;
        for (Body& body : bodies)
            batch.entries.push_back({Position{++position}, now, std::move(body)});
        if (late)
            engine.process(batch, one_lane, caller);
        else
            engine.process(batch, one_lane);
        encode_frame(batch, 0, batch.entries.size(), frames.emplace_back());
        for (const Decision& decision : batch.decisions)
            for (const Note& note : decision.notes)
                if (note.kind == "run-opened")
                    runs[note.flow + "/" + note.key].push_back(
                        note.detail.as_map().get("value").as_real());
    }

    Dice dice;
    LateCaller caller;
    Inline one_lane;
    Engine engine;
    std::vector<FlowPtr> flows;
    Time now{1'795'442'400'000'000};
    bool late = true;
    std::vector<std::string> frames;
    std::map<std::string, std::vector<double>> runs;  ///< values, by flow and key
};

std::string replayed(const Site& site)
{
    Engine fresh;
    for (const FlowPtr& flow : site.flows)
        fresh.declare(flow);
    for (const std::string& frame : site.frames)
        EXPECT_TRUE(decode_frame(frame, [&](FrameItem& item) {
                        EXPECT_TRUE(
                            fresh.apply(item.entry.position, item.entry.at, item.delta).ok());
                    }).ok());
    return encode_snapshot(fresh.state());
}

TEST(PendingJournal, ReplaysToTheStateAndRunsAreTheSameInOrderAsWithoutDelay)
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Site site{seed};
        Site plain{seed};
        plain.late = false;
        Dice dice{seed + 100};
        for (int batch = 0; batch < 60; ++batch) {
            std::vector<Body> bodies;
            for (std::uint64_t count = dice.below(6); count > 0; --count)
                bodies.emplace_back(plain.reading());
            plain.now = plain.now + milliseconds(700);
            site.now = plain.now;
            plain.run(bodies);
            while (site.caller.late() > 0 && dice.below(3) != 0)
                bodies.insert(bodies.begin(), site.caller.answer(dice.below(site.caller.late())));
            site.run(std::move(bodies));
            ASSERT_TRUE(check_state(site.engine.state()).ok());
        }
        EXPECT_GT(site.engine.state().pending.size(), 0U) << "worth it";
        EXPECT_TRUE(replayed(site) == encode_snapshot(site.engine.state())) << "seed " << seed;
        while (site.caller.late() > 0)
            site.run({site.caller.answer(dice.below(site.caller.late()))});
        EXPECT_EQ(site.engine.state().pending.size(), 0U);
        EXPECT_EQ(site.runs, plain.runs) << "seed " << seed;
        EXPECT_TRUE(replayed(site) == encode_snapshot(site.engine.state())) << "seed " << seed;
    }
}

TEST(PendingJournal, ACrashAtAnyBatchLosesNothingAndRepeatsNothing)
{
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Site site{seed};
        Site plain{seed};
        plain.late = false;
        Dice dice{seed + 500};
        for (int batch = 0; batch < 40; ++batch) {
            std::vector<Body> bodies;
            for (std::uint64_t count = dice.below(6); count > 0; --count)
                bodies.emplace_back(plain.reading());
            plain.now = plain.now + milliseconds(700);
            site.now = plain.now;
            plain.run(bodies);
            while (site.caller.late() > 0 && dice.below(2) != 0)
                bodies.insert(bodies.begin(), site.caller.answer(dice.below(site.caller.late())));
            site.run(std::move(bodies));
            if (dice.below(8) != 0)
                continue;
            Engine next;
            for (const FlowPtr& flow : site.flows)
                next.declare(flow);
            ASSERT_TRUE(next.load(replayed(site)).ok());
            next.finish_recovery();
            site.engine = std::move(next);
            while (site.caller.late() > 0)
                (void)site.caller.answer();
            site.run({Started{.boot_id = "b"}});
        }
        while (site.caller.late() > 0)
            site.run({site.caller.answer()});
        EXPECT_EQ(site.engine.state().pending.size(), 0U);
        EXPECT_EQ(site.runs, plain.runs) << "seed " << seed;
    }
}

}  // namespace
}  // namespace reops::engine

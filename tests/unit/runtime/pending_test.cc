// SPDX-License-Identifier: Apache-2.0
// Functions of the user that take long, on real threads: a test holds them and lets them go.
#include "data/map.hh"
#include "engine/call_limit.hh"
#include "tests/unit/runtime/runtime_fixture.hh"

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace reops::runtime {
namespace {

/// A door that a function waits at. Shared with it: the function may outlive the test.
class Door {
public:
    void pass()
    {
        std::unique_lock lock{mutex_};
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
        --waiting_;
    }
    void open()
    {
        const std::lock_guard lock{mutex_};
        open_ = true;
        changed_.notify_all();
    }
    std::size_t waiting()
    {
        const std::lock_guard lock{mutex_};
        return waiting_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t waiting_ = 0;
    bool open_ = false;
};

class PendingRuntimeTest : public RuntimeTest {
protected:
    void TearDown() override
    {
        door->open();
        runtime.reset();
    }

    /// Passes values over 70, but stands at the door with those over 100.
    engine::FlowPtr held(std::string name = "held")
    {
        engine::PublishOptions publish;
        publish.topic = name;
        const auto stage = engine::make_pick(
            [door = door, calls = calls](const data::Value& value) {
                ++*calls;
                if (value.as_integer() > 100)
                    door->pass();
                return value.as_integer() > 70;
            },
            "held");
        return flow(std::move(name),
                    "temperature",
                    {stage, std::make_shared<engine::PublishStage>(publish)});
    }
    std::size_t published(const std::string& topic)
    {
        return static_cast<std::size_t>(std::count_if(
            performer.performed.begin(), performer.performed.end(), [&](const auto& effect) {
                return effect.kind == "publish" &&
                       effect.args.as_map().get("topic") == engine::text(topic);
            }));
    }
    std::size_t alerts() { return performer.count("alert"); }
    std::size_t runs(const std::string& of, const std::string& key)
    {
        store::RunQuery query;
        query.flow = of;
        query.limit = 1000;
        const auto found = runtime->history().runs(query);
        EXPECT_TRUE(found.ok());
        return static_cast<std::size_t>(std::count_if(
            found->begin(), found->end(), [&](const auto& run) { return run.key == key; }));
    }
    std::size_t rows() { return runtime->engine().state().pending.size(); }

    std::shared_ptr<Door> door = std::make_shared<Door>();
    std::shared_ptr<std::atomic<int>> calls = std::make_shared<std::atomic<int>>(0);
};

TEST_F(PendingRuntimeTest, AnEntryIsAcknowledgedWhileItsFunctionRunsAndOthersGoOn)
{
    flows = {held(), relay()};
    performer.answer = good();
    start();
    commit(reading(101));
    EXPECT_EQ(door->waiting(), 1U) << "it is at work, and its entry is acknowledged";
    EXPECT_EQ(rows(), 1U);
    EXPECT_EQ(published("hot"), 1U) << "the other flow has decided";
    for (int i = 0; i < 200; ++i)
        commit(reading(71 + i % 10, "attic"));
    EXPECT_EQ(published("hot"), 201U);
    commit(reading(80));
    EXPECT_EQ(runs("held", "closet"), 0U) << "of its key it keeps the order";
    door->open();
    ASSERT_TRUE(until([&] { return rows() == 0; }));
    settle();
    EXPECT_EQ(published("held"), 202U);
    EXPECT_EQ(*calls, 202) << "each once";
    EXPECT_EQ(notes("evaluated-again").size(), 0U);
    const std::string before = snapshot();
    crash();
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(snapshot(), before) << "the journal gives the same state";
}

TEST_F(PendingRuntimeTest, TheStateWithPendingEntriesIsInTheJournalAndInASnapshot)
{
    flows = {held()};
    start();
    commit(reading(101));
    commit(reading(90));
    const std::string before = snapshot();
    const int called = *calls;
    crash();
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(snapshot(), before);
    EXPECT_EQ(*calls, called) << "not before it is started";
    ASSERT_TRUE(runtime->start(inventory()).ok());
    stop();
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(rows(), 2U) << "an orderly end keeps them too";
}

TEST_F(PendingRuntimeTest, AfterACrashOnlyPendingEntriesAreEvaluatedAgain)
{
    flows = {held(), relay()};
    performer.answer = good();
    start();
    commit(reading(75));
    commit(reading(101));
    ASSERT_EQ(rows(), 1U);
    EXPECT_EQ(*calls, 2);
    restart();
    ASSERT_TRUE(until([&] { return *calls == 3; })) << "the one that was at work";
    EXPECT_EQ(published("held"), 0U);
    door->open();
    ASSERT_TRUE(until([&] { return rows() == 0; }));
    settle();
    EXPECT_EQ(published("held"), 1U);
    EXPECT_EQ(runs("relay", "closet"), 2U) << "decided before the crash";
    const auto again = notes("evaluated-again");
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].flow, "held");
    EXPECT_NE(again[0].run, 0U) << "the run's history says so";
}

TEST_F(PendingRuntimeTest, AFunctionOverItsLimitIsAnAlertUntilItReturns)
{
    options.calls.limit = milliseconds(20);
    options.calls.look = milliseconds(5);
    const auto stop_now = std::make_shared<std::atomic<bool>>(false);
    flows = {flow("spins",
                  "temperature",
                  {engine::make_pick(
                       [stop_now](const data::Value&) {
                           while (!*stop_now) {
                           }
                           return false;
                       },
                       "spins"),
                   std::make_shared<engine::PublishStage>(engine::PublishOptions{.topic = "t"})}),
             relay()};
    performer.answer = good();
    start();
    commit(reading(71));
    ASSERT_TRUE(until([&] { return alerts() == 1; }));
    EXPECT_NE(runtime->engine().state().alerts.find("slow-function:spins"), nullptr);
    commit(reading(72));
    EXPECT_EQ(published("hot"), 2U) << "others go on";
    *stop_now = true;
    ASSERT_TRUE(until([&] { return alerts() == 2; }));
    EXPECT_EQ(runtime->engine().state().alerts.size(), 0U);
}

TEST_F(PendingRuntimeTest, AFunctionThatAsksIsEndedAtItsLimit)
{
    options.calls.limit = milliseconds(20);
    options.calls.look = milliseconds(5);
    flows = {flow("language",
                  "temperature",
                  {engine::make_pick(
                       [](const data::Value&) -> bool {
                           while (true)
                               engine::check_call_limit();
                       },
                       "for ever"),
                   std::make_shared<engine::PublishStage>(engine::PublishOptions{.topic = "t"})})};
    performer.answer = good();
    start();
    commit(reading(71));
    ASSERT_TRUE(until([&] { return notes("stage-failed").size() == 1; }));
    EXPECT_EQ(rows(), 0U);
    EXPECT_EQ(alerts(), 0U) << "nothing is stuck";
}

TEST_F(PendingRuntimeTest, TheProgramEndsAlthoughAFunctionDoesNot)
{
    flows = {held()};
    start();
    commit(reading(101));
    const Duration began = loop.now();
    stop();
    EXPECT_LT(loop.now() - began, seconds(2));
    EXPECT_EQ(door->waiting(), 1U);
}

TEST_F(PendingRuntimeTest, ManyFunctionsThatDoNotReturnLeaveTheOthersAlone)
{
    options.calls.most_kept = 4;
    options.calls.limit = milliseconds(20);
    flows = {held(), relay()};
    performer.answer = good();
    start();
    for (int i = 0; i < 20; ++i)
        commit(reading(101, "room-" + std::to_string(i)));
    EXPECT_EQ(published("hot"), 20U);
    EXPECT_EQ(rows(), 20U);
    door->open();
    ASSERT_TRUE(until([&] { return rows() == 0; }));
    settle();
    EXPECT_EQ(published("held"), 20U);
    EXPECT_EQ(*calls, 20);
}

TEST_F(PendingRuntimeTest, AFlowThatIsQuickAgainIsWaitedForAgain)
{
    flows = {held()};
    performer.answer = good();
    start();
    commit(reading(101));
    door->open();
    ASSERT_TRUE(until([&] { return rows() == 0; }));
    std::size_t late = 0;
    for (int i = 0; i < 100 && (i < 20 || late == 0); ++i) {
        commit(reading(80, "k" + std::to_string(i)));
        ASSERT_TRUE(until([&] { return rows() == 0; }));
        settle();
        late = notes("decided-late").size();
    }
    const auto before = notes("decided-late").size();
    for (int i = 0; i < 5; ++i)
        commit(reading(80));
    settle();
    EXPECT_EQ(notes("decided-late").size(), before);
}

}  // namespace
}  // namespace reops::runtime

// SPDX-License-Identifier: Apache-2.0
#include "runtime/dispatcher.hh"

#include "runtime/threads.hh"
#include "tests/unit/runtime/runtime_fixture.hh"

namespace reops::runtime {
namespace {

using engine::Status;

class DispatcherTest : public testing::Test {
protected:
    static engine::Effect effect(std::uint64_t number, std::string kind = "stop")
    {
        engine::Effect made;
        made.id = engine::EffectId{number};
        made.kind = std::move(kind);
        made.expires = Time{1000};
        made.limit = seconds(10);
        return made;
    }

    io::EventLoop loop;
    test::RecordedLog log;
    ScriptedPerformer performer;
    std::vector<engine::Ended> reports;
    Dispatcher dispatcher{
        loop, log, [this](engine::Ended one) { reports.push_back(std::move(one)); }};
};

TEST_F(DispatcherTest, ReportsHowItEnded)
{
    dispatcher.add(performer);
    dispatcher.offer(effect(1), Time{1});
    EXPECT_EQ(dispatcher.in_flight(), 1U);
    EXPECT_TRUE(reports.empty());
    performer.end_one(good());
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].effect.number, 1U);
    EXPECT_EQ(reports[0].outcome.status, Status::verified);
    EXPECT_EQ(dispatcher.in_flight(), 0U);
}

TEST_F(DispatcherTest, DoesNotBeginTwice)
{
    dispatcher.add(performer);
    dispatcher.offer(effect(1), Time{1});
    dispatcher.offer(effect(1), Time{1});
    EXPECT_EQ(performer.performed.size(), 1U);
}

TEST_F(DispatcherTest, AnEndIsTakenOnce)
{
    dispatcher.add(performer);
    dispatcher.offer(effect(1), Time{1});
    const Done done = performer.open.begin()->second;
    done(good());
    done(good());
    EXPECT_EQ(reports.size(), 1U);
}

TEST_F(DispatcherTest, ExpiredIsNotPerformed)
{
    dispatcher.add(performer);
    dispatcher.offer(effect(1), Time{1000});
    EXPECT_EQ(performer.performed.size(), 1U) << "at the very end it is in time";
    dispatcher.offer(effect(2), Time{1001});
    EXPECT_EQ(performer.performed.size(), 1U);
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].outcome.status, Status::expired);
}

TEST_F(DispatcherTest, AKindThatNobodyPerformsIsRefused)
{
    dispatcher.offer(effect(1, "stop"), Time{1});
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].outcome.status, Status::refused);
    EXPECT_EQ(reports[0].outcome.message, "nothing here performs `stop`");
}

TEST_F(DispatcherTest, APerformerThatDoesNotAnswerIsGivenUpAndTold)
{
    dispatcher.add(performer);
    engine::Effect slow = effect(1);
    slow.limit = milliseconds(20) - seconds(10);  // ten seconds of grace come on top
    engine::Effect slower = effect(2);
    slower.limit = milliseconds(40) - seconds(10);
    dispatcher.offer(slower, Time{1});
    dispatcher.offer(slow, Time{1});
    const Done late = performer.open[1];
    ASSERT_TRUE(loop.run_until([&] { return reports.size() == 2; }, seconds(10)));
    EXPECT_EQ(reports[0].effect.number, 1U) << "each has its own deadline";
    EXPECT_EQ(reports[0].outcome.status, Status::timeout);
    EXPECT_TRUE(reports[0].outcome.retry);
    EXPECT_EQ(performer.cancelled, (std::vector<std::uint64_t>{1, 2}));
    EXPECT_TRUE(log.contains("x-1 was given up: no answer after its limit"));
    late(good());
    EXPECT_EQ(reports.size(), 2U) << "an answer after that is of no use";
    EXPECT_EQ(dispatcher.in_flight(), 0U);
}

TEST_F(DispatcherTest, ALaterAttemptIsNotEndedByAnEarlierOne)
{
    dispatcher.add(performer);
    dispatcher.offer(effect(1), Time{1});
    const Done first = performer.open[1];
    first(engine::Outcome{.status = Status::failed, .retry = true});
    engine::Effect again = effect(1);
    again.attempt = 2;
    dispatcher.offer(again, Time{1});
    first(good());
    EXPECT_EQ(reports.size(), 1U);
    EXPECT_EQ(dispatcher.in_flight(), 1U);
    performer.end_one(good());
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports[1].attempt, 2U);
}

TEST_F(DispatcherTest, WithdrawingAsksThePerformer)
{
    dispatcher.add(performer);
    dispatcher.offer(effect(1), Time{1});
    dispatcher.withdraw(engine::EffectId{1});
    dispatcher.withdraw(engine::EffectId{2});
    EXPECT_EQ(performer.cancelled, std::vector<std::uint64_t>{1});
}

TEST_F(DispatcherTest, AfterStopNothingIsBegunAndWhatRunsMayEnd)
{
    dispatcher.add(performer);
    dispatcher.offer(effect(1), Time{1});
    dispatcher.stop();
    dispatcher.offer(effect(2), Time{1});
    EXPECT_EQ(performer.performed.size(), 1U);
    performer.end_one(good());
    EXPECT_EQ(reports.size(), 1U);
}

TEST(ThreadsTest, EveryLaneWorksInEveryRound)
{
    Threads threads{4};
    EXPECT_EQ(threads.lanes(), 4U);
    std::array<int, 4> rounds{};
    for (int i = 0; i < 1000; ++i)
        threads.run([&](std::size_t lane) { ++rounds[lane]; });
    EXPECT_EQ(rounds, (std::array<int, 4>{1000, 1000, 1000, 1000}));
}

}  // namespace
}  // namespace reops::runtime

// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/pool_queue.hh"

#include "io/system_clock.hh"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace reops::sinks {
namespace {

class PoolQueueTest : public testing::Test {
protected:
    PoolQueueTest() { make(2, 3); }
    void make(std::size_t at_once, std::size_t longest_queue)
    {
        queue = std::make_unique<PoolQueue>(loop, clock, at_once, longest_queue);
    }
    /// Runs until it is told to end.
    PoolQueue::Job job(std::uint64_t id, Duration limit = seconds(30))
    {
        PoolQueue::Job out;
        out.id = id;
        out.deadline = clock.since_boot() + limit;
        out.work = [this](const std::atomic<bool>& is_cancelled) {
            ++begun;
            while (!is_cancelled && !may_end)
                std::this_thread::yield();
            if (is_cancelled)
                ++cancelled;
        };
        out.then = [this, id] { told.push_back(std::to_string(id)); };
        out.not_begun = [this, id](Code why) {
            told.push_back(std::to_string(id) + ' ' + std::string{to_string(why)});
        };
        return out;
    }
    bool until(const std::function<bool()>& done)
    {
        io::Timer pause{loop};
        std::function<void()> again = [&] { pause.after(milliseconds(1), again); };
        again();
        return loop.run_until(done, seconds(10));
    }

    io::SystemClock clock;
    std::atomic<bool> may_end = false;
    std::atomic<int> begun = 0;
    std::atomic<int> cancelled = 0;
    std::vector<std::string> told;
    io::EventLoop loop;
    std::unique_ptr<PoolQueue> queue;
};

TEST_F(PoolQueueTest, RunsSoManyAtOnceAndTheOthersWait)
{
    for (std::uint64_t id = 1; id <= 5; ++id)
        EXPECT_TRUE(queue->submit(job(id)));
    ASSERT_TRUE(until([&] { return begun == 2; }));
    EXPECT_EQ(queue->running(), 2U);
    EXPECT_EQ(queue->waiting(), 3U);
    EXPECT_FALSE(queue->submit(job(6))) << "the queue has its bound";
    EXPECT_TRUE(told.empty());
    may_end = true;
    ASSERT_TRUE(until([&] { return told.size() == 5; }));
    EXPECT_EQ(queue->running() + queue->waiting(), 0U);
}

TEST_F(PoolQueueTest, OneAfterTheOtherKeepsTheirOrder)
{
    make(1, 3);
    for (std::uint64_t id = 1; id <= 4; ++id)
        EXPECT_TRUE(queue->submit(job(id)));
    may_end = true;
    ASSERT_TRUE(until([&] { return told.size() == 4; }));
    EXPECT_EQ(told, (std::vector<std::string>{"1", "2", "3", "4"}));
}

TEST_F(PoolQueueTest, CancelEndsWhatRunsAndWhatWaits)
{
    make(1, 3);
    for (std::uint64_t id = 1; id <= 3; ++id)
        ASSERT_TRUE(queue->submit(job(id)));
    ASSERT_TRUE(until([&] { return begun == 1; }));
    queue->cancel(2);
    EXPECT_TRUE(told.empty()) << "never inside the call";
    ASSERT_TRUE(until([&] { return told.size() == 1; }));
    queue->cancel(1);
    ASSERT_TRUE(until([&] { return told.size() == 2; }));
    EXPECT_EQ(told, (std::vector<std::string>{"2 cancelled", "1"}));
    EXPECT_EQ(cancelled, 1);
    queue->cancel(99);
    may_end = true;
    ASSERT_TRUE(until([&] { return told.size() == 3; }));
    EXPECT_EQ(told[2], "3");
    EXPECT_EQ(cancelled, 1);
}

TEST_F(PoolQueueTest, WhatWaitsTooLongIsNotBegun)
{
    make(1, 3);
    ASSERT_TRUE(queue->submit(job(1)));
    ASSERT_TRUE(queue->submit(job(2)));
    ASSERT_TRUE(queue->submit(job(3, milliseconds(20))));
    ASSERT_TRUE(until([&] { return told.size() == 1; }));
    may_end = true;
    ASSERT_TRUE(until([&] { return told.size() == 3; }));
    EXPECT_EQ(told, (std::vector<std::string>{"3 timeout", "1", "2"}));
    EXPECT_EQ(begun, 2);
}

TEST_F(PoolQueueTest, ItsEndEndsWhatRunsAndTellsNobody)
{
    for (std::uint64_t id = 1; id <= 4; ++id)
        ASSERT_TRUE(queue->submit(job(id)));
    ASSERT_TRUE(until([&] { return begun == 2; }));
    queue.reset();
    EXPECT_EQ(cancelled, 2) << "the destructor waited for them";
    bool has_turned = false;
    loop.post([&] { has_turned = true; });
    ASSERT_TRUE(until([&] { return has_turned; }));
    EXPECT_TRUE(told.empty());
    EXPECT_EQ(begun, 2);
}

TEST_F(PoolQueueTest, ItMayGoWhileItTells)
{
    PoolQueue::Job last = job(1);
    last.then = [this] {
        told.emplace_back("1");
        queue.reset();
    };
    may_end = true;
    ASSERT_TRUE(queue->submit(last));
    ASSERT_TRUE(until([&] { return told.size() == 1; }));
    EXPECT_EQ(queue, nullptr);
}

}  // namespace
}  // namespace reops::sinks

// SPDX-License-Identifier: Apache-2.0
#include "io/event_loop.hh"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

namespace reops::io {
namespace {

constexpr Duration patience = seconds(10);

TEST(EventLoop, RunsPostedWorkInOrder)
{
    EventLoop loop;
    std::vector<int> seen;
    for (int i = 0; i < 3; ++i)
        loop.post([&seen, i] { seen.push_back(i); });
    EXPECT_TRUE(loop.run_until([&] { return seen.size() == 3; }, patience));
    EXPECT_EQ(seen, (std::vector<int>{0, 1, 2}));
}

TEST(EventLoop, WorkPostedByWorkRunsAfterTheHandler)
{
    EventLoop loop;
    std::string order;
    loop.post([&] {
        loop.post([&] { order += "b"; });
        order += "a";
    });
    EXPECT_TRUE(loop.run_until([&] { return order.size() == 2; }, patience));
    EXPECT_EQ(order, "ab");
}

TEST(EventLoop, WorkForTheEndOfTheTurnRunsBeforeWhatWasPosted)
{
    EventLoop loop;
    std::string order;
    loop.post([&] {
        loop.post([&] { order += "d"; });
        loop.at_end_of_turn([&] {
            loop.at_end_of_turn([&] { order += "c"; });
            order += "b";
        });
        order += "a";
    });
    EXPECT_TRUE(loop.run_until([&] { return order.size() == 4; }, patience));
    EXPECT_EQ(order, "abcd");
}

TEST(EventLoop, WorkForTheEndOfTheTurnRunsSoonOutsideOfHandlers)
{
    EventLoop loop;
    bool done = false;
    loop.at_end_of_turn([&] { done = true; });
    EXPECT_FALSE(done);
    EXPECT_TRUE(loop.run_until([&] { return done; }, patience));
}

TEST(EventLoop, WorkThatAsksForWorkForEverLeavesOthersTheirTurn)
{
    EventLoop loop;
    bool other = false;
    std::function<void()> again = [&] {
        if (!other)
            loop.at_end_of_turn(again);
    };
    loop.at_end_of_turn(again);
    loop.post([&] { other = true; });
    EXPECT_TRUE(loop.run_until([&] { return other; }, patience));
}

TEST(EventLoop, StopKeepsWhatWasPostedForTheNextRun)
{
    EventLoop loop;
    int ran = 0;
    loop.post([&] {
        ++ran;
        loop.stop();
    });
    loop.post([&] {
        ++ran;
        loop.stop();
    });
    loop.run();
    EXPECT_EQ(ran, 1);
    loop.run();
    EXPECT_EQ(ran, 2);
}

TEST(EventLoop, StopBeforeRunCounts)
{
    EventLoop loop;
    loop.stop();
    loop.run();
}

TEST(EventLoop, RunUntilGivesUpAfterItsSpan)
{
    EventLoop loop;
    EXPECT_FALSE(loop.run_until([] { return false; }, milliseconds(5)));
}

TEST(EventLoop, AnExceptionOfAHandlerPassesAndTheLoopGoesOn)
{
    EventLoop loop;
    bool after = false;
    loop.post([] { throw std::runtime_error("handler"); });
    loop.post([&] { after = true; });
    EXPECT_THROW(loop.run(), std::runtime_error);
    EXPECT_TRUE(loop.run_until([&] { return after; }, patience));
}

TEST(EventLoop, OtherThreadsPostAndStop)
{
    EventLoop loop;
    std::atomic<int> sent = 0;
    int received = 0;
    std::vector<std::thread> threads;
    threads.reserve(3);
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 100; ++i) {
                ++sent;
                loop.post([&] {
                    if (++received == 300)
                        loop.stop();
                });
            }
        });
    loop.run();
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(received, 300);
}

TEST(EventLoop, BlockingWorkRunsElsewhereAndReturnsHere)
{
    EventLoop loop;
    std::thread::id worked;
    std::thread::id returned;
    EXPECT_TRUE(loop.run_blocking([&] { worked = std::this_thread::get_id(); },
                                  [&] { returned = std::this_thread::get_id(); }));
    EXPECT_TRUE(loop.run_until([&] { return returned != std::thread::id{}; }, patience));
    EXPECT_EQ(returned, std::this_thread::get_id());
    EXPECT_NE(worked, returned);
}

TEST(EventLoop, FourBlockAtOnceAndAThousandWait)
{
    std::mutex mutex;
    std::condition_variable wake;
    bool open = false;
    int now = 0;
    int most = 0;
    int finished = 0;
    {
        EventLoop loop;
        const auto block = [&] {
            std::unique_lock lock{mutex};
            most = std::max(most, ++now);
            wake.notify_all();
            wake.wait(lock, [&] { return open; });
            --now;
        };
        const auto done = [&] { ++finished; };
        for (int i = 0; i < 4; ++i)
            ASSERT_TRUE(loop.run_blocking(block, done));
        {
            std::unique_lock lock{mutex};
            ASSERT_TRUE(wake.wait_for(lock, patience, [&] { return now == 4; }));
        }
        for (int i = 0; i < 1024; ++i)
            ASSERT_TRUE(loop.run_blocking(block, done));
        EXPECT_FALSE(loop.run_blocking(block, done));
        {
            const std::lock_guard lock{mutex};
            open = true;
        }
        wake.notify_all();
        EXPECT_TRUE(loop.run_until([&] { return finished == 1028; }, patience));
    }
    EXPECT_EQ(most, 4);
}

TEST(EventLoop, ItsEndJoinsTheBlockedAndDropsTheRest)
{
    std::atomic<bool> began = false;
    std::atomic<bool> ended = false;
    bool returned = false;
    {
        EventLoop loop;
        loop.run_blocking(
            [&] {
                began = true;
                ::poll(nullptr, 0, 2);
                ended = true;
            },
            [&] { returned = true; });
        while (!began)
            std::this_thread::yield();
    }
    EXPECT_TRUE(ended);
    EXPECT_FALSE(returned);
}

TEST(EventLoop, HandsSignalsToItsHandler)
{
    EventLoop loop;
    std::vector<int> seen;
    loop.on_signal([&](int signal) { seen.push_back(signal); });
    ::kill(::getpid(), SIGHUP);
    EXPECT_TRUE(loop.run_until([&] { return seen.size() == 1; }, patience));
    ::kill(::getpid(), SIGTERM);
    EXPECT_TRUE(loop.run_until([&] { return seen.size() == 2; }, patience));
    EXPECT_EQ(seen, (std::vector<int>{SIGHUP, SIGTERM}));
}

TEST(Timer, FiresOnceInOrderOfDueTime)
{
    EventLoop loop;
    Timer late{loop};
    Timer early{loop};
    std::string order;
    late.after(milliseconds(2), [&] { order += "l"; });
    early.after(Duration{0}, [&] { order += "e"; });
    EXPECT_TRUE(order.empty());
    EXPECT_TRUE(late.is_pending());
    EXPECT_TRUE(loop.run_until([&] { return order.size() == 2; }, patience));
    EXPECT_EQ(order, "el");
    EXPECT_FALSE(late.is_pending());
}

TEST(Timer, ReplacesAndCancels)
{
    EventLoop loop;
    Timer replaced{loop};
    Timer cancelled{loop};
    Timer end{loop};
    std::string order;
    replaced.after(Duration{0}, [&] { order += "1"; });
    replaced.after(Duration{0}, [&] { order += "2"; });
    cancelled.after(Duration{0}, [&] { order += "c"; });
    cancelled.cancel();
    EXPECT_FALSE(cancelled.is_pending());
    {
        Timer destroyed{loop};
        destroyed.after(Duration{0}, [&] { order += "d"; });
    }
    bool over = false;
    end.after(milliseconds(2), [&] { over = true; });
    EXPECT_TRUE(loop.run_until([&] { return over; }, patience));
    EXPECT_EQ(order, "2");
}

TEST(Timer, MayStartAgainOrDestroyItselfInItsWork)
{
    EventLoop loop;
    Timer again{loop};
    auto gone = std::make_optional<Timer>(loop);
    int fired = 0;
    again.after(Duration{0}, [&] {
        ++fired;
        again.after(Duration{0}, [&] { ++fired; });
    });
    gone->after(Duration{0}, [&] {
        ++fired;
        gone.reset();
    });
    EXPECT_TRUE(loop.run_until([&] { return fired == 3; }, patience));
}

TEST(Timer, TakesSpansWithoutEnd)
{
    EventLoop loop;
    Timer timer{loop};
    bool fired = false;
    timer.after(Duration::max(), [&] { fired = true; });
    EXPECT_FALSE(loop.run_until([&] { return fired; }, milliseconds(2)));
    EXPECT_TRUE(timer.is_pending());
}

}  // namespace
}  // namespace reops::io

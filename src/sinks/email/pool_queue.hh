// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Work that blocks, a few pieces at a time, on the loop's pool. Each has a deadline while it
/// waits and a flag that asks it to end while it runs.
///
///     submit -> waiting -> work() on a pool thread -> then() on the loop's thread
///                   \--- cancelled or overdue -> not_begun() on the loop's thread

#include "base/clock.hh"
#include "base/result.hh"
#include "io/event_loop.hh"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>

namespace reops::sinks {

/// Loop thread only. The destructor asks what runs to end and waits for it, so `work` may refer to
/// whatever outlives it; afterwards nothing is called any more.
class PoolQueue {
public:
    struct Job {
        std::uint64_t id = 0;
        Duration deadline{};  ///< on Clock::since_boot(); when overdue it is not begun
        /// Looks at the flag at least once a second and returns soon after it is set.
        std::function<void(const std::atomic<bool>& is_cancelled)> work = {};
        std::function<void()> then = {};
        std::function<void(Code)> not_begun = {};  ///< cancelled, timeout, unreachable (pool full)
    };

    PoolQueue(io::EventLoop& loop,
              const Clock& clock,
              std::size_t at_once,
              std::size_t longest_queue);
    ~PoolQueue();
    PoolQueue(const PoolQueue&) = delete;
    PoolQueue& operator=(const PoolQueue&) = delete;

    /// False when the queue is full; nothing of the job is called then. Calls nothing at once.
    bool submit(Job job);
    /// What waits ends at the next turn of the loop; what runs is asked to end.
    void cancel(std::uint64_t id);

    std::size_t running() const { return running_.size(); }
    std::size_t waiting() const { return waiting_.size(); }

private:
    struct Threads;
    struct Running;

    void begin_next();
    void begin(Job job);
    void ended(std::uint64_t serial);
    void drop_overdue();
    void set_timer();
    void tell_not_begun(Job job, Code why);

    io::EventLoop& loop_;
    const Clock& clock_;
    const std::size_t at_once_;
    const std::size_t longest_queue_;
    io::Timer overdue_;
    std::deque<Job> waiting_;
    std::map<std::uint64_t, Running> running_;  ///< by serial
    std::uint64_t last_serial_ = 0;
    std::shared_ptr<Threads> threads_;  ///< shared with what runs
    std::shared_ptr<PoolQueue*> self_;  ///< for what is posted: null when we are gone
};

}  // namespace reops::sinks

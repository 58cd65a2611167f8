// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A few threads for what cannot wait on the loop: names, synchronous files, libraries.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace reops::io {

/// Owned by the loop. Threads start when work comes and nobody is idle; all signals are blocked in
/// them.
class BlockingPool {
public:
    static constexpr std::size_t most_threads = 4;
    static constexpr std::size_t most_waiting = 1024;

    BlockingPool() = default;
    ~BlockingPool() { stop(); }
    BlockingPool(const BlockingPool&) = delete;
    BlockingPool& operator=(const BlockingPool&) = delete;

    /// Any thread. False when the queue is full or the pool is stopping. `work` must not throw.
    bool submit(std::function<void()> work);
    /// Drops what has not begun and joins what has.
    void stop();

private:
    void serve();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> waiting_;  ///< guarded by mutex_
    std::vector<std::thread> threads_;           ///< guarded by mutex_
    std::size_t idle_ = 0;                       ///< guarded by mutex_
    bool stopping_ = false;                      ///< guarded by mutex_
};

}  // namespace reops::io

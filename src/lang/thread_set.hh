// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Threads that somebody owns: for those who implement Outside::start_thread().

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

namespace reops::lang {

/// Any thread may call. Joins what ended when the next one starts, and all at its end.
class ThreadSet {
public:
    /// Throws std::system_error when the system has no thread left.
    void start(std::function<void()> work)
    {
        const std::lock_guard lock{mutex_};
        threads_.remove_if([](const Entry& each) { return each.is_over.load(); });
        Entry& added = threads_.emplace_back();
        try {
            added.thread = std::jthread{[&added, work = std::move(work)] {
                work();
                added.is_over = true;
            }};
        } catch (...) {  // thrown on: there is no such thread
            threads_.pop_back();
            throw;
        }
    }

private:
    struct Entry {
        std::atomic<bool> is_over{false};
        std::jthread thread;
    };

    std::mutex mutex_;
    std::list<Entry> threads_;  // guarded by mutex_
};

}  // namespace reops::lang

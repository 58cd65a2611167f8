// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The threads of futures and agents: each runs a task of its own, with the limits and the
/// bindings of the one that started it.

#include "data/map.hh"
#include "lang/limits.hh"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <set>

namespace reops::lang {

class Interpreter;
class Task;

/// Owned by the Interpreter; any thread may call.
class Workers {
public:
    using Work = std::function<void(Task&)>;

    explicit Workers(Interpreter& interpreter) : interpreter_(interpreter) {}

    /// `work` throws nothing but Interrupted. Throws a LangError when no thread can be started.
    void start(const Task& starter, Work work);
    /// Interrupts what runs and waits for its end. Nothing starts afterwards.
    void close();

private:
    void run(const TaskLimits& limits, const data::Map& bindings, const Work& work);

    Interpreter& interpreter_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t count_ = 0;    // guarded by mutex_
    std::set<Task*> running_;  // guarded by mutex_
    bool is_closed_ = false;   // guarded by mutex_
};

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What a task may use.

#include "base/time.hh"

#include <cstddef>
#include <cstdint>
#include <functional>

namespace reops::lang {

/// Elapsed time of any kind, wall or processor; called on the task's own thread. Who composes the
/// program gives it: the language reads no clock.
using TimeSource = std::function<Duration()>;

struct TaskLimits {
    /// Null: no deadline.
    TimeSource time_source = nullptr;
    /// By time_source, from the task's first 500 steps on; 0: no deadline.
    Duration time = Duration{0};
    /// What a `finally` may use after the task was interrupted or its time had passed.
    Duration grace = std::chrono::seconds{1};
    /// Of values that the task holds; 0: no limit.
    std::int64_t memory = 0;
    /// Open calls.
    std::size_t depth = 20'000;
};

}  // namespace reops::lang

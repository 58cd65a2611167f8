// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Engine time: begins at a given point, goes on with CLOCK_BOOTTIME, never goes
/// back, and does not care when somebody sets the wall clock, but notices it.

#include "base/clock.hh"

#include <optional>

namespace reops::runtime {

/// Loop thread only.
class EngineClock {
public:
    /// `clock` must outlive it.
    explicit EngineClock(const Clock& clock);

    /// From now on engine time is `at` plus what CLOCK_BOOTTIME adds.
    void begin(Time at);
    Time now();
    /// Moves engine time forward to the wall clock, if that is later.
    void catch_up();
    /// By how much the wall clock was set since the last call, when that is more than a second.
    std::optional<Duration> take_step();

private:
    const Clock& clock_;
    Time base_;
    Duration base_boot_;
    Time last_;
    Duration wall_minus_boot_;
};

}  // namespace reops::runtime

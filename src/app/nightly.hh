// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Once a night, at 03:00 of a zone: when nobody waits for the machines that are looked at.

#include "base/clock.hh"
#include "base/time.hh"
#include "io/event_loop.hh"

#include <functional>

namespace reops::app {

/// How far east of UTC the clocks are at a time.
using ZoneOffset = std::function<Duration(Time)>;

/// The next 03:00 after `now`; once a day also on days when the clocks change.
Time next_night(Time now, const ZoneOffset& offset);

/// Loop thread only. The wall clock decides and is looked at once an hour at least: somebody may
/// set it, and the loop's timers do not follow.
class Nightly {
public:
    /// `clock` outlives it.
    Nightly(io::EventLoop& loop, const Clock& clock, ZoneOffset offset, std::function<void()> work);

    /// Does the work when its time has come. Its timer calls it.
    void look_at_clock();

private:
    const Clock& clock_;
    ZoneOffset offset_;
    std::function<void()> work_;
    Time due_;
    io::Timer timer_;
};

}  // namespace reops::app

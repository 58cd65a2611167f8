// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine_clock.hh"

#include <algorithm>

namespace reops::runtime {

namespace {

Duration offset_of(const Clock& clock)
{
    return Duration{clock.wall().us} - clock.since_boot();
}

}  // namespace

EngineClock::EngineClock(const Clock& clock)
    : clock_(clock), base_boot_(clock.since_boot()), wall_minus_boot_(offset_of(clock))
{
}

void EngineClock::begin(Time at)
{
    base_ = at;
    base_boot_ = clock_.since_boot();
    last_ = at;
}

Time EngineClock::now()
{
    last_ = std::max(last_, base_ + (clock_.since_boot() - base_boot_));
    return last_;
}

void EngineClock::catch_up()
{
    const Time wall = clock_.wall();
    if (wall > now())
        begin(wall);
}

std::optional<Duration> EngineClock::take_step()
{
    const Duration offset = offset_of(clock_);
    const Duration step = offset - wall_minus_boot_;
    if (step <= seconds(1) && step >= -seconds(1))
        return std::nullopt;
    wall_minus_boot_ = offset;
    return step;
}

}  // namespace reops::runtime

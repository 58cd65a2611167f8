// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the rest of the program knows of clocks. The real one is io/system_clock.hh, the one
/// of tests is tests/support/fake_clock.hh. The engine takes neither: its time comes with entries.

#include "base/time.hh"

#include <string>

namespace reops {

/// Where time comes from. Any thread may call; the owner is whoever composes the program.
class Clock {
public:
    virtual ~Clock() = default;

    /// The wall clock (CLOCK_REALTIME): steps both ways when somebody sets it.
    virtual Time wall() const = 0;
    /// Time since boot including sleep (CLOCK_BOOTTIME): never steps.
    virtual Duration since_boot() const = 0;
    /// Names this boot of the machine (/proc/sys/kernel/random/boot_id); stable within a boot.
    virtual std::string boot_id() const = 0;
    /// Is the wall clock disciplined by NTP (adjtimex without STA_UNSYNC)?
    virtual bool is_synchronised() const = 0;

protected:
    Clock() = default;
    Clock(const Clock&) = default;
    Clock& operator=(const Clock&) = default;
};

}  // namespace reops

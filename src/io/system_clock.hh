// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The machine's clocks.

#include "base/clock.hh"

#include <string>

namespace reops::io {

/// Any thread may call.
class SystemClock final : public Clock {
public:
    /// Reads the boot's name once.
    SystemClock();

    Time wall() const override;
    Duration since_boot() const override;
    std::string boot_id() const override { return boot_id_; }
    /// The kernel's word (adjtimex): chrony, ntpd and systemd-timesyncd keep it up to date. In a
    /// container that forbids the question the answer is false.
    bool is_synchronised() const override;

private:
    std::string boot_id_;
};

}  // namespace reops::io

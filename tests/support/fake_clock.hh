// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A clock that moves only when a test says so.

#include "base/clock.hh"

#include <string>
#include <utility>

namespace reops::test {

/// One thread. Begins at 2026-11-23T14:00:00Z, an hour after a boot named "boot-1".
class FakeClock final : public Clock {
public:
    Time wall() const override { return wall_; }
    Duration since_boot() const override { return since_boot_; }
    std::string boot_id() const override { return boot_id_; }
    bool is_synchronised() const override { return synchronised_; }

    /// Time passes.
    void advance(Duration span)
    {
        wall_ = wall_ + span;
        since_boot_ += span;
    }
    /// Somebody sets the wall clock; nothing passes.
    void step_wall(Duration by) { wall_ = wall_ + by; }
    /// The machine was off for that long.
    void reboot(std::string boot_id, Duration off_for)
    {
        wall_ = wall_ + off_for;
        since_boot_ = seconds(20);
        boot_id_ = std::move(boot_id);
    }
    void set_synchronised(bool synchronised) { synchronised_ = synchronised; }

private:
    Time wall_{1'795'442'400'000'000};
    Duration since_boot_ = hours(1);
    std::string boot_id_ = "boot-1";
    bool synchronised_ = true;
};

}  // namespace reops::test

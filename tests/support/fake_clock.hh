// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A clock that stands still until a test moves it. Wall and boot time move together unless
/// the test steps the wall clock alone.

#include "base/clock.hh"

#include <mutex>
#include <string>
#include <utility>

namespace reops::tests {

/// Any thread may call.
class FakeClock final : public Clock {
public:
    /// 2026-01-01T00:00:00Z, an hour after boot, synchronised.
    FakeClock() = default;

    Time wall() const override
    {
        const std::lock_guard lock{mutex_};
        return wall_;
    }
    Duration since_boot() const override
    {
        const std::lock_guard lock{mutex_};
        return boot_;
    }
    std::string boot_id() const override
    {
        const std::lock_guard lock{mutex_};
        return boot_id_;
    }
    bool is_synchronised() const override
    {
        const std::lock_guard lock{mutex_};
        return synchronised_;
    }

    /// Time passes.
    void advance(Duration span)
    {
        const std::lock_guard lock{mutex_};
        wall_ = wall_ + span;
        boot_ += span;
    }
    /// Somebody sets the wall clock; no time passes.
    void step_wall(Duration by)
    {
        const std::lock_guard lock{mutex_};
        wall_ = wall_ + by;
    }
    /// The machine is off for a while and boots again.
    void reboot(Duration off, std::string boot_id)
    {
        const std::lock_guard lock{mutex_};
        wall_ = wall_ + off;
        boot_ = seconds(10);
        boot_id_ = std::move(boot_id);
    }
    void set_synchronised(bool synchronised)
    {
        const std::lock_guard lock{mutex_};
        synchronised_ = synchronised;
    }

private:
    mutable std::mutex mutex_;
    Time wall_{1767225600000000};
    Duration boot_ = hours(1);
    std::string boot_id_ = "11111111-1111-4111-8111-111111111111";
    bool synchronised_ = true;
};

}  // namespace reops::tests

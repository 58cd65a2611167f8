// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What with_guests.sh has put beside a test: a libvirtd with real guests, and libvirt's own
/// record of what happens to them.

#include "base/time.hh"
#include "data/value.hh"
#include "providers/provider.hh"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::test {

/// One line of `virsh event`: "foo" "Stopped Shutdown".
struct DomainEvent {
    Time at;
    std::string domain;
    std::string what;
};

class LiveGuests {
public:
    /// From the environment. Nothing when the test was not started by with_guests.sh.
    static std::optional<LiveGuests> find();

    const std::string& uri() const { return uri_; }
    /// Is this a hypervisor, and not libvirt's test driver?
    bool is_real() const { return uri_.starts_with("qemu:") && driver_ == "QEMU"; }
    /// Process ids of emulators that run this guest out of this run's folder.
    std::vector<int> emulators(std::string_view guest) const;
    /// Has the guest's system come up since the machine was last switched on?
    bool is_up(std::string_view guest) const;
    /// What libvirt told another process so far, in its order.
    std::vector<DomainEvent> events() const;
    /// The time of the last such event of that guest; `what` is a beginning: "Stopped".
    std::optional<Time> last_event(std::string_view guest, std::string_view what) const;
    /// {:uri ..}
    data::Value options() const;
    providers::SystemRef system_named(std::string name) const;

private:
    std::string uri_;
    std::string driver_;
    std::filesystem::path folder_;
    std::filesystem::path events_;
};

}  // namespace reops::test

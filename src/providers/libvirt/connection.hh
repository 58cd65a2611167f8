// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One libvirt connection, kept, watched and opened again, and what a provider asks of it.
/// libvirt's types stay in the .cc; its library is linked into the helper program alone.

#include "base/result.hh"
#include "providers/provider.hh"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reops::providers::libvirt {

/// How a domain is asked to shut down: libvirt's choice (the guest agent if there is one, else
/// ACPI), or one of the two.
enum class ShutdownMode { any, acpi, agent };

/// A domain's state changed; called on libvirt's event thread.
using OnDomain = std::function<void(const std::string& domain, PowerState state)>;

/// Prepares the library and runs its event loop on a thread of its own until the program ends.
/// Once, before the first connection, before other threads. Failure: internal.
Result<void> start_library();

/// One thread at a time; calls block as long as libvirt does (keepalive breaks a dead connection
/// after 15 s). Opened on first use, and again when it broke. Failures as
/// docs/protocol/provider.md.
class Connection {
public:
    Connection(std::string uri, OnDomain on_domain);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<void> open();
    /// A domain that does not exist is `absent`.
    Result<SystemStatus> status(const std::string& domain);
    Result<void> start(const std::string& domain);
    Result<void> stop(const std::string& domain, ShutdownMode mode);
    Result<void> stop_hard(const std::string& domain);
    /// What DHCP leases, the guest agent or the ARP table know, the first that knows anything.
    Result<std::vector<std::string>> addresses(const std::string& domain);
    /// All domains, under libvirt's names.
    Result<std::vector<ListedSystem>> list();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace reops::providers::libvirt

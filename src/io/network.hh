// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What this machine knows of its networks, one datagram to all of one, and whether anybody
/// answers at a port.

#include "base/result.hh"
#include "base/time.hh"
#include "io/event_loop.hh"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reops::io {

/// Our own addresses without loopback, as numbers.
std::vector<std::string> own_addresses();

/// The broadcast address of the network of ours that this IPv4 address lies in; else of its /24,
/// which routers may forward. Empty for anything else than a numeric IPv4 address.
std::string broadcast_for(const std::string& address);

/// The router on the way to an IPv4 address. On a network of ours: the default router, when that is
/// on the same interface. Empty: none.
std::string gateway_for(const std::string& address);

/// One UDP datagram; broadcast is allowed. Failures: invalid_argument (not a numeric IPv4
/// address), unreachable, denied, internal.
Result<void> send_datagram(const std::string& address, std::uint16_t port, std::string_view bytes);

/// What a port says to a connection that is begun and ended at once.
enum class Answer : std::uint8_t {
    accepted,
    refused,  ///< nobody listens, but a machine answers
    silent,   ///< nothing within the time, or the network says that nobody is there
};

/// Destroying it gives up.
class PortProbe {
public:
    virtual ~PortProbe() = default;
};

/// `answered` is called once on the loop's thread, never inside this call. A name without an
/// address is silent.
[[nodiscard]] std::unique_ptr<PortProbe> probe_port(EventLoop& loop,
                                                    const std::string& host,
                                                    std::uint16_t port,
                                                    Duration within,
                                                    std::function<void(Answer)> answered);

}  // namespace reops::io

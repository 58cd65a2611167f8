// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Our own SSH client: connections by destination, kept and shared, bounded, closed when
/// idle.

#include "base/log.hh"
#include "io/event_loop.hh"
#include "remote/routes.hh"
#include "remote/ssh_settings.hh"
#include "remote/transport.hh"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace reops::remote {

/// How far a look at a host came.
struct HostLook {
    std::string key_type = {};     ///< of the key that it shows; empty: it shows none
    std::string fingerprint = {};  ///< "SHA256:..."
    std::string known_line = {};   ///< what would make it known
    std::string verdict = {};      ///< "trusted", "unknown", "changed", "revoked"
    std::string message = {};      ///< why it is not trusted
    std::string type = {};         ///< what to type about that
};

/// Loop thread only. The destructor closes everything and calls nobody.
class SshTransport {
public:
    SshTransport(io::EventLoop& loop, Log& log, const SshSettings& settings);
    ~SshTransport();
    SshTransport(const SshTransport&) = delete;
    SshTransport& operator=(const SshTransport&) = delete;

    /// As Transport::run, along a route that asks for nothing beyond us.
    void run(OrderId id, const Target& target, RoutePtr route, const Order& order, RanReply done);
    void cancel(OrderId id);
    void cancel_all();
    /// Connects far enough to see the host's key, without any login. `seen` is called once.
    void look(const Target& target, RoutePtr route, std::function<void(Result<HostLook>)> seen);

    std::size_t connections() const;  ///< open ones
    std::size_t logins() const;       ///< connections that were opened, since the start

private:
    std::unique_ptr<class Pool> pool_;
};

}  // namespace reops::remote

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The way out to hosts: finds the route of each, and goes there with our own client when it
/// does all that the user's configuration asks for, else with the user's `ssh`.

#include "base/log.hh"
#include "io/event_loop.hh"
#include "remote/openssh/openssh_transport.hh"
#include "remote/routes.hh"
#include "remote/ssh/ssh_transport.hh"
#include "remote/ssh_settings.hh"
#include "remote/transport.hh"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace reops::remote {

/// Owned by the composer; loop thread only; destroyed before the loop.
class Remote final : public Transport {
public:
    /// `home` is where ~ points to, for the names of keys and known_hosts files.
    Remote(io::EventLoop& loop, Log& log, SshSettings settings, std::string home);
    ~Remote() override = default;

    OrderId run(const Target& target, const Order& order, RanReply done) override;
    void cancel(OrderId order) override;
    void cancel_all() override;
    /// The route of a host, as `reops path` explains it.
    void find_route(const Target& target, std::function<void(Result<RoutePtr>)> found);
    /// The key that the host shows; our own client alone, so along a plain route only
    /// (unsupported).
    void look(const Target& target, std::function<void(Result<HostLook>)> seen);

    const SshSettings& settings() const { return settings_; }
    const SshTransport& own() const { return own_; }
    const Routes& routes() const { return routes_; }

private:
    SshSettings settings_;
    std::map<OrderId, RanReply> finding_;  ///< the way of these is not known yet
    std::uint64_t last_order_ = 0;
    io::EventLoop& loop_;
    Routes routes_;
    SshTransport own_;
    OpensshTransport theirs_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace reops::remote

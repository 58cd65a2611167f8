// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Connections by destination: made when an order needs one, shared, bounded, closed when
/// idle.
///
///     order -> destination (its queue) -> a connection with room
///                   | none                        ^
///                   v                             | open
///              hungry (no place free) -> handshake (one of 64 places)
///
/// A host that says nothing lends its place after a while, so a few dead hosts cost the others
/// nothing.

#include "remote/ssh/connection.hh"
#include "remote/ssh/host_look.hh"
#include "remote/ssh/job.hh"
#include "remote/ssh_settings.hh"

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace reops::remote {

/// Loop thread only. The destructor closes everything and calls nobody.
class Pool {
public:
    Pool(io::EventLoop& loop, Log& log, const SshSettings& settings);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    void run(
        OrderId id, const std::string& host, RoutePtr route, const Order& order, RanReply done);
    void cancel(OrderId id);
    void cancel_all();
    void look(const std::string& host, RoutePtr route, std::function<void(Result<HostLook>)> seen);

    std::size_t connections() const { return open_.size(); }
    std::size_t logins() const { return logins_; }

private:
    class Destination;
    /// Connections may be shared by whoever goes to one place as one user with one key.
    using Key = std::tuple<std::string, std::uint16_t, std::string, std::vector<std::string>>;

    std::shared_ptr<Destination> destination(const std::string& host, RoutePtr route);
    void serve(Destination& to);
    void serve_soon(Destination& to);
    void feed_hungry();
    bool may_connect(const Destination& to);
    void connect(Destination& to);
    bool close_an_idle_one();
    void on_room(Destination& to, Connection& connection);
    void on_place(Connection& connection, bool lends);
    void on_closed(Destination& to, const Closed& closed);
    void forget(Destination& to, Connection& connection);
    void drop_later(std::shared_ptr<Connection> connection);
    void look_for_idle();
    void on_limit(Job& job, const std::string& host);

    SshShared shared_;
    std::size_t most_connections_;
    std::map<Key, std::shared_ptr<Destination>> destinations_;
    std::deque<std::weak_ptr<Destination>> hungry_;  ///< need a connection; no place was free
    std::set<Connection*> open_;
    std::unordered_map<OrderId, std::weak_ptr<Job>> orders_;
    std::list<std::shared_ptr<HostKeyLook>> looks_;
    std::size_t handshakes_ = 0;   ///< places taken
    std::size_t connections_ = 0;  ///< of any phase
    std::size_t logins_ = 0;
    std::uint32_t waits_ = 0;  ///< spreads them
    io::Timer idle_timer_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace reops::remote

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The second client: the user's own `ssh`, for what ours does not do. A control socket of
/// ours keeps the connection, so that the next command costs no new login.

#include "io/event_loop.hh"
#include "io/subprocess.hh"
#include "remote/routes.hh"
#include "remote/ssh_settings.hh"
#include "remote/transport.hh"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>

namespace reops::remote {

/// The command line for an order; the host stands behind `--`. For messages and tests too.
std::vector<std::string> openssh_words(const SshSettings& settings,
                                       const Target& target,
                                       const Route& route,
                                       const std::string& line);

/// Loop thread only. At most 16 programs at once. The destructor ends those that run. OpenSSH exits
/// with 255 for its own troubles: a command that itself exits with 255 is taken for one of them.
class OpensshTransport {
public:
    OpensshTransport(io::EventLoop& loop, const SshSettings& settings);
    ~OpensshTransport();
    OpensshTransport(const OpensshTransport&) = delete;
    OpensshTransport& operator=(const OpensshTransport&) = delete;

    void run(
        OrderId id, const Target& target, const Route& route, const Order& order, RanReply done);
    void cancel(OrderId id);
    void cancel_all();

private:
    struct Child;

    void begin_next();
    void begin(const std::shared_ptr<Child>& child);
    void on_exit(Child& child, io::ExitStatus status);
    void on_limit(Child& child);
    void ask_to_end(Child& child);
    void end(Child& child, Result<Ran> result);

    io::EventLoop& loop_;
    const SshSettings& settings_;
    std::deque<std::shared_ptr<Child>> waiting_;
    std::map<const Child*, std::shared_ptr<Child>> running_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace reops::remote

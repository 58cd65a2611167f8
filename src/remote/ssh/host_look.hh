// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Looks at a host's key: connects, exchanges keys, and leaves without a login.

#include "remote/ssh/connection.hh"
#include "remote/ssh/ssh_transport.hh"

#include <functional>
#include <memory>
#include <string>

namespace reops::remote {

/// Loop thread only. `ended` is called once, never inside begin().
class HostKeyLook : public std::enable_shared_from_this<HostKeyLook> {
public:
    using Ended = std::function<void(HostKeyLook*, Result<HostLook>)>;

    HostKeyLook(const SshShared& shared, std::string host, RoutePtr route, Ended ended);
    ~HostKeyLook() = default;
    HostKeyLook(const HostKeyLook&) = delete;
    HostKeyLook& operator=(const HostKeyLook&) = delete;

    void begin();

private:
    void on_socket(Result<io::UniqueFd> socket);
    void step();
    void end(Result<HostLook> result);
    HostLook judge(const HostKey& key) const;

    const SshShared& shared_;
    std::string host_;
    RoutePtr route_;
    Ended ended_;
    io::Timer deadline_;
    std::shared_ptr<const KnownHosts> known_;
    std::unique_ptr<io::ConnectAttempt> attempt_;
    std::shared_ptr<Session> session_;
    std::unique_ptr<io::Readiness> ready_;
};

}  // namespace reops::remote

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Telling systemd how we are (sd_notify(3), without libsystemd).

#include "base/result.hh"

#include <string>
#include <string_view>
#include <utility>

namespace reops::io {

/// Does nothing when nobody asked. Any thread.
class SystemdNotifier {
public:
    /// The socket is NOTIFY_SOCKET's value; empty: nobody asked. "@name" is an abstract one.
    explicit SystemdNotifier(std::string socket) : socket_(std::move(socket)) {}
    /// Takes NOTIFY_SOCKET out of the environment, so that children do not speak for us.
    static SystemdNotifier from_environment();

    /// `Type=notify` waits for this.
    Result<void> ready() const { return send("READY=1"); }
    Result<void> stopping() const { return send("STOPPING=1"); }
    /// One line for `systemctl status`.
    Result<void> status(std::string_view line) const;

private:
    Result<void> send(std::string_view state) const;

    std::string socket_;
};

}  // namespace reops::io

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Socket addresses: from endpoints, from names, and as text.

#include "base/result.hh"
#include "io/stream.hh"

#include <cstdint>
#include <string>
#include <vector>

#include <sys/socket.h>

namespace reops::io {

struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&bytes); }
    int family() const { return bytes.ss_family; }
    std::uint16_t port() const;
    /// "10.0.0.9:22", "[::1]:22".
    std::string text() const;
};

/// Fails with invalid_argument when the path does not fit into 107 bytes.
Result<Address> unix_address(const std::string& path);

/// Addresses of a name; blocks unless `numeric_only`. An empty host is every address (for
/// listening). Failures: not_found, unreachable (the name service does not answer).
Result<std::vector<Address>> resolve(const std::string& host,
                                     std::uint16_t port,
                                     bool numeric_only = false);

/// "big-iron:1883", "[::1]:1883" or the path: an endpoint in messages.
std::string endpoint_text(const Endpoint& endpoint);

/// Who is at the other end of a unix socket (SO_PEERCRED).
Peer peer_of(int fd);

/// A socket that is being connected may wake the loop up before it is: then it has no peer, and no
/// error either.
bool is_connected(int fd);

/// TCP_NODELAY; no failure worth a word.
void set_no_delay(int fd);

}  // namespace reops::io

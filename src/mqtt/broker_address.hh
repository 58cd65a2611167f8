// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Where a broker is and how to log in to it, as one value; read from the spelling that the
/// configuration uses.

#include "base/result.hh"
#include "io/stream.hh"

#include <optional>
#include <string>
#include <string_view>

namespace reops::mqtt {

struct BrokerAddress {
    io::Endpoint endpoint;
    std::optional<io::TlsOptions> tls;
    std::string user;  ///< empty: none
    std::string password;
};

/// Reads "mqtt://user:password@host:1883" and "mqtts://host:8883"; user, password and port may be
/// missing; %XX stands for a byte in user and password; an IPv6 address stands in brackets.
/// Fails with invalid_argument; the message does not repeat the text, which may hold a password.
Result<BrokerAddress> parse_broker_url(std::string_view url);

/// "mqtts://host:8883" or "unix:PATH": without user and password, for messages.
std::string to_string(const BrokerAddress& address);

}  // namespace reops::mqtt

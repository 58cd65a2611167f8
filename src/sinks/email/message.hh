// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A plain-text mail and its bytes.

#include "base/time.hh"
#include "sinks/email/address.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::sinks {

struct Message {
    Address from = {};
    std::vector<Address> to = {};
    std::string subject = {};
    Time date = {};
    Duration utc_offset{};      ///< east, of the Date field
    std::string identity = {};  ///< of the effect; becomes the Message-ID
    std::string thread = {};    ///< identity of the thread's first mail, or empty
    bool is_reply = true;       ///< the thread's first mail was sent, so In-Reply-To may name it
    std::string host = {};
    std::string flow = {};  ///< for people's filters: X-Reops-Flow, X-Reops-Run
    std::string run = {};
    std::string body = {};  ///< UTF-8, lines end in "\n"
};

/// "<12.closet-heat.2.0.foo@closet.home>", the same for every attempt.
std::string message_id(std::string_view identity, std::string_view host);

/// What is left of a host name that may stand behind an `@` and in a URL; "localhost" when nothing
/// is.
std::string safe_host(std::string_view host);

/// The whole mail, lines end in "\r\n". Deterministic: two attempts are the same bytes.
std::string to_bytes(const Message& message);

}  // namespace reops::sinks

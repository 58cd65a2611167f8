// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What goes through the MQTT client in either direction: messages that arrive, publications
/// that leave, subscriptions, and the answers to them.

#include "base/result.hh"
#include "base/time.hh"
#include "wire/mqtt/packet.hh"

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reops::mqtt {

using wire::mqtt::Qos;

/// Names a delivery: acknowledging it acknowledges this message and all that were delivered before
/// it on the same connection. Tokens of an older connection acknowledge nothing: the broker has
/// forgotten that delivery and will repeat it.
struct Token {
    std::uint64_t serial = 0;

    auto operator<=>(const Token&) const = default;
};

/// One message from the broker. The views are valid during SessionHandler::on_messages() only.
struct Message {
    std::string_view topic = {};
    std::string_view payload = {};
    std::string_view properties = {};  ///< of MQTT 5, encoded; see user_property()
    Token token = {};
    std::size_t size = 0;  ///< bytes of the payload as the broker sent it
    Qos qos = Qos::at_most_once;
    bool retain = false;
    bool duplicate = false;  ///< the broker says it has sent this before (on an older connection)
    /// The packet was over the limit: it was read and thrown away, `payload` is empty, `size` says
    /// how long it was. It is to be acknowledged like any other.
    bool is_oversize = false;

    /// The first user property of that name, or nothing (always nothing in 3.1.1).
    std::optional<std::string_view> user_property(std::string_view name) const
    {
        return properties.empty() ? std::nullopt : wire::mqtt::find_user_property(properties, name);
    }
};

struct UserProperty {
    std::string_view name;
    std::string_view value;
};

/// A message to the broker. The views must live during publish() only.
struct Publication {
    std::string_view topic = {};
    std::string_view payload = {};
    Qos qos = Qos::at_most_once;
    bool retain = false;
    std::span<const UserProperty> user_properties = {};  ///< left out in 3.1.1
    /// On the clock of the session's `now`: when the outcome must be known. Until then a
    /// publication waits for a connection. Zero: no deadline.
    Duration deadline = Duration::zero();
};

/// Called once for each accepted publication: with QoS 0 when its bytes were handed to the system,
/// with QoS 1 at PUBACK, with QoS 2 at PUBCOMP. Failures: unreachable (the connection went away
/// with it, or the client was stopped), timeout (its deadline), denied or invalid_argument (the
/// broker refused it), unsupported (the broker cannot take such a publication).
using PublishDone = std::function<void(const Result<void>&)>;

struct Subscription {
    std::string filter;
    Qos qos = Qos::at_least_once;

    auto operator<=>(const Subscription&) const = default;
};

/// The broker's answer to one filter.
struct SubscribeResult {
    std::string_view filter;
    std::uint8_t reason = 0;  ///< 0, 1, 2: granted with that QoS; from 0x80 on: refused

    bool is_granted() const { return reason < 0x80; }
};

}  // namespace reops::mqtt

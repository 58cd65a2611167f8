// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The packets of MQTT 3.1.1 (OASIS Standard, 29 October 2014) and 5.0 (OASIS Standard, 7
/// March 2019) as plain values. Texts are views: of a decoded packet into the buffer it was decoded
/// from, of one to be encoded into whatever the caller keeps. Reading and writing them is decode.hh
/// and encode.hh; nothing here does I/O.

#include "wire/mqtt/property.hh"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace reops::wire::mqtt {

/// The protocol level as it stands in CONNECT.
enum class Version : std::uint8_t { v311 = 4, v5 = 5 };

/// "3.1.1" or "5".
std::string_view to_string(Version version);

enum class PacketType : std::uint8_t {
    connect = 1,
    connack,
    publish,
    puback,
    pubrec,
    pubrel,
    pubcomp,
    subscribe,
    suback,
    unsubscribe,
    unsuback,
    pingreq,
    pingresp,
    disconnect,
    auth,  ///< MQTT 5 only
};

/// "PUBLISH", as the standards write it.
std::string_view to_string(PacketType type);

enum class Qos : std::uint8_t { at_most_once = 0, at_least_once = 1, exactly_once = 2 };

struct Will {
    std::string_view topic = {};
    std::string_view payload = {};
    Qos qos = Qos::at_most_once;
    bool retain = false;
    Properties properties = {};
};

struct Connect {
    Version version = Version::v5;
    bool clean_start = true;       ///< "clean session" in 3.1.1
    std::uint16_t keep_alive = 0;  ///< seconds; 0: none
    std::string_view client_id = {};
    std::optional<std::string_view> user = {};
    std::optional<std::string_view> password = {};
    std::optional<Will> will = {};
    Properties properties = {};
};

/// `reason` is a reason code in 5 (0x87 not authorised) and a return code in 3.1.1 (5).
struct Connack {
    bool session_present = false;
    std::uint8_t reason = 0;
    Properties properties = {};
};

/// The only packet that is decoded millions of times, hence its properties stay encoded: they were
/// checked when the packet was decoded and are walked with PropertyCursor.
struct Publish {
    std::string_view topic = {};  ///< empty in 5 when `topic_alias` stands for it
    std::string_view payload = {};
    std::string_view properties = {};  ///< without their length; always empty in 3.1.1
    std::uint16_t packet_id = 0;       ///< 0 with Qos::at_most_once
    std::uint16_t topic_alias = 0;     ///< decoded from `properties` for convenience; 0: none
    Qos qos = Qos::at_most_once;
    bool retain = false;
    bool duplicate = false;
};

/// PUBACK, PUBREC, PUBREL and PUBCOMP, which have one shape.
struct Acknowledgement {
    PacketType type = PacketType::puback;
    std::uint16_t packet_id = 0;
    std::uint8_t reason = 0;  ///< always 0 in 3.1.1
    Properties properties = {};
};

struct Subscription {
    std::string_view filter = {};
    Qos qos = Qos::at_most_once;
    bool no_local = false;             ///< 5 only
    bool retain_as_published = false;  ///< 5 only
    std::uint8_t retain_handling = 0;  ///< 5 only: 0 send retained, 1 only if new, 2 never
};

struct Subscribe {
    std::uint16_t packet_id = 0;
    std::vector<Subscription> subscriptions = {};
    Properties properties = {};
};

/// SUBACK and, in 5, UNSUBACK (in 3.1.1 an UNSUBACK has no reasons).
struct Suback {
    PacketType type = PacketType::suback;
    std::uint16_t packet_id = 0;
    std::vector<std::uint8_t> reasons = {};
    Properties properties = {};
};

struct Unsubscribe {
    std::uint16_t packet_id = 0;
    std::vector<std::string_view> filters = {};
    Properties properties = {};
};

struct Disconnect {
    std::uint8_t reason = 0;  ///< always 0 in 3.1.1
    Properties properties = {};
};

struct Auth {
    std::uint8_t reason = 0;
    Properties properties = {};
};

}  // namespace reops::wire::mqtt

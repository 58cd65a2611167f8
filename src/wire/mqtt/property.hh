// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The properties of MQTT 5 (section 2.2.2): one table says of each its name, its type and
/// the packets it may stand in; checking and walking them is driven by that table.

#include "base/result.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::wire::mqtt {

enum class PropertyId : std::uint8_t {
    payload_format_indicator = 1,
    message_expiry_interval = 2,
    content_type = 3,
    response_topic = 8,
    correlation_data = 9,
    subscription_identifier = 11,
    session_expiry_interval = 17,
    assigned_client_identifier = 18,
    server_keep_alive = 19,
    authentication_method = 21,
    authentication_data = 22,
    request_problem_information = 23,
    will_delay_interval = 24,
    request_response_information = 25,
    response_information = 26,
    server_reference = 28,
    reason_string = 31,
    receive_maximum = 33,
    topic_alias_maximum = 34,
    topic_alias = 35,
    maximum_qos = 36,
    retain_available = 37,
    user_property = 38,
    maximum_packet_size = 39,
    wildcard_subscription_available = 40,
    subscription_identifier_available = 41,
    shared_subscription_available = 42,
};

enum class PropertyType : std::uint8_t { byte, two_bytes, four_bytes, varint, binary, text, pair };

/// One row of the table.
struct PropertyKind {
    PropertyId id;
    std::string_view name;  ///< as the standard writes it, with hyphens: "receive-maximum"
    PropertyType type;
    std::uint32_t packets;  ///< bit N: allowed in PacketType N; bit 0: in a will
};

/// Null for an id that the standard does not define.
const PropertyKind* find_property_kind(std::uint8_t id);

/// Which of the three members counts follows from the kind's type.
struct Property {
    PropertyId id{};
    std::uint32_t number = 0;     ///< byte, two_bytes, four_bytes, varint
    std::string_view text = {};   ///< binary, text; the name of a pair
    std::string_view value = {};  ///< of a pair

    bool operator==(const Property&) const = default;
};

using Properties = std::vector<Property>;

/// The first of that id, or nothing.
std::optional<std::uint32_t> find_number(const Properties& properties, PropertyId id);
std::optional<std::string_view> find_text(const Properties& properties, PropertyId id);

/// Walks encoded properties (without their length) that check_properties() has accepted; on any
/// other bytes it ends early and never reads beyond them.
class PropertyCursor {
public:
    explicit PropertyCursor(std::string_view encoded) : left_(encoded) {}
    /// False at the end.
    bool next(Property& property);

private:
    std::string_view left_;
};

/// The value of the first user property of that name in encoded properties, or nothing.
std::optional<std::string_view> find_user_property(std::string_view encoded, std::string_view name);

/// Where properties stand: the number of a PacketType, or the will inside CONNECT.
using PropertyPlace = std::uint8_t;
inline constexpr PropertyPlace in_will = 0;

/// Checks encoded properties: known ids, allowed at `place`, none twice but those that may be,
/// values in range, texts UTF-8. Failures: corrupt (malformed packet), conflict (protocol error).
Result<void> check_properties(std::string_view encoded, PropertyPlace place);

/// Appends one encoded property. A text must not be longer than 65,535 bytes.
void append_property(std::string& out, const Property& property);

}  // namespace reops::wire::mqtt

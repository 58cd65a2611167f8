// SPDX-License-Identifier: Apache-2.0
#include "wire/mqtt/property.hh"

#include "base/check.hh"
#include "wire/mqtt/byte_cursor.hh"
#include "wire/mqtt/packet.hh"
#include "wire/mqtt/topic.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace reops::wire::mqtt {

namespace {

constexpr std::uint32_t in(PacketType type)
{
    return 1U << static_cast<unsigned>(type);
}

constexpr std::uint32_t will = 1U << in_will;
constexpr std::uint32_t message = in(PacketType::publish) | will;
constexpr std::uint32_t opening = in(PacketType::connect) | in(PacketType::connack);
constexpr std::uint32_t authenticating = opening | in(PacketType::auth);
constexpr std::uint32_t answers =
    in(PacketType::connack) | in(PacketType::puback) | in(PacketType::pubrec) |
    in(PacketType::pubrel) | in(PacketType::pubcomp) | in(PacketType::suback) |
    in(PacketType::unsuback) | in(PacketType::disconnect) | in(PacketType::auth);
constexpr std::uint32_t all = answers | message | in(PacketType::connect) |
                              in(PacketType::subscribe) | in(PacketType::unsubscribe);

// Table 2-4 of the standard.
constexpr PropertyKind kinds[] = {
    {PropertyId::payload_format_indicator, "payload-format-indicator", PropertyType::byte, message},
    {PropertyId::message_expiry_interval,
     "message-expiry-interval",
     PropertyType::four_bytes,
     message},
    {PropertyId::content_type, "content-type", PropertyType::text, message},
    {PropertyId::response_topic, "response-topic", PropertyType::text, message},
    {PropertyId::correlation_data, "correlation-data", PropertyType::binary, message},
    {PropertyId::subscription_identifier,
     "subscription-identifier",
     PropertyType::varint,
     in(PacketType::publish) | in(PacketType::subscribe)},
    {PropertyId::session_expiry_interval,
     "session-expiry-interval",
     PropertyType::four_bytes,
     opening | in(PacketType::disconnect)},
    {PropertyId::assigned_client_identifier,
     "assigned-client-identifier",
     PropertyType::text,
     in(PacketType::connack)},
    {PropertyId::server_keep_alive,
     "server-keep-alive",
     PropertyType::two_bytes,
     in(PacketType::connack)},
    {PropertyId::authentication_method,
     "authentication-method",
     PropertyType::text,
     authenticating},
    {PropertyId::authentication_data, "authentication-data", PropertyType::binary, authenticating},
    {PropertyId::request_problem_information,
     "request-problem-information",
     PropertyType::byte,
     in(PacketType::connect)},
    {PropertyId::will_delay_interval, "will-delay-interval", PropertyType::four_bytes, will},
    {PropertyId::request_response_information,
     "request-response-information",
     PropertyType::byte,
     in(PacketType::connect)},
    {PropertyId::response_information,
     "response-information",
     PropertyType::text,
     in(PacketType::connack)},
    {PropertyId::server_reference,
     "server-reference",
     PropertyType::text,
     in(PacketType::connack) | in(PacketType::disconnect)},
    {PropertyId::reason_string, "reason-string", PropertyType::text, answers},
    {PropertyId::receive_maximum, "receive-maximum", PropertyType::two_bytes, opening},
    {PropertyId::topic_alias_maximum, "topic-alias-maximum", PropertyType::two_bytes, opening},
    {PropertyId::topic_alias, "topic-alias", PropertyType::two_bytes, in(PacketType::publish)},
    {PropertyId::maximum_qos, "maximum-qos", PropertyType::byte, in(PacketType::connack)},
    {PropertyId::retain_available, "retain-available", PropertyType::byte, in(PacketType::connack)},
    {PropertyId::user_property, "user-property", PropertyType::pair, all},
    {PropertyId::maximum_packet_size, "maximum-packet-size", PropertyType::four_bytes, opening},
    {PropertyId::wildcard_subscription_available,
     "wildcard-subscription-available",
     PropertyType::byte,
     in(PacketType::connack)},
    {PropertyId::subscription_identifier_available,
     "subscription-identifier-available",
     PropertyType::byte,
     in(PacketType::connack)},
    {PropertyId::shared_subscription_available,
     "shared-subscription-available",
     PropertyType::byte,
     in(PacketType::connack)},
};

constexpr std::size_t id_count = 43;

constexpr std::array<const PropertyKind*, id_count> index_by_id()
{
    std::array<const PropertyKind*, id_count> index{};
    for (const PropertyKind& kind : kinds)
        index[static_cast<std::size_t>(kind.id)] = &kind;
    return index;
}

constexpr auto by_id = index_by_id();

// Null when the bytes are not one property; the cursor has failed then or stands after the id.
const PropertyKind* read_property(ByteCursor& in, Property& property)
{
    const PropertyKind* kind = find_property_kind(in.byte());
    if (kind == nullptr)
        return nullptr;
    property = Property{.id = kind->id};
    switch (kind->type) {
        case PropertyType::byte:
            property.number = in.byte();
            break;
        case PropertyType::two_bytes:
            property.number = in.two_bytes();
            break;
        case PropertyType::four_bytes:
            property.number = in.four_bytes();
            break;
        case PropertyType::varint:
            property.number = in.varint();
            break;
        case PropertyType::binary:
        case PropertyType::text:
            property.text = in.text();
            break;
        case PropertyType::pair:
            property.text = in.text();
            property.value = in.text();
            break;
    }
    return in.ok() ? kind : nullptr;
}

Failure malformed(std::string_view name, std::string_view why)
{
    return {Code::corrupt, fmt::format("property `{}` {}", name, why)};
}

Failure against_protocol(std::string_view name, std::string_view why)
{
    return {Code::conflict, fmt::format("property `{}` {}", name, why)};
}

bool has_allowed_number(const PropertyKind& kind, std::uint32_t number)
{
    if (kind.type == PropertyType::byte)
        return number <= 1;  // every byte of MQTT 5.0 is a switch
    switch (kind.id) {
        case PropertyId::receive_maximum:
        case PropertyId::maximum_packet_size:
        case PropertyId::topic_alias:
        case PropertyId::subscription_identifier:
            return number != 0;
        default:
            return true;
    }
}

Result<void> check_value(const PropertyKind& kind, const Property& property)
{
    const bool is_text = kind.type == PropertyType::text || kind.type == PropertyType::pair;
    if (is_text && (!is_mqtt_text(property.text) || !is_mqtt_text(property.value)))
        return malformed(kind.name, "is not UTF-8");
    if (!has_allowed_number(kind, property.number))
        return against_protocol(kind.name, fmt::format("may not be {}", property.number));
    if (kind.id == PropertyId::response_topic && !is_topic_name(property.text))
        return against_protocol(kind.name, "is no topic name");
    return {};
}

bool may_repeat(PropertyId id, PropertyPlace place)
{
    return id == PropertyId::user_property ||
           (id == PropertyId::subscription_identifier &&
            place == static_cast<PropertyPlace>(PacketType::publish));
}

void append_number(std::string& out, std::uint32_t number, unsigned bytes)
{
    for (unsigned i = bytes; i-- > 0;)
        out.push_back(static_cast<char>(number >> (8 * i)));
}

void append_text(std::string& out, std::string_view text)
{
    REOPS_CHECK(text.size() <= 65'535, "a text in an MQTT property is at most 65,535 bytes long");
    append_number(out, static_cast<std::uint32_t>(text.size()), 2);
    out.append(text);
}

void append_varint(std::string& out, std::uint32_t number)
{
    for (; number >= 0x80; number >>= 7)
        out.push_back(static_cast<char>(number | 0x80));
    out.push_back(static_cast<char>(number));
}

}  // namespace

const PropertyKind* find_property_kind(std::uint8_t id)
{
    return id < id_count ? by_id[id] : nullptr;
}

std::optional<std::uint32_t> find_number(const Properties& properties, PropertyId id)
{
    for (const Property& property : properties)
        if (property.id == id)
            return property.number;
    return std::nullopt;
}

std::optional<std::string_view> find_text(const Properties& properties, PropertyId id)
{
    for (const Property& property : properties)
        if (property.id == id)
            return property.text;
    return std::nullopt;
}

bool PropertyCursor::next(Property& property)
{
    if (left_.empty())
        return false;
    ByteCursor in{left_};
    const bool found = read_property(in, property) != nullptr;
    left_ = found ? in.rest() : std::string_view{};
    return found;
}

std::optional<std::string_view> find_user_property(std::string_view encoded, std::string_view name)
{
    PropertyCursor cursor{encoded};
    for (Property property; cursor.next(property);)
        if (property.id == PropertyId::user_property && property.text == name)
            return property.value;
    return std::nullopt;
}

Result<void> check_properties(std::string_view encoded, PropertyPlace place)
{
    ByteCursor in{encoded};
    std::uint64_t seen = 0;
    Property property;
    while (!in.at_end()) {
        const auto id = static_cast<std::uint8_t>(in.rest().front());
        const PropertyKind* kind = read_property(in, property);
        if (kind == nullptr)
            return Failure{Code::corrupt,
                           find_property_kind(id) == nullptr
                               ? fmt::format("property {} is not defined", id)
                               : fmt::format("property {} is cut short", id)};
        if ((kind->packets & (1U << place)) == 0)
            return against_protocol(kind->name, "is not allowed in this packet");
        const std::uint64_t bit = std::uint64_t{1} << id;
        if ((seen & bit) != 0 && !may_repeat(kind->id, place))
            return against_protocol(kind->name, "stands there twice");
        seen |= bit;
        if (auto checked = check_value(*kind, property); !checked)
            return checked;
    }
    return {};
}

void append_property(std::string& out, const Property& property)
{
    const PropertyKind* kind = find_property_kind(static_cast<std::uint8_t>(property.id));
    REOPS_CHECK(kind != nullptr, "only properties that the standard defines are encoded");
    out.push_back(static_cast<char>(property.id));
    switch (kind->type) {
        case PropertyType::byte:
            return append_number(out, property.number, 1);
        case PropertyType::two_bytes:
            return append_number(out, property.number, 2);
        case PropertyType::four_bytes:
            return append_number(out, property.number, 4);
        case PropertyType::varint:
            return append_varint(out, property.number);
        case PropertyType::binary:
        case PropertyType::text:
            return append_text(out, property.text);
        case PropertyType::pair:
            append_text(out, property.text);
            return append_text(out, property.value);
    }
}

}  // namespace reops::wire::mqtt

// SPDX-License-Identifier: Apache-2.0
#include "wire/mqtt/decode.hh"

#include "wire/mqtt/byte_cursor.hh"
#include "wire/mqtt/topic.hh"

#include <fmt/format.h>

namespace reops::wire::mqtt {

namespace {

Failure malformed(PacketType type, std::string_view why)
{
    return {Code::corrupt, fmt::format("malformed {}: {}", to_string(type), why)};
}

Failure against_protocol(PacketType type, std::string_view why)
{
    return {Code::conflict, fmt::format("{} against the protocol: {}", to_string(type), why)};
}

// Reads the length and the bytes of encoded properties and checks them.
Result<std::string_view> read_encoded(ByteCursor& in, PacketType type, PropertyPlace place)
{
    const std::string_view encoded = in.bytes(in.varint());
    if (!in.ok())
        return malformed(type, "the properties are cut short");
    if (auto checked = check_properties(encoded, place); !checked)
        return checked.failure().while_(to_string(type));
    return encoded;
}

Result<Properties> read_properties(ByteCursor& in, PacketType type, PropertyPlace place)
{
    auto encoded = read_encoded(in, type, place);
    if (!encoded)
        return encoded.failure();
    Properties properties;
    PropertyCursor cursor{*encoded};
    for (Property property; cursor.next(property);)
        properties.push_back(property);
    return properties;
}

Result<Properties> read_properties(ByteCursor& in, PacketType type)
{
    return read_properties(in, type, static_cast<PropertyPlace>(type));
}

// The tail that many packets of version 5 share: a reason and properties, both of which may be
// missing at the end (3.4.2.1: "if the remaining length is 2, there is no reason code").
Result<void> read_reason(ByteCursor& in,
                         PacketType type,
                         std::uint8_t& reason,
                         Properties& properties)
{
    if (in.at_end())
        return {};
    reason = in.byte();
    if (in.at_end())
        return {};
    auto read = read_properties(in, type);
    if (!read)
        return read.failure();
    properties = std::move(*read);
    return {};
}

Result<void> check_end(const ByteCursor& in, PacketType type)
{
    if (!in.ok())
        return malformed(type, "it is cut short");
    if (!in.at_end())
        return malformed(type, fmt::format("{} bytes too many", in.left()));
    return {};
}

Result<void> check_packet_id(std::uint16_t packet_id, PacketType type)
{
    if (packet_id == 0)
        return against_protocol(type, "packet identifier 0");
    return {};
}

// The beginning of every packet that has an identifier but no topic.
Result<std::uint16_t> read_packet_id(ByteCursor& in, PacketType type)
{
    const std::uint16_t packet_id = in.two_bytes();
    if (!in.ok())
        return malformed(type, "it is cut short");
    if (auto checked = check_packet_id(packet_id, type); !checked)
        return checked.failure();
    return packet_id;
}

}  // namespace

Result<Connack> decode_connack(const Frame& frame, Version version)
{
    ByteCursor in{frame.body};
    const std::uint8_t flags = in.byte();
    Connack packet{.session_present = (flags & 1) != 0, .reason = in.byte()};
    if (!in.ok())
        return malformed(PacketType::connack, "it is cut short");
    if ((flags & 0xfe) != 0)
        return malformed(PacketType::connack, "reserved flags are set");
    if (packet.session_present && packet.reason != 0)
        return against_protocol(PacketType::connack, "a session with a refusal");
    if (version == Version::v5) {
        auto properties = read_properties(in, PacketType::connack);
        if (!properties)
            return properties.failure();
        packet.properties = std::move(*properties);
    }
    if (auto end = check_end(in, PacketType::connack); !end)
        return end.failure();
    return packet;
}

Result<Publish> decode_publish(const Frame& frame, Version version)
{
    const std::uint8_t flags = frame.flags();
    Publish packet;
    packet.retain = (flags & 1) != 0;
    packet.qos = static_cast<Qos>((flags >> 1) & 3);
    packet.duplicate = (flags & 8) != 0;
    ByteCursor in{frame.body};
    packet.topic = in.text();
    if (packet.qos != Qos::at_most_once)
        packet.packet_id = in.two_bytes();
    if (!in.ok())
        return malformed(PacketType::publish, "it is cut short");
    if (packet.qos != Qos::at_most_once && packet.packet_id == 0)
        return against_protocol(PacketType::publish, "packet identifier 0");
    if (version == Version::v5) {
        auto properties =
            read_encoded(in, PacketType::publish, static_cast<PropertyPlace>(PacketType::publish));
        if (!properties)
            return properties.failure();
        packet.properties = *properties;
        PropertyCursor cursor{packet.properties};
        for (Property property; cursor.next(property);)
            if (property.id == PropertyId::topic_alias)
                packet.topic_alias = static_cast<std::uint16_t>(property.number);
    }
    const bool is_named_by_alias = packet.topic.empty() && packet.topic_alias != 0;
    if (!is_named_by_alias && !is_topic_name(packet.topic))
        return malformed(PacketType::publish, "the topic is no topic name");
    packet.payload = in.rest();
    return packet;
}

Result<Acknowledgement> decode_acknowledgement(const Frame& frame, Version version)
{
    ByteCursor in{frame.body};
    auto packet_id = read_packet_id(in, frame.type());
    if (!packet_id)
        return packet_id.failure();
    Acknowledgement packet{.type = frame.type(), .packet_id = *packet_id, .reason = 0};
    if (version == Version::v5) {
        auto tail = read_reason(in, frame.type(), packet.reason, packet.properties);
        if (!tail)
            return tail.failure();
    }
    if (auto end = check_end(in, frame.type()); !end)
        return end.failure();
    return packet;
}

Result<Suback> decode_suback(const Frame& frame, Version version)
{
    const PacketType type = frame.type();
    ByteCursor in{frame.body};
    auto packet_id = read_packet_id(in, type);
    if (!packet_id)
        return packet_id.failure();
    Suback packet{.type = type, .packet_id = *packet_id};
    if (version == Version::v5) {
        auto properties = read_properties(in, type);
        if (!properties)
            return properties.failure();
        packet.properties = std::move(*properties);
    }
    if (version == Version::v311 && type == PacketType::unsuback) {
        if (auto end = check_end(in, type); !end)
            return end.failure();
        return packet;
    }
    while (!in.at_end()) {
        const std::uint8_t reason = in.byte();
        if (version == Version::v311 && reason > 2 && reason != 0x80)
            return malformed(type, fmt::format("return code {}", reason));
        packet.reasons.push_back(reason);
    }
    if (packet.reasons.empty())
        return malformed(type, "it holds no reason codes");
    return packet;
}

Result<Disconnect> decode_disconnect(const Frame& frame, Version version)
{
    ByteCursor in{frame.body};
    Disconnect packet;
    if (version == Version::v5) {
        auto tail = read_reason(in, PacketType::disconnect, packet.reason, packet.properties);
        if (!tail)
            return tail.failure();
    }
    if (auto end = check_end(in, PacketType::disconnect); !end)
        return end.failure();
    return packet;
}

Result<Auth> decode_auth(const Frame& frame)
{
    ByteCursor in{frame.body};
    Auth packet;
    if (auto tail = read_reason(in, PacketType::auth, packet.reason, packet.properties); !tail)
        return tail.failure();
    if (auto end = check_end(in, PacketType::auth); !end)
        return end.failure();
    return packet;
}

Result<Subscribe> decode_subscribe(const Frame& frame, Version version)
{
    ByteCursor in{frame.body};
    auto packet_id = read_packet_id(in, PacketType::subscribe);
    if (!packet_id)
        return packet_id.failure();
    Subscribe packet{.packet_id = *packet_id};
    if (version == Version::v5) {
        auto properties = read_properties(in, PacketType::subscribe);
        if (!properties)
            return properties.failure();
        packet.properties = std::move(*properties);
    }
    const std::uint8_t reserved = version == Version::v5 ? 0xc0 : 0xfc;
    while (!in.at_end()) {
        const std::string_view filter = in.text();
        const std::uint8_t options = in.byte();
        if (!in.ok())
            return malformed(PacketType::subscribe, "it is cut short");
        if ((options & reserved) != 0 || (options & 3) == 3 || (options >> 4 & 3) == 3)
            return malformed(PacketType::subscribe, "options that are not defined");
        if (auto checked = check_topic_filter(filter); !checked)
            return malformed(PacketType::subscribe, checked.failure().message);
        packet.subscriptions.push_back(
            {.filter = filter,
             .qos = static_cast<Qos>(options & 3),
             .no_local = (options & 4) != 0,
             .retain_as_published = (options & 8) != 0,
             .retain_handling = static_cast<std::uint8_t>(options >> 4 & 3)});
    }
    if (auto end = check_end(in, PacketType::subscribe); !end)
        return end.failure();
    if (packet.subscriptions.empty())
        return against_protocol(PacketType::subscribe, "it names no filter");
    return packet;
}

Result<Unsubscribe> decode_unsubscribe(const Frame& frame, Version version)
{
    ByteCursor in{frame.body};
    auto packet_id = read_packet_id(in, PacketType::unsubscribe);
    if (!packet_id)
        return packet_id.failure();
    Unsubscribe packet{.packet_id = *packet_id};
    if (version == Version::v5) {
        auto properties = read_properties(in, PacketType::unsubscribe);
        if (!properties)
            return properties.failure();
        packet.properties = std::move(*properties);
    }
    while (!in.at_end()) {
        const std::string_view filter = in.text();
        if (!in.ok())
            break;
        if (auto checked = check_topic_filter(filter); !checked)
            return malformed(PacketType::unsubscribe, checked.failure().message);
        packet.filters.push_back(filter);
    }
    if (auto end = check_end(in, PacketType::unsubscribe); !end)
        return end.failure();
    if (packet.filters.empty())
        return against_protocol(PacketType::unsubscribe, "it names no filter");
    return packet;
}

namespace {

constexpr std::uint8_t reserved_flag = 0x01;
constexpr std::uint8_t clean_flag = 0x02;
constexpr std::uint8_t will_flag = 0x04;
constexpr std::uint8_t will_retain_flag = 0x20;
constexpr std::uint8_t password_flag = 0x40;
constexpr std::uint8_t user_flag = 0x80;

Result<void> check_connect_flags(std::uint8_t flags, Version version)
{
    if ((flags & reserved_flag) != 0)
        return malformed(PacketType::connect, "the reserved flag is set");
    if ((flags >> 3 & 3) == 3)
        return malformed(PacketType::connect, "a will with QoS 3");
    if ((flags & will_flag) == 0 && (flags & (will_retain_flag | 0x18)) != 0)
        return malformed(PacketType::connect, "options of a will without a will");
    if (version == Version::v311 && (flags & user_flag) == 0 && (flags & password_flag) != 0)
        return malformed(PacketType::connect, "a password without a user name");
    return {};
}

Result<Version> read_version(ByteCursor& in)
{
    const std::string_view name = in.text();
    const std::uint8_t level = in.byte();
    if (!in.ok())
        return malformed(PacketType::connect, "it is cut short");
    if (name != "MQTT" && name != "MQIsdp")
        return malformed(PacketType::connect, "the protocol is not called MQTT");
    if (name != "MQTT" || (level != 4 && level != 5))
        return Failure{Code::unsupported, fmt::format("protocol level {} is not spoken", level)};
    return static_cast<Version>(level);
}

Result<Will> read_will(ByteCursor& in, std::uint8_t flags, Version version)
{
    Will will{.qos = static_cast<Qos>(flags >> 3 & 3), .retain = (flags & will_retain_flag) != 0};
    if (version == Version::v5) {
        auto properties = read_properties(in, PacketType::connect, in_will);
        if (!properties)
            return properties.failure();
        will.properties = std::move(*properties);
    }
    will.topic = in.text();
    will.payload = in.text();
    if (in.ok() && !is_topic_name(will.topic))
        return malformed(PacketType::connect, "the will's topic is no topic name");
    return will;
}

}  // namespace

Result<Connect> decode_connect(const Frame& frame)
{
    ByteCursor in{frame.body};
    auto version = read_version(in);
    if (!version)
        return version.failure();
    Connect packet;
    packet.version = *version;
    const std::uint8_t flags = in.byte();
    packet.clean_start = (flags & clean_flag) != 0;
    packet.keep_alive = in.two_bytes();
    if (auto checked = check_connect_flags(flags, *version); !checked)
        return checked.failure();
    if (*version == Version::v5) {
        auto properties = read_properties(in, PacketType::connect);
        if (!properties)
            return properties.failure();
        packet.properties = std::move(*properties);
    }
    packet.client_id = in.text();
    if ((flags & will_flag) != 0) {
        auto will = read_will(in, flags, *version);
        if (!will)
            return will.failure();
        packet.will = std::move(*will);
    }
    if ((flags & user_flag) != 0)
        packet.user = in.text();
    if ((flags & password_flag) != 0)
        packet.password = in.text();
    if (auto end = check_end(in, PacketType::connect); !end)
        return end.failure();
    if (!is_mqtt_text(packet.client_id) || !is_mqtt_text(packet.user.value_or("")))
        return malformed(PacketType::connect, "a text that is not UTF-8");
    return packet;
}

std::optional<std::uint8_t> find_old_connack_code(const Frame& frame)
{
    if (frame.type() != PacketType::connack || frame.body.size() != 2)
        return std::nullopt;
    return static_cast<std::uint8_t>(frame.body[1]);
}

}  // namespace reops::wire::mqtt

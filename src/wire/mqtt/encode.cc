// SPDX-License-Identifier: Apache-2.0
#include "wire/mqtt/encode.hh"

#include "base/check.hh"

#include <string_view>

namespace reops::wire::mqtt {

namespace {

constexpr std::size_t max_text = 65'535;
constexpr std::size_t max_remaining = 268'435'455;

void put_byte(std::string& out, unsigned value)
{
    out.push_back(static_cast<char>(value));
}

void put_two_bytes(std::string& out, unsigned value)
{
    put_byte(out, value >> 8);
    put_byte(out, value);
}

void put_varint(std::string& out, std::size_t value)
{
    for (; value >= 0x80; value >>= 7)
        put_byte(out, static_cast<unsigned>(value & 0x7f) | 0x80);
    put_byte(out, static_cast<unsigned>(value));
}

constexpr std::size_t varint_size(std::size_t value)
{
    return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20'0000 ? 3 : 4;
}

void put_text(std::string& out, std::string_view text)
{
    REOPS_CHECK(text.size() <= max_text, "a text in an MQTT packet is at most 65,535 bytes long");
    put_two_bytes(out, static_cast<unsigned>(text.size()));
    out.append(text);
}

void put_properties(std::string& out, const Properties& properties)
{
    std::string encoded;
    for (const Property& property : properties)
        append_property(encoded, property);
    put_varint(out, encoded.size());
    out.append(encoded);
}

void put_header(std::string& out, PacketType type, unsigned flags, std::size_t remaining)
{
    REOPS_CHECK(remaining <= max_remaining, "an MQTT packet is at most 256 MiB long");
    put_byte(out, static_cast<unsigned>(type) << 4 | flags);
    put_varint(out, remaining);
}

// Everything but PUBLISH is rare enough to be built aside, its length known afterwards.
void put_packet(std::string& out, PacketType type, unsigned flags, std::string_view body)
{
    put_header(out, type, flags, body.size());
    out.append(body);
}

// A reason and properties, as short as version 5 allows.
void put_reason(std::string& body, std::uint8_t reason, const Properties& properties)
{
    if (reason == 0 && properties.empty())
        return;
    put_byte(body, reason);
    if (!properties.empty())
        put_properties(body, properties);
}

std::size_t remaining_size(const Publish& packet, Version version)
{
    std::size_t size = 2 + packet.topic.size() + packet.payload.size();
    if (packet.qos != Qos::at_most_once)
        size += 2;
    if (version == Version::v5)
        size += varint_size(packet.properties.size()) + packet.properties.size();
    return size;
}

unsigned connect_flags(const Connect& packet)
{
    unsigned flags = packet.clean_start ? 0x02 : 0;
    if (packet.will) {
        flags |= 0x04 | static_cast<unsigned>(packet.will->qos) << 3;
        flags |= packet.will->retain ? 0x20 : 0;
    }
    flags |= packet.password ? 0x40 : 0;
    flags |= packet.user ? 0x80 : 0;
    return flags;
}

}  // namespace

void encode(std::string& out, const Connect& packet)
{
    const bool is_v5 = packet.version == Version::v5;
    std::string body;
    put_text(body, "MQTT");
    put_byte(body, static_cast<unsigned>(packet.version));
    put_byte(body, connect_flags(packet));
    put_two_bytes(body, packet.keep_alive);
    if (is_v5)
        put_properties(body, packet.properties);
    put_text(body, packet.client_id);
    if (packet.will) {
        if (is_v5)
            put_properties(body, packet.will->properties);
        put_text(body, packet.will->topic);
        put_text(body, packet.will->payload);
    }
    if (packet.user)
        put_text(body, *packet.user);
    if (packet.password)
        put_text(body, *packet.password);
    put_packet(out, PacketType::connect, 0, body);
}

void encode(std::string& out, const Connack& packet, Version version)
{
    std::string body;
    put_byte(body, packet.session_present ? 1 : 0);
    put_byte(body, packet.reason);
    if (version == Version::v5)
        put_properties(body, packet.properties);
    put_packet(out, PacketType::connack, 0, body);
}

void encode(std::string& out, const Publish& packet, Version version)
{
    const unsigned flags = (packet.retain ? 1U : 0U) | static_cast<unsigned>(packet.qos) << 1 |
                           (packet.duplicate ? 8U : 0U);
    put_header(out, PacketType::publish, flags, remaining_size(packet, version));
    put_text(out, packet.topic);
    if (packet.qos != Qos::at_most_once)
        put_two_bytes(out, packet.packet_id);
    if (version == Version::v5) {
        put_varint(out, packet.properties.size());
        out.append(packet.properties);
    }
    out.append(packet.payload);
}

void encode(std::string& out, const Acknowledgement& packet, Version version)
{
    const unsigned flags = packet.type == PacketType::pubrel ? 2 : 0;
    if (version == Version::v311 || (packet.reason == 0 && packet.properties.empty())) {
        put_header(out, packet.type, flags, 2);  // no detour: one of these per message
        put_two_bytes(out, packet.packet_id);
        return;
    }
    std::string body;
    put_two_bytes(body, packet.packet_id);
    put_reason(body, packet.reason, packet.properties);
    put_packet(out, packet.type, flags, body);
}

void encode(std::string& out, const Subscribe& packet, Version version)
{
    std::string body;
    put_two_bytes(body, packet.packet_id);
    if (version == Version::v5)
        put_properties(body, packet.properties);
    for (const Subscription& subscription : packet.subscriptions) {
        put_text(body, subscription.filter);
        auto options = static_cast<unsigned>(subscription.qos);
        if (version == Version::v5) {
            options |= subscription.no_local ? 4 : 0;
            options |= subscription.retain_as_published ? 8 : 0;
            options |= static_cast<unsigned>(subscription.retain_handling) << 4;
        }
        put_byte(body, options);
    }
    put_packet(out, PacketType::subscribe, 2, body);
}

void encode(std::string& out, const Suback& packet, Version version)
{
    std::string body;
    put_two_bytes(body, packet.packet_id);
    if (version == Version::v5)
        put_properties(body, packet.properties);
    if (version == Version::v5 || packet.type == PacketType::suback)
        for (const std::uint8_t reason : packet.reasons)
            put_byte(body, reason);
    put_packet(out, packet.type, 0, body);
}

void encode(std::string& out, const Unsubscribe& packet, Version version)
{
    std::string body;
    put_two_bytes(body, packet.packet_id);
    if (version == Version::v5)
        put_properties(body, packet.properties);
    for (const std::string_view filter : packet.filters)
        put_text(body, filter);
    put_packet(out, PacketType::unsubscribe, 2, body);
}

void encode(std::string& out, const Disconnect& packet, Version version)
{
    std::string body;
    if (version == Version::v5)
        put_reason(body, packet.reason, packet.properties);
    put_packet(out, PacketType::disconnect, 0, body);
}

void encode(std::string& out, const Auth& packet)
{
    std::string body;
    put_reason(body, packet.reason, packet.properties);
    put_packet(out, PacketType::auth, 0, body);
}

void encode_pingreq(std::string& out)
{
    put_header(out, PacketType::pingreq, 0, 0);
}

void encode_pingresp(std::string& out)
{
    put_header(out, PacketType::pingresp, 0, 0);
}

std::size_t encoded_size(const Publish& packet, Version version)
{
    const std::size_t remaining = remaining_size(packet, version);
    return 1 + varint_size(remaining) + remaining;
}

}  // namespace reops::wire::mqtt

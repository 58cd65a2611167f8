// SPDX-License-Identifier: Apache-2.0
#include "tests/wire/mqtt/describe.hh"

#include "wire/mqtt/encode.hh"
#include "wire/mqtt/reason.hh"

#include <fmt/format.h>

namespace reops::wire::mqtt::test {

namespace {

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f)
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + '"';
}

std::string describe(const Property& property)
{
    const PropertyKind* kind = find_property_kind(static_cast<std::uint8_t>(property.id));
    switch (kind->type) {
        case PropertyType::binary:
        case PropertyType::text:
            return fmt::format("[:{} {}]", kind->name, quoted(property.text));
        case PropertyType::pair:
            return fmt::format(
                "[:{} {} {}]", kind->name, quoted(property.text), quoted(property.value));
        default:
            return fmt::format("[:{} {}]", kind->name, property.number);
    }
}

std::string describe(const Properties& properties)
{
    std::string out;
    for (const Property& property : properties)
        out += (out.empty() ? "" : " ") + describe(property);
    return out.empty() ? "" : "\n :properties [" + out + "]";
}

std::string describe_encoded(std::string_view encoded)
{
    Properties properties;
    PropertyCursor cursor{encoded};
    for (Property property; cursor.next(property);)
        properties.push_back(property);
    return describe(properties);
}

std::string describe_reason(std::uint8_t code)
{
    return code == 0 ? "" : fmt::format("\n :reason [{} {}]", code, quoted(reason_name(code)));
}

std::string flag(std::string_view name, bool value)
{
    return value ? fmt::format("\n :{} true", name) : "";
}

std::string describe(const Connect& packet)
{
    std::string out =
        fmt::format("{{:packet :connect\n :version {}\n :client-id {}\n :keep-alive {}",
                    quoted(to_string(packet.version)),
                    quoted(packet.client_id),
                    packet.keep_alive);
    out += flag("clean-start", packet.clean_start);
    if (packet.user)
        out += "\n :user " + quoted(*packet.user);
    if (packet.password)
        out += "\n :password " + quoted(*packet.password);
    if (packet.will)
        out += fmt::format("\n :will {{:topic {} :payload {} :qos {} :retain {}{}}}",
                           quoted(packet.will->topic),
                           quoted(packet.will->payload),
                           static_cast<int>(packet.will->qos),
                           packet.will->retain,
                           describe(packet.will->properties));
    return out + describe(packet.properties) + "}\n";
}

std::string describe(const Connack& packet, Version version)
{
    std::string reason = describe_reason(packet.reason);
    if (version == Version::v311 && packet.reason != 0)
        reason = fmt::format(
            "\n :reason [{} {}]", packet.reason, quoted(return_code_name(packet.reason)));
    return "{:packet :connack" + flag("session-present", packet.session_present) + reason +
           describe(packet.properties) + "}\n";
}

std::string describe(const Publish& packet)
{
    std::string out = "{:packet :publish\n :topic " + quoted(packet.topic);
    out += fmt::format("\n :qos {}", static_cast<int>(packet.qos));
    if (packet.packet_id != 0)
        out += fmt::format("\n :packet-id {}", packet.packet_id);
    out += flag("retain", packet.retain) + flag("duplicate", packet.duplicate);
    out += describe_encoded(packet.properties);
    return out + "\n :payload " + quoted(packet.payload) + "}\n";
}

std::string describe(const Acknowledgement& packet)
{
    std::string name{to_string(packet.type)};
    for (char& c : name)
        c = static_cast<char>(c | 0x20);
    return fmt::format("{{:packet :{}\n :packet-id {}{}{}}}\n",
                       name,
                       packet.packet_id,
                       describe_reason(packet.reason),
                       describe(packet.properties));
}

std::string describe(const Subscribe& packet)
{
    std::string out =
        fmt::format("{{:packet :subscribe\n :packet-id {}\n :filters [", packet.packet_id);
    for (const Subscription& each : packet.subscriptions)
        out += fmt::format("[{} :qos {}{}{} :retain-handling {}]",
                           quoted(each.filter),
                           static_cast<int>(each.qos),
                           each.no_local ? " :no-local true" : "",
                           each.retain_as_published ? " :retain-as-published true" : "",
                           each.retain_handling);
    return out + "]" + describe(packet.properties) + "}\n";
}

std::string describe(const Suback& packet)
{
    std::string out = fmt::format("{{:packet :{}\n :packet-id {}",
                                  packet.type == PacketType::suback ? "suback" : "unsuback",
                                  packet.packet_id);
    out += "\n :reasons [";
    for (const std::uint8_t reason : packet.reasons)
        out += fmt::format("[{} {}]", reason, quoted(reason_name(reason)));
    return out + "]" + describe(packet.properties) + "}\n";
}

std::string describe(const Unsubscribe& packet)
{
    std::string out =
        fmt::format("{{:packet :unsubscribe\n :packet-id {}\n :filters [", packet.packet_id);
    for (const std::string_view filter : packet.filters)
        out += quoted(filter);
    return out + "]" + describe(packet.properties) + "}\n";
}

std::string describe(std::string_view name, std::uint8_t reason, const Properties& properties)
{
    return fmt::format(
        "{{:packet :{}{}{}}}\n", name, describe_reason(reason), describe(properties));
}

template <class Packet, class... Versions>
Result<Meaning> meaning(const Result<Packet>& packet, std::string edn, Versions... version)
{
    Meaning out{std::move(edn), {}};
    encode(out.encoded, *packet, version...);
    return out;
}

Result<Meaning> understand_ping(PacketType type)
{
    Meaning out;
    if (type == PacketType::pingreq)
        encode_pingreq(out.encoded);
    else
        encode_pingresp(out.encoded);
    out.edn = type == PacketType::pingreq ? "{:packet :pingreq}\n" : "{:packet :pingresp}\n";
    return out;
}

Result<Meaning> understand_client(const Frame& frame, Version version)
{
    if (frame.type() == PacketType::connect) {
        auto packet = decode_connect(frame);
        return packet ? meaning(packet, describe(*packet)) : packet.failure();
    }
    if (frame.type() == PacketType::subscribe) {
        auto packet = decode_subscribe(frame, version);
        return packet ? meaning(packet, describe(*packet), version) : packet.failure();
    }
    auto packet = decode_unsubscribe(frame, version);
    return packet ? meaning(packet, describe(*packet), version) : packet.failure();
}

Result<Meaning> understand_end(const Frame& frame, Version version)
{
    if (frame.type() == PacketType::auth) {
        auto packet = decode_auth(frame);
        return packet ? meaning(packet, describe("auth", packet->reason, packet->properties))
                      : packet.failure();
    }
    auto packet = decode_disconnect(frame, version);
    return packet ? meaning(
                        packet, describe("disconnect", packet->reason, packet->properties), version)
                  : packet.failure();
}

}  // namespace

Result<Meaning> understand(const Frame& frame, Version version)
{
    switch (frame.type()) {
        case PacketType::connect:
        case PacketType::subscribe:
        case PacketType::unsubscribe:
            return understand_client(frame, version);
        case PacketType::connack: {
            auto packet = decode_connack(frame, version);
            return packet ? meaning(packet, describe(*packet, version), version) : packet.failure();
        }
        case PacketType::publish: {
            auto packet = decode_publish(frame, version);
            return packet ? meaning(packet, describe(*packet), version) : packet.failure();
        }
        case PacketType::suback:
        case PacketType::unsuback: {
            auto packet = decode_suback(frame, version);
            return packet ? meaning(packet, describe(*packet), version) : packet.failure();
        }
        case PacketType::pingreq:
        case PacketType::pingresp:
            return understand_ping(frame.type());
        case PacketType::disconnect:
        case PacketType::auth:
            return understand_end(frame, version);
        default: {
            auto packet = decode_acknowledgement(frame, version);
            return packet ? meaning(packet, describe(*packet), version) : packet.failure();
        }
    }
}

}  // namespace reops::wire::mqtt::test

// SPDX-License-Identifier: Apache-2.0
// Round trips and refusals; the exact bytes of each packet stand in tests/wire/mqtt.
#include "tests/unit/wire/mqtt/hex.hh"
#include "wire/mqtt/decode.hh"
#include "wire/mqtt/encode.hh"
#include "wire/mqtt/reason.hh"

#include <functional>

#include <gtest/gtest.h>

namespace reops::wire::mqtt {

using test::bytes;

namespace {

constexpr Version both[] = {Version::v311, Version::v5};

Frame frame_of(std::string_view packet)
{
    const Frame frame = next_frame(packet);
    EXPECT_EQ(frame.state, Frame::State::complete);
    EXPECT_EQ(frame.size, packet.size());
    return frame;
}

}  // namespace

TEST(MqttCodec, PublishIsDecodedInPlace)
{
    std::string properties;
    append_property(properties,
                    {.id = PropertyId::user_property, .text = "reops-depth", .value = "3"});
    for (const Version version : both)
        for (const Qos qos : {Qos::at_most_once, Qos::at_least_once, Qos::exactly_once})
            for (const bool flag : {false, true}) {
                const Publish sent{
                    .topic = "sensors/closet/temperature",
                    .payload = "71.4",
                    .properties = version == Version::v5 ? properties : std::string_view{},
                    .packet_id = static_cast<std::uint16_t>(qos == Qos::at_most_once ? 0 : 0x1234),
                    .qos = qos,
                    .retain = flag,
                    .duplicate = flag && qos != Qos::at_most_once};
                std::string packet;
                encode(packet, sent, version);
                EXPECT_EQ(packet.size(), encoded_size(sent, version));
                const auto read = decode_publish(frame_of(packet), version);
                ASSERT_TRUE(read.ok()) << read.failure().message;
                EXPECT_EQ(read->topic, sent.topic);
                EXPECT_EQ(read->payload, sent.payload);
                EXPECT_EQ(read->properties, sent.properties);
                EXPECT_EQ(read->packet_id, sent.packet_id);
                EXPECT_EQ(read->qos, sent.qos);
                EXPECT_EQ(read->retain, sent.retain);
                EXPECT_EQ(read->duplicate, sent.duplicate);
                EXPECT_EQ(read->payload.data() + read->payload.size(),
                          packet.data() + packet.size())
                    << "the payload was copied";
            }
}

TEST(MqttCodec, LengthsOfEverySize)
{
    for (const std::size_t size :
         {0U, 120U, 127U, 128U, 16'000U, 16'383U, 16'384U, 2'097'151U, 2'100'000U}) {
        const std::string payload(size, 'x');
        std::string packet;
        encode(packet, Publish{.topic = "t", .payload = payload}, Version::v311);
        EXPECT_EQ(packet.size(), encoded_size({.topic = "t", .payload = payload}, Version::v311));
        const auto read = decode_publish(frame_of(packet), Version::v311);
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(read->payload.size(), size);
    }
}

TEST(MqttCodec, TopicAliasStandsForATopic)
{
    const std::string with_both = bytes("30 08 00 01 'a' 03 23 00 05 'p'");
    const auto named = decode_publish(frame_of(with_both), Version::v5);
    ASSERT_TRUE(named.ok());
    EXPECT_EQ(named->topic, "a");
    EXPECT_EQ(named->topic_alias, 5);
    const std::string alias_alone = bytes("30 07 00 00 03 23 00 05 'p'");
    const auto alias = decode_publish(frame_of(alias_alone), Version::v5);
    ASSERT_TRUE(alias.ok());
    EXPECT_EQ(alias->topic, "");
    EXPECT_EQ(alias->topic_alias, 5);
    const std::string neither = bytes("30 04 00 00 00 'p'");
    EXPECT_FALSE(decode_publish(frame_of(neither), Version::v5).ok());
}

TEST(MqttCodec, ConnectCarriesAll)
{
    for (const Version version : both) {
        const bool is_v5 = version == Version::v5;
        Connect sent{.version = version, .clean_start = false, .keep_alive = 30};
        sent.client_id = "reops-0123abcd";
        sent.user = "alice";
        sent.password = "secret";
        sent.will =
            Will{.topic = "status", .payload = "gone", .qos = Qos::at_least_once, .retain = true};
        if (is_v5) {
            sent.properties = {{.id = PropertyId::session_expiry_interval, .number = 86'400},
                               {.id = PropertyId::receive_maximum, .number = 1000}};
            sent.will->properties = {{.id = PropertyId::will_delay_interval, .number = 5}};
        }
        std::string packet;
        encode(packet, sent);
        const auto read = decode_connect(frame_of(packet));
        ASSERT_TRUE(read.ok()) << read.failure().message;
        EXPECT_EQ(read->version, version);
        EXPECT_FALSE(read->clean_start);
        EXPECT_EQ(read->keep_alive, 30);
        EXPECT_EQ(read->client_id, sent.client_id);
        EXPECT_EQ(read->user, sent.user);
        EXPECT_EQ(read->password, sent.password);
        EXPECT_EQ(read->properties, sent.properties);
        ASSERT_TRUE(read->will.has_value());
        EXPECT_EQ(read->will->topic, "status");
        EXPECT_EQ(read->will->payload, "gone");
        EXPECT_EQ(read->will->qos, Qos::at_least_once);
        EXPECT_TRUE(read->will->retain);
        EXPECT_EQ(read->will->properties, sent.will->properties);
    }
}

TEST(MqttCodec, SubscribeCarriesItsOptionsIn5Only)
{
    const Subscribe sent{.packet_id = 7,
                         .subscriptions = {{.filter = "a/+",
                                            .qos = Qos::at_least_once,
                                            .no_local = true,
                                            .retain_as_published = true,
                                            .retain_handling = 2},
                                           {.filter = "b/#", .qos = Qos::exactly_once}}};
    for (const Version version : both) {
        std::string packet;
        encode(packet, sent, version);
        const auto read = decode_subscribe(frame_of(packet), version);
        ASSERT_TRUE(read.ok()) << read.failure().message;
        ASSERT_EQ(read->subscriptions.size(), 2U);
        EXPECT_EQ(read->subscriptions[0].filter, "a/+");
        EXPECT_EQ(read->subscriptions[0].qos, Qos::at_least_once);
        EXPECT_EQ(read->subscriptions[0].no_local, version == Version::v5);
        EXPECT_EQ(read->subscriptions[0].retain_as_published, version == Version::v5);
        EXPECT_EQ(read->subscriptions[0].retain_handling, version == Version::v5 ? 2 : 0);
        EXPECT_EQ(read->subscriptions[1].qos, Qos::exactly_once);
    }
}

TEST(MqttCodec, ReasonsMayBeLeftOutAtTheEnd)
{
    const auto bare = decode_acknowledgement(frame_of(bytes("40 02 12 34")), Version::v5);
    ASSERT_TRUE(bare.ok());
    EXPECT_EQ(bare->packet_id, 0x1234);
    EXPECT_EQ(bare->reason, 0);
    const auto reason = decode_acknowledgement(frame_of(bytes("40 03 12 34 10")), Version::v5);
    ASSERT_TRUE(reason.ok());
    EXPECT_EQ(reason->reason, 0x10);
    EXPECT_FALSE(decode_acknowledgement(frame_of(bytes("40 03 12 34 10")), Version::v311).ok());
    EXPECT_EQ(decode_disconnect(frame_of(bytes("E0 00")), Version::v5)->reason, 0);
    EXPECT_EQ(decode_disconnect(frame_of(bytes("E0 01 8E")), Version::v5)->reason,
              reason::session_taken_over);
    EXPECT_FALSE(decode_disconnect(frame_of(bytes("E0 01 8E")), Version::v311).ok());
}

TEST(MqttCodec, OldBrokersAnswerInTheirOwnShape)
{
    EXPECT_EQ(find_old_connack_code(frame_of(bytes("20 02 00 01"))), 1);
    EXPECT_EQ(find_old_connack_code(frame_of(bytes("20 03 00 84 00"))), std::nullopt);
    EXPECT_FALSE(decode_connack(frame_of(bytes("20 02 00 01")), Version::v5).ok());
    EXPECT_EQ(decode_connack(frame_of(bytes("20 02 00 05")), Version::v311)->reason, 5);
}

namespace {

using Decode = std::function<bool(const Frame&, Version)>;

template <class Function>
Decode with_version(Function decode)
{
    return [decode](const Frame& frame, Version version) { return decode(frame, version).ok(); };
}

Decode decoder_of(PacketType type)
{
    switch (type) {
        case PacketType::connect:
            return [](const Frame& frame, Version) { return decode_connect(frame).ok(); };
        case PacketType::connack:
            return with_version(decode_connack);
        case PacketType::publish:
            return with_version(decode_publish);
        case PacketType::subscribe:
            return with_version(decode_subscribe);
        case PacketType::unsubscribe:
            return with_version(decode_unsubscribe);
        case PacketType::suback:
        case PacketType::unsuback:
            return with_version(decode_suback);
        case PacketType::disconnect:
            return with_version(decode_disconnect);
        case PacketType::auth:
            return [](const Frame& frame, Version) { return decode_auth(frame).ok(); };
        default:
            return with_version(decode_acknowledgement);
    }
}

struct Refused {
    const char* spelled;
    const char* why;
};

constexpr Refused refused_in_5[] = {
    {"20 03 02 00 00", "CONNACK with reserved flags"},
    {"20 03 01 87 00", "a session with a refusal"},
    {"20 02 00 00", "CONNACK without properties"},
    {"20 05 00 00 02 21 00", "a property cut short"},
    {"20 04 00 00 00 00", "a byte too many"},
    {"32 05 00 01 'a' 00 00", "packet identifier 0"},
    {"32 04 00 01 'a' 00", "an identifier cut short"},
    {"30 04 00 09 'a' 00", "a topic cut short"},
    {"30 05 00 02 'a' '#' 00", "a topic with a wildcard"},
    {"30 05 00 02 'a' ff 00", "a topic that is not UTF-8"},
    {"30 05 00 02 'a' 00 00", "a topic with NUL"},
    {"30 05 00 01 'a' 7f 00", "properties longer than the packet"},
    {"40 02 00 00", "packet identifier 0"},
    {"40 01 00", "an identifier cut short"},
    {"40 05 00 01 00 00 00", "a byte too many"},
    {"90 03 00 01 00", "SUBACK without reasons"},
    {"82 08 00 01 00 00 01 'a' 03 00", "SUBSCRIBE with QoS 3"},
    {"82 07 00 01 00 00 01 'a' 40", "SUBSCRIBE with reserved options"},
    {"82 07 00 01 00 00 01 'a' 30", "retain handling 3"},
    {"82 03 00 01 00", "SUBSCRIBE without filters"},
    {"82 08 00 01 00 00 02 'a' '#' 00", "a bad filter"},
    {"a2 03 00 01 00", "UNSUBSCRIBE without filters"},
    {"10 0d 00 04 'M' 'Q' 'T' 'T' 05 01 00 00 00 00 00", "a reserved flag"},
    {"10 0d 00 04 'M' 'Q' 'T' 'T' 05 1c 00 00 00 00 00", "a will with QoS 3"},
    {"10 0d 00 04 'M' 'Q' 'T' 'T' 05 20 00 00 00 00 00", "a will's options alone"},
    {"10 0d 00 04 'M' 'Q' 'T' 'T' 06 02 00 00 00 00 00", "a level to come"},
    {"10 0d 00 04 'M' 'Q' 'X' 'T' 05 02 00 00 00 00 00", "another protocol"},
    {"10 0e 00 04 'M' 'Q' 'T' 'T' 05 02 00 00 00 00 01 ff", "a client id that is not UTF-8"},
    {"f0 02 18 05", "AUTH with properties cut short"},
};

constexpr Refused refused_in_311[] = {
    {"20 03 00 00 00", "a byte too many"},
    {"90 03 00 01 03", "a return code that is not defined"},
    {"b0 03 00 01 00", "UNSUBACK with reasons"},
    {"82 06 00 01 00 01 'a' 04", "options of version 5"},
    {"10 0c 00 04 'M' 'Q' 'T' 'T' 04 42 00 00 00 00", "a password without a user"},
};

}  // namespace

TEST(MqttCodec, DamageIsRefused)
{
    for (const Refused& each : refused_in_5) {
        const std::string packet = bytes(each.spelled);
        const Frame frame = frame_of(packet);
        EXPECT_FALSE(decoder_of(frame.type())(frame, Version::v5)) << each.why;
    }
    for (const Refused& each : refused_in_311) {
        const std::string packet = bytes(each.spelled);
        const Frame frame = frame_of(packet);
        EXPECT_FALSE(decoder_of(frame.type())(frame, Version::v311)) << each.why;
    }
}

TEST(MqttCodec, FailuresSayWhichReasonCodeTheyDeserve)
{
    const std::string cut = bytes("30 04 00 09 'a' 00");
    const auto corrupt = decode_publish(frame_of(cut), Version::v5);
    EXPECT_EQ(corrupt.failure().code, Code::corrupt);
    EXPECT_EQ(corrupt.failure().message, "malformed PUBLISH: it is cut short");
    const std::string zero = bytes("40 02 00 00");
    const auto conflict = decode_acknowledgement(frame_of(zero), Version::v5);
    EXPECT_EQ(conflict.failure().code, Code::conflict);
    EXPECT_EQ(conflict.failure().message, "PUBACK against the protocol: packet identifier 0");
    const std::string old = bytes("10 0c 00 06 'M' 'Q' 'I' 's' 'd' 'p' 03 02");
    EXPECT_EQ(
        decode_connect(Frame{.head = 0x10, .body = std::string_view{old}.substr(2)}).failure().code,
        Code::unsupported);
}

TEST(MqttReason, CodesHaveNames)
{
    EXPECT_EQ(reason_name(0x87), "not authorized");
    EXPECT_EQ(reason_name(0x8e), "session taken over");
    EXPECT_EQ(reason_name(0x7f), "unknown reason");
    EXPECT_EQ(return_code_name(4), "bad user name or password");
    EXPECT_EQ(return_code_name(9), "unknown reason");
}

}  // namespace reops::wire::mqtt

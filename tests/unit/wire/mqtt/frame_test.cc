// SPDX-License-Identifier: Apache-2.0
#include "wire/mqtt/frame.hh"

#include "tests/unit/wire/mqtt/hex.hh"

#include <gtest/gtest.h>

namespace reops::wire::mqtt {

using test::bytes;
using State = Frame::State;

TEST(MqttFrame, EveryPrefixOfAPacketNeedsMore)
{
    const std::string packet = bytes("30 05 00 01 'a' 'h' 'i'");
    for (std::size_t size = 0; size < packet.size(); ++size) {
        const Frame frame = next_frame(std::string_view{packet}.substr(0, size));
        EXPECT_EQ(frame.state, State::need_more) << size;
        EXPECT_GE(frame.missing, 1U);
        EXPECT_LE(size + frame.missing, packet.size()) << "it asks for more than there is";
    }
    const Frame whole = next_frame(packet);
    EXPECT_EQ(whole.state, State::complete);
    EXPECT_EQ(whole.type(), PacketType::publish);
    EXPECT_EQ(whole.size, packet.size());
    EXPECT_EQ(whole.body, packet.substr(2));
}

TEST(MqttFrame, TakesOnlyTheFirstPacket)
{
    const std::string packets = bytes("D0 00 40 02 00 07");
    const Frame first = next_frame(packets);
    EXPECT_EQ(first.type(), PacketType::pingresp);
    EXPECT_EQ(first.size, 2U);
    const Frame second = next_frame(std::string_view{packets}.substr(first.size));
    EXPECT_EQ(second.type(), PacketType::puback);
    EXPECT_EQ(second.body, bytes("00 07"));
}

TEST(MqttFrame, MissingIsExactOnceTheHeaderIsThere)
{
    EXPECT_EQ(next_frame(bytes("30 80 01")).missing, 128U);
    EXPECT_EQ(next_frame(bytes("30 ff ff ff 7f")).missing, 268'435'455U);
    EXPECT_EQ(next_frame(bytes("30 ff ff ff 7f")).size, max_packet_bytes);
}

TEST(MqttFrame, LimitsAreToldBeforeTheBodyCame)
{
    const Frame frame = next_frame(bytes("30 80 80 80 01"), 1 << 20);
    EXPECT_EQ(frame.state, State::too_large);
    EXPECT_EQ(frame.size, 5U + (1U << 21));
    EXPECT_EQ(frame.header_bytes, 5U);
    EXPECT_EQ(next_frame(bytes("D0 00"), 2).state, State::complete);
    EXPECT_EQ(next_frame(bytes("D0 00"), 1).state, State::too_large);
}

TEST(MqttFrame, RefusesWhatNoPacketBeginsWith)
{
    const char* bad[] = {
        "00 00",              // type 0
        "36 00",              // PUBLISH with QoS 3
        "38 00",              // duplicate with QoS 0
        "60 02 00 01",        // PUBREL without its flags
        "80 00",              // SUBSCRIBE without its flags
        "41 02 00 01",        // PUBACK with flags
        "D1 00",              // PINGRESP with flags
        "30 80 80 80 80 01",  // five bytes of length
        "30 80 00",           // a length longer than needed
    };
    for (const char* spelled : bad) {
        const Frame frame = next_frame(bytes(spelled));
        EXPECT_EQ(frame.state, State::malformed) << spelled;
        EXPECT_FALSE(frame.why.empty()) << spelled;
    }
}

}  // namespace reops::wire::mqtt

// SPDX-License-Identifier: Apache-2.0
#include "mqtt/packet_reader.hh"

#include "wire/mqtt/encode.hh"

#include <gtest/gtest.h>

namespace reops::mqtt {

using wire::mqtt::Frame;
namespace wm = wire::mqtt;

namespace {

// What a reader makes of a stream that arrives in pieces of one size: "TYPE/SIZE/BODY ".
std::string read_in_pieces(std::string_view stream, std::size_t piece, std::size_t limit)
{
    PacketReader reader{limit};
    std::string out;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        const std::string copy{stream.substr(at, piece)};  // so that asan sees a stale view
        reader.begin(copy);
        for (Frame frame; reader.next(frame);) {
            if (frame.state == Frame::State::malformed)
                return out + "malformed";
            out += std::string{to_string(frame.type())} + '/' + std::to_string(frame.size) + '/' +
                   (frame.state == Frame::State::complete ? std::string{frame.body} : "oversize") +
                   ' ';
        }
        reader.finish();
    }
    return out;
}

std::string publish(std::size_t size, char fill)
{
    std::string out;
    encode(out, wm::Publish{.topic = "t", .payload = std::string(size, fill)}, wm::Version::v311);
    return out;
}

}  // namespace

TEST(PacketReader, PiecesOfAnySizeGiveTheSamePackets)
{
    std::string stream = publish(3, 'a') + publish(200, 'b') + publish(0, 'c');
    wm::encode_pingresp(stream);
    stream += publish(130, 'd');
    const std::string whole = read_in_pieces(stream, stream.size(), 1000);
    EXPECT_NE(whole.find("PINGRESP/2/"), std::string::npos);
    for (std::size_t piece = 1; piece < stream.size(); ++piece)
        EXPECT_EQ(read_in_pieces(stream, piece, 1000), whole) << piece;
}

TEST(PacketReader, OversizePacketsAreSkippedInAnyPieces)
{
    const std::string stream = publish(3, 'a') + publish(2000, 'b') + publish(2, 'c') +
                               publish(5000, 'd') + publish(1, 'e');
    const std::string expected = "PUBLISH/8/" + publish(3, 'a').substr(2) +
                                 " PUBLISH/2006/oversize PUBLISH/7/" + publish(2, 'c').substr(2) +
                                 " PUBLISH/5006/oversize PUBLISH/6/" + publish(1, 'e').substr(2) +
                                 ' ';
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 7U, 100U, 1999U, 2011U, 2018U, 100'000U})
        EXPECT_EQ(read_in_pieces(stream, piece, 100), expected) << piece;
}

TEST(PacketReader, OfAnOversizePacketTheBeginningIsKept)
{
    PacketReader reader{1000};
    const std::string big = publish(300'000, 'x');
    Frame frame;
    reader.begin(big);
    ASSERT_TRUE(reader.next(frame));
    EXPECT_EQ(frame.state, Frame::State::too_large);
    EXPECT_EQ(frame.size, big.size());
    EXPECT_EQ(frame.body, std::string_view{big}.substr(4, frame.body.size()));
    EXPECT_GT(frame.body.size(), 131'072U) << "room for the longest topic and properties";
    EXPECT_LT(frame.body.size(), 140'000U);
    EXPECT_FALSE(reader.next(frame));
}

TEST(PacketReader, MalformedIsToldAtOnce)
{
    EXPECT_EQ(read_in_pieces(publish(1, 'a') + "\xff\xff\xff\xff\xff", 1, 1000),
              "PUBLISH/6/" + publish(1, 'a').substr(2) + " malformed");
}

TEST(PacketReader, ResetForgetsHalfAPacket)
{
    PacketReader reader{1000};
    Frame frame;
    reader.begin("\x30\x7f\x01");
    EXPECT_FALSE(reader.next(frame));
    reader.finish();
    reader.reset();
    const std::string_view pingresp{"\xd0\x00", 2};
    reader.begin(pingresp);
    ASSERT_TRUE(reader.next(frame));
    EXPECT_EQ(frame.type(), wm::PacketType::pingresp);
}

}  // namespace reops::mqtt

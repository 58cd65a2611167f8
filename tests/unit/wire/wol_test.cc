// SPDX-License-Identifier: Apache-2.0
#include "wire/wol.hh"

#include <gtest/gtest.h>

namespace reops::wire {

namespace {

constexpr Mac iron = {0x52, 0x54, 0x00, 0xaa, 0xbb, 0xcc};

TEST(Wol, ReadsAndPrintsAddresses)
{
    EXPECT_EQ(*parse_mac("52:54:00:aa:bb:cc"), iron);
    EXPECT_EQ(*parse_mac("52-54-00-AA-BB-CC"), iron);
    EXPECT_EQ(to_string(iron), "52:54:00:aa:bb:cc");
    for (const char* bad : {"",
                            "52:54:00:aa:bb",
                            "52:54:00:aa:bb:cg",
                            "52:54-00:aa:bb:cc",
                            "525400aabbcc",
                            "52:54:00:aa:bb:cc:dd"})
        EXPECT_FALSE(parse_mac(bad).ok()) << bad;
}

TEST(Wol, ThePacketIsSixTimesFullAndSixteenTimesTheAddress)
{
    const std::string packet = magic_packet(iron);
    ASSERT_EQ(packet.size(), 102U);
    EXPECT_EQ(packet.substr(0, 6), std::string(6, '\xff'));
    for (std::size_t i = 6; i < packet.size(); i += 6)
        EXPECT_EQ(packet.substr(i, 6), std::string("\x52\x54\x00\xaa\xbb\xcc", 6));
}

TEST(Wol, IsFoundWhereverItBegins)
{
    EXPECT_EQ(read_magic_packet(magic_packet(iron)), iron);
    EXPECT_EQ(read_magic_packet("ab\xff" + magic_packet(iron) + "password"), iron);
    EXPECT_EQ(read_magic_packet(magic_packet(iron).substr(0, 101)), std::nullopt);
    std::string broken = magic_packet(iron);
    broken[50] = 'x';
    EXPECT_EQ(read_magic_packet(broken), std::nullopt);
    EXPECT_EQ(read_magic_packet(""), std::nullopt);
}

}  // namespace

}  // namespace reops::wire

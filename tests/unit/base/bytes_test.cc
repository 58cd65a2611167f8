// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.hh"

#include <gtest/gtest.h>

namespace reops {

TEST(Bytes, ReadsWhatItWrote)
{
    std::string out;
    ByteWriter writer{out};
    writer.byte(7);
    writer.unsigned_(0);
    writer.unsigned_(UINT64_MAX);
    writer.signed_(INT64_MIN);
    writer.signed_(-1);
    writer.real(71.4);
    writer.text("big-iron");
    ByteReader reader{out};
    EXPECT_EQ(reader.byte(), 7);
    EXPECT_EQ(reader.unsigned_(), 0U);
    EXPECT_EQ(reader.unsigned_(), UINT64_MAX);
    EXPECT_EQ(reader.signed_(), INT64_MIN);
    EXPECT_EQ(reader.signed_(), -1);
    EXPECT_EQ(reader.real(), 71.4);
    EXPECT_EQ(reader.text(), "big-iron");
    EXPECT_TRUE(reader.ok());
    EXPECT_TRUE(reader.at_end());
}

TEST(Bytes, EveryPrefixIsRefusedWithoutReadingBeyond)
{
    std::string out;
    ByteWriter writer{out};
    writer.text("a name");
    writer.real(1.5);
    writer.unsigned_(1'000'000);
    for (std::size_t size = 0; size < out.size(); ++size) {
        ByteReader reader{std::string_view{out}.substr(0, size)};
        reader.text();
        reader.real();
        reader.unsigned_();
        EXPECT_FALSE(reader.ok()) << size;
    }
}

}  // namespace reops

// SPDX-License-Identifier: Apache-2.0
#include "store/journal/crc32c.hh"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace reops::store {
namespace {

struct Vector {
    std::string bytes;
    std::uint32_t crc;
};

std::string rising(int from, int step)
{
    std::string out;
    for (int i = 0; i < 32; ++i)
        out.push_back(static_cast<char>(from + step * i));
    return out;
}

/// RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
std::vector<Vector> vectors()
{
    return {{"", 0U},
            {"123456789", 0xE3069283U},
            {std::string(32, '\0'), 0x8A9136AAU},
            {std::string(32, '\xff'), 0x62A8AB43U},
            {rising(0, 1), 0x46DD794EU},
            {rising(31, -1), 0x113FDB5CU}};
}

TEST(Crc32c, KnownVectors)
{
    for (const Vector& one : vectors()) {
        EXPECT_EQ(crc32c(one.bytes), one.crc);
        EXPECT_EQ(crc32c_by_table(one.bytes), one.crc);
    }
}

TEST(Crc32c, BothWaysAgreeAtAnyLengthAndOffset)
{
    std::mt19937 random{1};
    std::string bytes(300, '\0');
    for (char& c : bytes)
        c = static_cast<char>(random());
    for (std::size_t from = 0; from < 9; ++from)
        for (std::size_t size = 0; from + size <= bytes.size(); ++size) {
            const std::string_view part = std::string_view{bytes}.substr(from, size);
            ASSERT_EQ(crc32c(part), crc32c_by_table(part)) << from << " " << size;
        }
}

TEST(Crc32c, GoesOnFromAPart)
{
    const std::string bytes = "a journal of what came in";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        const std::string_view all = bytes;
        EXPECT_EQ(crc32c(all.substr(cut), crc32c(all.substr(0, cut))), crc32c(bytes));
    }
}

}  // namespace
}  // namespace reops::store

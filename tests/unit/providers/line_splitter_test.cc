// SPDX-License-Identifier: Apache-2.0
#include "providers/line_splitter.hh"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::providers {
namespace {

using Lines = std::vector<std::string>;

Lines feed_all(LineSplitter& splitter, std::initializer_list<std::string_view> pieces)
{
    Lines lines;
    for (const std::string_view piece : pieces)
        EXPECT_TRUE(splitter.feed(piece, [&](std::string_view line) {
            lines.emplace_back(line);
            return true;
        }));
    return lines;
}

TEST(LineSplitter, GivesWholeLinesHoweverTheBytesCome)
{
    LineSplitter splitter{100};
    EXPECT_EQ(feed_all(splitter, {"a", "b\nc", "d\n\n", "e\nf\ng"}),
              (Lines{"ab", "cd", "", "e", "f"}));
    EXPECT_EQ(feed_all(splitter, {"\n"}), Lines{"g"});
}

TEST(LineSplitter, RefusesALineOverTheLimitEvenWithoutItsEnd)
{
    LineSplitter splitter{4};
    const auto ignore = [](std::string_view) { return true; };
    EXPECT_TRUE(splitter.feed("1234\n12", ignore));
    EXPECT_TRUE(splitter.feed("34", ignore));
    EXPECT_FALSE(splitter.feed("5", ignore));
}

TEST(LineSplitter, StopsWhenTheReaderSaysSo)
{
    LineSplitter splitter{100};
    int seen = 0;
    EXPECT_TRUE(splitter.feed("a\nb\nc\n", [&](std::string_view) { return ++seen < 2; }));
    EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace reops::providers

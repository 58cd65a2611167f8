// SPDX-License-Identifier: Apache-2.0
#include "io/line_reader.hh"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::io {
namespace {

struct Lines {
    explicit Lines(std::size_t longest)
        : reader(
              longest,
              [this](std::string_view line) { seen.emplace_back(line); },
              [this](std::size_t size) { too_long.push_back(size); })
    {
    }
    std::vector<std::string> seen;
    std::vector<std::size_t> too_long;
    LineReader reader;
};

TEST(LineReader, SplitsHoweverTheBytesCome)
{
    const std::string text = "one\n\ntwo\r\nthree";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        Lines lines{100};
        for (std::size_t at = 0; at < text.size(); at += piece)
            lines.reader.feed(text.substr(at, piece));
        EXPECT_EQ(lines.seen, (std::vector<std::string>{"one", "", "two"})) << piece;
        lines.reader.finish();
        EXPECT_EQ(lines.seen.back(), "three") << piece;
        lines.reader.finish();
        EXPECT_EQ(lines.seen.size(), 4U) << piece;
    }
}

TEST(LineReader, LeavesOutWhatIsTooLongAndGoesOn)
{
    const std::string text = "1234\n12345\n" + std::string(1000, 'x') + "\nok\n123456";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, text.size()}) {
        Lines lines{4};
        for (std::size_t at = 0; at < text.size(); at += piece)
            lines.reader.feed(text.substr(at, piece));
        lines.reader.finish();
        EXPECT_EQ(lines.seen, (std::vector<std::string>{"1234", "ok"})) << piece;
        EXPECT_EQ(lines.too_long, (std::vector<std::size_t>{5, 1000, 6})) << piece;
    }
}

TEST(LineReader, MayBeDestroyedByALine)
{
    std::unique_ptr<LineReader> reader;
    int seen = 0;
    reader = std::make_unique<LineReader>(10, [&](std::string_view) {
        ++seen;
        reader.reset();
    });
    reader->feed("a\nb\n");
    EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace reops::io

// SPDX-License-Identifier: Apache-2.0
#include "data/read_error.hh"

#include "data/reader.hh"

#include <string>

#include <gtest/gtest.h>

namespace reops::data {

namespace {

std::string report_of(std::string_view text)
{
    FormReader reader{text};
    for (;;) {
        const Result<std::optional<Form>> form = reader.next();
        if (!form)
            return report(reader.error(), text, "closet.clj");
        if (!form->has_value())
            return "no error\n";
    }
}

}  // namespace

TEST(ReadError, ShowsThePlaceTheLinesAndTheWayOut)
{
    EXPECT_EQ(report_of("; the closet\n(run (sensor :event :temperature)\n   | (pick [t)\n   x)"),
              R"(error: expected `]` but found `)`
  at closet.clj:3:14
    1| ; the closet
    2| (run (sensor :event :temperature)
    3|    | (pick [t)
                    ^
  hint: the `[` to close is at 3:12
)");
}

TEST(ReadError, MarksTheWholeExtent)
{
    EXPECT_EQ(
        report_of("[1 12345678901234567890]"),
        R"(error: the integer `12345678901234567890` is beyond 64 bits (-9223372036854775808 to 9223372036854775807)
  at closet.clj:1:4
    1| [1 12345678901234567890]
          ^~~~~~~~~~~~~~~~~~~~
)");
    EXPECT_EQ(report_of("a\n {:a 1\n  :b}"),
              R"(error: expected pairs of key and value in a map but found 3 forms
  at closet.clj:2:2
    1| a
    2|  {:a 1
        ^~~~~
  hint: the last key, `:b`, has no value
)");
}

TEST(ReadError, LineNumbersAreAligned)
{
    std::string text(9, '\n');
    EXPECT_EQ(report_of(text + "  )"),
              R"(error: found `)` but nothing is open
  at closet.clj:10:3
     8| 
     9| 
    10|   )
          ^
)");
}

TEST(ReadError, HugeLinesAreCutAndControlCharactersReplaced)
{
    const std::string shown =
        report_of("\"" + std::string(100'000, 'x') + "\x1b\" )" + std::string(100'000, 'y'));
    EXPECT_LT(shown.size(), 300U);
    EXPECT_EQ(shown.find('\x1b'), std::string::npos);
    EXPECT_NE(shown.find(" )yyy"), std::string::npos);
    const std::size_t line = shown.find("1| ") + 3;
    const std::size_t mark = shown.rfind('^');
    const std::size_t mark_line = shown.rfind('\n', mark) + 1;
    const std::size_t text_line = shown.rfind('\n', line) + 1;
    EXPECT_EQ(shown[text_line + (mark - mark_line)], ')');
}

TEST(ReadError, BecomesAFailureWithItsPlace)
{
    const Failure failure = to_failure({"expected a form", {3, 14, 3, 15, 40, 1}, "type one"});
    EXPECT_EQ(failure.code, Code::invalid_argument);
    EXPECT_EQ(failure.message, "3:14: expected a form");
    EXPECT_EQ(failure.details, "type one");
}

}  // namespace reops::data

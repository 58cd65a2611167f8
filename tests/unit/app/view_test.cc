// SPDX-License-Identifier: Apache-2.0
#include "app/view.hh"

#include "data/json.hh"

#include <gtest/gtest.h>

namespace reops::app {
namespace {

TEST(Spans, AreShownAsPeopleSayThem)
{
    EXPECT_EQ(show_span(Duration{0}), "0 s");
    EXPECT_EQ(show_span(milliseconds(400)), "0.4 s");
    EXPECT_EQ(show_span(milliseconds(1900)), "1.9 s");
    EXPECT_EQ(show_span(milliseconds(59'990)), "0 m 59 s");
    EXPECT_EQ(show_span(seconds(180)), "3 m");
    EXPECT_EQ(show_span(seconds(200)), "3 m 20 s");
    EXPECT_EQ(show_span(minutes(125)), "2 h 5 m");
    EXPECT_EQ(show_span(hours(76)), "3 d 4 h");
    EXPECT_EQ(show_span(std::string{"1s900ms"}), "1.9 s");
    EXPECT_EQ(show_span(std::string{}), "");
}

TEST(Views, ReadAnswersAndMakeTextHarmless)
{
    const View view{
        data::read_json(R"({"name":"a\u001b[2J","list":["x",1],"at":"2026-11-23T14:02:07.000Z"})")
            .value()};
    EXPECT_EQ(view.word("name"), "a\\x1b[2J");
    EXPECT_EQ(view.word("absent"), "");
    EXPECT_EQ(view.joined("list"), "x, 1");
    EXPECT_TRUE(view.time("at").has_value());
    EXPECT_FALSE(view.time("name").has_value());
    EXPECT_FALSE(view.has("absent"));
    EXPECT_TRUE(view.list("name").empty());
}

}  // namespace
}  // namespace reops::app

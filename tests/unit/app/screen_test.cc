// SPDX-License-Identifier: Apache-2.0
#include "app/screen.hh"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace reops::app {
namespace {

TEST(Plain, NothingFromOutsideSteersATerminal)
{
    EXPECT_EQ(plain("warm\x1b[2J"), "warm\\x1b[2J");
    EXPECT_EQ(plain("a\nb\tc\r\x7f"), "a\\x0ab\\x09c\\x0d\\x7f");
    EXPECT_EQ(plain("\xc2\x9b"
                    "2J"),
              "\\x9b2J")
        << "the control sequence introducer of ISO 6429 as one character";
    EXPECT_EQ(plain("\xe2\x80\xae"
                    "evil"),
              "\\u202eevil");
    EXPECT_EQ(plain("\xff\xfe"), "\\xff\\xfe");
    EXPECT_EQ(plain("Grüße €"), "Grüße €");
    EXPECT_EQ(plain(std::string{"a\0b", 3}), "a\\x00b");
}

TEST(Columns, AreCharactersNotBytes)
{
    EXPECT_EQ(columns_of("Grüße"), 5U);
    EXPECT_EQ(columns_of(""), 0U);
}

class TableOf : public testing::Test {
protected:
    std::string print(std::size_t width, bool colours = false)
    {
        std::ostringstream out;
        std::ostringstream err;
        table.print(Screen{out, err, colours, width});
        return out.str();
    }
    Table table{{"HOST", "STATE", "HOLDS"}};
};

TEST_F(TableOf, ColumnsLineUpAndNoSpacesTrail)
{
    table.add({{"foo"}, {"off"}, {"held by closet-heat"}});
    table.add({{"big-iron"}, {"unknown"}, {""}});
    EXPECT_EQ(print(0),
              "HOST      STATE    HOLDS\n"
              "foo       off      held by closet-heat\n"
              "big-iron  unknown\n");
}

TEST_F(TableOf, OnANarrowTerminalTheWidestColumnsAreCut)
{
    table.add({{"big-iron"}, {"unknown"}, {"held by closet-heat since 14:02:07"}});
    EXPECT_EQ(print(40),
              "HOST      STATE    HOLDS\n"
              "big-iron  unknown  held by closet-heat …\n");
    for (const std::string& line : {print(40)})
        EXPECT_LE(columns_of(line.substr(line.find('\n') + 1)), 41U);
}

TEST_F(TableOf, UmlautsDoNotShiftColumns)
{
    table.add({{"Küche"}, {"on"}, {"x"}});
    table.add({{"Kuche"}, {"on"}, {"x"}});
    const std::string text = print(0);
    EXPECT_NE(text.find("Küche  on     x\nKuche  on     x\n"), std::string::npos) << text;
}

TEST_F(TableOf, ColoursDoNotCountAndAreOnlyForTerminals)
{
    table.add({{"foo", Tone::strong}, {"off", Tone::good}, {"x"}});
    EXPECT_EQ(print(0).find('\x1b'), std::string::npos);
    EXPECT_NE(print(80, true).find("\x1b[32moff\x1b[0m    x"), std::string::npos)
        << print(80, true);
}

TEST(Tones, OutcomesHaveTheirs)
{
    EXPECT_EQ(tone_of("verified"), Tone::good);
    EXPECT_EQ(tone_of("unverified"), Tone::doubtful);
    EXPECT_EQ(tone_of("timeout"), Tone::bad);
    EXPECT_EQ(tone_of("whatever"), Tone::normal);
}

}  // namespace
}  // namespace reops::app

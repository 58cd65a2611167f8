// SPDX-License-Identifier: Apache-2.0
// Fields, names and bodies, byte by byte; what they become is read back with Python's mail reader
// in tests/live/smtp.
#include "sinks/email/header_text.hh"

#include "sinks/email/address.hh"
#include "sinks/email/message.hh"
#include "sinks/email/plain_text.hh"

#include <set>

#include <gtest/gtest.h>

namespace reops::sinks {
namespace {

TEST(HeaderTextTest, ShortAsciiStaysAsItIs)
{
    EXPECT_EQ(text_field("Subject", "room too hot"), "Subject: room too hot\r\n");
}

TEST(HeaderTextTest, LongAsciiIsFoldedAtSpaces)
{
    const std::string words = "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789";
    EXPECT_EQ(text_field("Subject", words + " 0123456789"),
              "Subject: " + words + "\r\n 0123456789\r\n");
}

TEST(HeaderTextTest, OtherTextIsEncodedInWholeCharacters)
{
    EXPECT_EQ(text_field("Subject", "heiß"), "Subject: =?UTF-8?B?aGVpw58=?=\r\n");
    std::string long_text;
    for (int i = 0; i < 40; ++i)
        long_text += "温";
    const std::string field = text_field("Subject", long_text);
    // 13 characters of three bytes are 52 letters in each word
    EXPECT_EQ(field.find("\r\n"), 9 + 12 + 52U);
    EXPECT_EQ(field.find("=?UTF-8?B?5rip", 10), 9 + 12 + 52 + 3U) << field;
}

TEST(HeaderTextTest, WhatLooksEncodedIsEncoded)
{
    EXPECT_EQ(text_field("Subject", "=?UTF-8?B?aGk=?="),
              "Subject: =?UTF-8?B?PT9VVEYtOD9CP2FHaz0/PQ==?=\r\n");
}

TEST(HeaderTextTest, NoLineBreakSurvivesInAField)
{
    EXPECT_EQ(text_field("Subject", "a\r\nBcc: b\n\n\xc2\x85\xe2\x80\xa8x\x7f"),
              "Subject: a Bcc: b x\r\n");
}

TEST(HeaderTextTest, WhatIsNotUtf8IsMarked)
{
    EXPECT_EQ(plain_line("a\xff\xc0\xaf"
                         "b"),
              "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
              "b");
}

TEST(HeaderTextTest, WritingDirectionCannotBeTurned)
{
    EXPECT_EQ(plain_line("a\xe2\x80\xae"
                         "b\xe2\x81\xa6"
                         "c"),
              "a b c");
}

TEST(HeaderTextTest, ALongLineIsCut)
{
    EXPECT_EQ(plain_line("温度温度", 5), "温度...");
}

TEST(HeaderTextTest, ColumnsAreThoseOfATerminal)
{
    EXPECT_EQ(columns("küche"), 5U);
    EXPECT_EQ(columns("ku\xcc\x88"
                      "che"),
              5U);
    EXPECT_EQ(columns("温度"), 4U);
    EXPECT_EQ(columns("\xf0\x9f\x94\xa5"), 2U);
}

TEST(HeaderTextTest, WrappedLinesKeepTheirIndent)
{
    EXPECT_EQ(wrap("- one two three", 9), (std::vector<std::string>{"- one two", "  three"}));
    EXPECT_EQ(wrap("", 9), std::vector<std::string>{""});
    EXPECT_EQ(wrap("0123456789", 4), std::vector<std::string>{"0123456789"});
}

TEST(HeaderTextTest, NamesAreSafeAndDifferent)
{
    EXPECT_EQ(safe_name("12.closet-heat.2.0.foo"), "12.closet-heat.2.0.foo");
    EXPECT_EQ(safe_name("flows.closet/temperature"), "flows.closet%2Ftemperature");
    EXPECT_EQ(safe_name("../../etc/passwd"), "%2E%2E%2F.%2E%2Fetc%2Fpasswd");
    EXPECT_EQ(safe_name("."), "%2E");
    EXPECT_EQ(safe_name("a."), "a%2E");
    EXPECT_EQ(safe_name("a>\r\nb"), "a%3E%0D%0Ab");
    EXPECT_EQ(safe_name("%2E"), "%252E");
    EXPECT_EQ(safe_name(""), "%");
    std::set<std::string> names;
    for (const std::string text :
         {"", "%", ".", "..", "a..b", "a.%2Eb", "a.b", "a/b", "a b", "a+b"})
        names.insert(safe_name(text));
    EXPECT_EQ(names.size(), 10U);
    for (const char end : {'x', 'y'})
        names.insert(safe_name(std::string(5000, 'a') + end));
    EXPECT_EQ(names.size(), 12U);
    EXPECT_EQ(safe_name(std::string(5000, '/')).size(), 180U);
}

TEST(HeaderTextTest, MessageIdsCannotBreakOut)
{
    EXPECT_EQ(message_id("a>b@c", "evil>\r\nX: 1"), "<a%3Eb%40c@evilX1>");
    EXPECT_EQ(message_id("x", ""), "<x@localhost>");
    EXPECT_EQ(message_id("x", "..a..b."), "<x@a.b>");
}

TEST(HeaderTextTest, QuotedPrintableLinesAreShortAndWhole)
{
    EXPECT_EQ(encode_body("a=b \nä\n", BodyEncoding::quoted_printable), "a=3Db=20\r\n=C3=A4\r\n");
    EXPECT_EQ(encode_body(std::string(80, 'x') + "\n", BodyEncoding::quoted_printable),
              std::string(75, 'x') + "=\r\nxxxxx\r\n");
    EXPECT_EQ(encode_body(std::string(76, 'x') + "\n", BodyEncoding::quoted_printable),
              std::string(76, 'x') + "\r\n");
    EXPECT_EQ(encode_body("", BodyEncoding::quoted_printable), "");
    EXPECT_EQ(encode_body("\n.\nlast", BodyEncoding::seven_bit), "\r\n.\r\nlast\r\n");
}

TEST(HeaderTextTest, OnlyPlainBodiesStayPlain)
{
    EXPECT_EQ(encoding_for("ascii\n"), BodyEncoding::seven_bit);
    EXPECT_EQ(encoding_for("ä\n"), BodyEncoding::quoted_printable);
    EXPECT_EQ(encoding_for(std::string(998, 'x') + "\n"), BodyEncoding::seven_bit);
    EXPECT_EQ(encoding_for(std::string(999, 'x') + "\n"), BodyEncoding::quoted_printable);
}

struct AddressCase {
    std::string text;
    std::string name;
    std::string spec;  ///< empty: refused
};

TEST(AddressTest, ReadsWhatPeopleWriteAndNothingElse)
{
    const std::vector<AddressCase> cases{
        {"reops@home", "", "reops@home"},
        {"  reops@home ", "", "reops@home"},
        {"root", "", "root"},
        {"a+b.c@mail.example.org", "", "a+b.c@mail.example.org"},
        {"me@[127.0.0.1]", "", "me@[127.0.0.1]"},
        {"Me <me@home>", "Me", "me@home"},
        {"\"Ops, on call\" <ops@home>", "Ops, on call", "ops@home"},
        {"Größe <a@b>", "Größe", "a@b"},
        {"Größe\r\nX: y <a@b>", "", ""},
        {"", "", ""},
        {"<>", "", ""},
        {"@home", "", ""},
        {"me@", "", ""},
        {"me@@home", "", ""},
        {"me@home\r\nRCPT TO:<x@y>", "", ""},
        {"me@home, you@home", "", ""},
        {"me <me@home", "", ""},
        {"me <me@home> x", "", ""},
        {"größe@home", "", ""},
        {"me@[evil]>", "", ""},
        {std::string(255, 'a'), "", ""},
        {std::string("a\0b@c", 5), "", ""},
    };
    for (const AddressCase& each : cases) {
        const auto got = parse_address(each.text);
        EXPECT_EQ(got.ok(), !each.spec.empty()) << each.text;
        if (!got.ok())
            continue;
        EXPECT_EQ(got->name, each.name);
        EXPECT_EQ(got->spec, each.spec);
    }
}

TEST(AddressTest, NamesInHeadersAreQuotedOrEncoded)
{
    EXPECT_EQ(to_header({"", "a@b"}), "a@b");
    EXPECT_EQ(to_header({"Me at home", "a@b"}), "Me at home <a@b>");
    EXPECT_EQ(to_header({"O \"x\" \\", "a@b"}), "\"O \\\"x\\\" \\\\\" <a@b>");
    EXPECT_EQ(to_header({"Wärme", "a@b"}), "=?UTF-8?B?V8Okcm1l?= <a@b>");
}

}  // namespace
}  // namespace reops::sinks

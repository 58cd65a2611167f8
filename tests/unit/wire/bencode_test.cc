// SPDX-License-Identifier: Apache-2.0
// Bencode: what is read, what is refused, what has not come whole.
#include "wire/bencode/bencode.hh"

#include "data/edn.hh"
#include "data/print.hh"

#include <gtest/gtest.h>

namespace reops::wire {
namespace {

/// How it prints and the bytes left over, "more", or the failure.
std::string read(std::string_view bytes)
{
    const auto message = read_bencode(bytes);
    if (!message.ok())
        return message.failure().message;
    if (!*message)
        return "more";
    return data::print((*message)->value) + " +" + std::to_string(bytes.size() - (*message)->size);
}

TEST(Bencode, ReadsWhatNreplClientsSend)
{
    EXPECT_EQ(read("d2:op5:clone2:idi1ee"), "{\"op\" \"clone\", \"id\" 1} +0");
    EXPECT_EQ(read("li-7e3:abcl1:xeedx"), "[-7 \"abc\" [\"x\"]] +2");
    EXPECT_EQ(read("0:"), "\"\" +0");
    EXPECT_EQ(read("i9223372036854775807e"), "9223372036854775807 +0");
    EXPECT_EQ(read("de"), "{} +0");
}

TEST(Bencode, EveryPrefixWantsMore)
{
    const std::string whole = "d4:code7:(+ 1 2)2:idi12e4:listl1:ai3eee";
    for (std::size_t i = 0; i < whole.size(); ++i)
        EXPECT_EQ(read(whole.substr(0, i)), "more") << whole.substr(0, i);
    EXPECT_EQ(read(whole), "{\"code\" \"(+ 1 2)\", \"id\" 12, \"list\" [\"a\" 3]} +0");
}

TEST(Bencode, WhatIsNoneIsRefusedAtOnce)
{
    for (const char* bad : {"GET / HTTP/1.1",
                            "x",
                            "i01e",
                            "i-0e",
                            "ie",
                            "i1",
                            "03:abc",
                            "di1e1:ae",
                            "d1:ai1e1:ai2ee",
                            "i99999999999999999999e",
                            "1x:"}) {
        if (std::string_view{bad} == "i1")
            EXPECT_EQ(read(bad), "more");
        else
            EXPECT_TRUE(read(bad).starts_with("no bencode at byte")) << bad << ": " << read(bad);
    }
}

TEST(Bencode, HasLimits)
{
    EXPECT_EQ(read(std::string(40, 'l')), "a message has more than 32 levels");
    EXPECT_EQ(read("9999999999:"), "a string has 9999999999 bytes; at most 16777216 are taken");
    const BencodeLimits small{.bytes = 8};
    EXPECT_FALSE(read_bencode("li1ei2ei3e", small).ok()) << "not whole and over the limit already";
}

TEST(Bencode, WritesKeysInOrder)
{
    const auto value = data::read_edn("{:status [\"done\"] :id 3 \"a\" (1 2) :ns user :nil nil}");
    ASSERT_TRUE(value.ok());
    EXPECT_EQ(write_bencode(*value), "d1:ali1ei2ee2:idi3e3:nil3:nil2:ns4:user6:statusl4:doneee");
}

}  // namespace
}  // namespace reops::wire

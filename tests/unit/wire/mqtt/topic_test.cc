// SPDX-License-Identifier: Apache-2.0
#include "wire/mqtt/topic.hh"

#include <string>

#include <gtest/gtest.h>

namespace reops::wire::mqtt {

TEST(MqttTopic, TextIsUtf8WithoutNulAndSurrogates)
{
    EXPECT_TRUE(is_mqtt_text(""));
    EXPECT_TRUE(is_mqtt_text("sensors/closet/temperature"));
    EXPECT_TRUE(is_mqtt_text("küche/температура/温度/🌡"));
    EXPECT_TRUE(is_mqtt_text("\x7f\xc2\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf"));
    const std::string bad[] = {
        std::string{"a\0b", 3},
        std::string{"12345678\0", 9},
        std::string{"\0", 1},
        "\x80",
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "abcdefgh\xc3",
        "abcdefgh\xe2\x82",
        "\xf0\x9f\x8c",
        "sensors/\xff/temperature",
    };
    for (const std::string& text : bad)
        EXPECT_FALSE(is_mqtt_text(text)) << text;
}

TEST(MqttTopic, EveryPositionOfAWordIsLookedAt)
{
    for (std::size_t size = 1; size <= 24; ++size)
        for (std::size_t at = 0; at < size; ++at)
            for (const char bad : {'\0', '+', '#', '\xff'}) {
                std::string name(size, 'a');
                EXPECT_TRUE(is_topic_name(name));
                name[at] = bad;
                EXPECT_FALSE(is_topic_name(name)) << size << ' ' << at;
                EXPECT_EQ(is_mqtt_text(name), bad == '+' || bad == '#');
            }
}

TEST(MqttTopic, NamesAreChecked)
{
    EXPECT_TRUE(check_topic_name("a"));
    EXPECT_TRUE(check_topic_name("/"));
    EXPECT_TRUE(check_topic_name("with space/and //empty levels"));
    EXPECT_TRUE(check_topic_name(std::string(65'535, 'a')));
    EXPECT_EQ(check_topic_name("").failure().message, "a topic has at least one character");
    EXPECT_EQ(check_topic_name(std::string(65'536, 'a')).failure().message,
              "a topic is at most 65535 bytes long, this one is 65536");
    EXPECT_EQ(check_topic_name("a/+").failure().message,
              "`a/+` is no topic: `+` and `#` stand only in filters");
    EXPECT_EQ(check_topic_name("\xff").failure().message,
              "a topic is UTF-8 without the NUL character");
}

TEST(MqttTopic, FiltersAreChecked)
{
    for (const char* good :
         {"#", "+", "a/+/b", "a/#", "/+", "+/+", "$SYS/#", "$share/g/a/+", "a//b"})
        EXPECT_TRUE(check_topic_filter(good)) << good;
    for (const char* bad : {"",
                            "a#",
                            "a/b#",
                            "#/a",
                            "a/#/b",
                            "+a",
                            "a+/b",
                            "a/++",
                            "$share/g",
                            "$share//a",
                            "$share/+/a",
                            "$share/g/",
                            "$share/g/a+",
                            "\xff"})
        EXPECT_FALSE(check_topic_filter(bad)) << bad;
    EXPECT_EQ(check_topic_filter("a/#/b").failure().message,
              "`a/#/b` is no topic filter: nothing may follow `#`");
}

TEST(MqttTopic, FiltersMatch)
{
    struct Case {
        const char* filter;
        const char* name;
        bool expected;
    };
    // Section 4.7 of the standard and its neighbours.
    const Case cases[] = {
        {"sport/tennis/player1/#", "sport/tennis/player1", true},
        {"sport/tennis/player1/#", "sport/tennis/player1/ranking", true},
        {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
        {"sport/tennis/player1/#", "sport/tennis/player10", false},
        {"sport/tennis/+", "sport/tennis/player1", true},
        {"sport/tennis/+", "sport/tennis/player1/ranking", false},
        {"sport/+", "sport", false},
        {"sport/+", "sport/", true},
        {"+/+", "/finance", true},
        {"/+", "/finance", true},
        {"+", "/finance", false},
        {"#", "$SYS/monitor/Clients", false},
        {"+/monitor/Clients", "$SYS/monitor/Clients", false},
        {"$SYS/#", "$SYS/monitor/Clients", true},
        {"$SYS/monitor/+", "$SYS/monitor/Clients", true},
        {"#", "a/b/c", true},
        {"a/b", "a/b", true},
        {"a/b", "a/B", false},
        {"a/b", "a/b/", false},
        {"a/b/", "a/b", false},
        {"$share/group/sensors/+", "sensors/a", true},
        {"$share/group/sensors/+", "sensors/a/b", false},
        {"$share/group/#", "$SYS/a", false},
    };
    for (const Case& each : cases)
        EXPECT_EQ(matches(each.filter, each.name), each.expected)
            << each.filter << " and " << each.name;
}

}  // namespace reops::wire::mqtt

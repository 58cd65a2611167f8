// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/mapping.hh"

#include <gtest/gtest.h>

namespace reops::sources::test {

TEST(Mapping, IsByEventUnlessTheConfigurationSaysMore)
{
    const SensorMapping mapping = default_mapping("temperature");
    EXPECT_EQ(mapping.topic, "sensors/+/temperature");
    EXPECT_EQ(match_topic(mapping.topic, "sensors/closet/temperature"), "closet");
    EXPECT_EQ(canonical_event("temperture"), "temperature");
    EXPECT_EQ(canonical_event("temperatur"), "temperatur");
}

TEST(Mapping, KeysAreWhatThePlusesMatch)
{
    struct Case {
        const char* filter;
        const char* topic;
        std::optional<std::string> key;
    };
    const Case cases[] = {
        {"a/+/+/c", "a/1/2/c", "1/2"},
        {"+/b", "a/b", "a"},
        {"a/+", "a", std::nullopt},
        {"a/+", "a/b/c", std::nullopt},
        {"a/+/c", "a//c", ""},
        {"a/b", "a/b", ""},
        {"a/b", "a/c", std::nullopt},
        {"a/#", "a/b/c", "b/c"},
        {"a/+/#", "a/b/c/d", "b"},
        {"#", "a/b", "a/b"},
        {"#", "$SYS/broker", std::nullopt},
        {"+/broker", "$SYS/broker", std::nullopt},
        {"$SYS/+", "$SYS/broker", "broker"},
    };
    for (const Case& each : cases)
        EXPECT_EQ(match_topic(each.filter, each.topic), each.key)
            << each.filter << ' ' << each.topic;
}

}  // namespace reops::sources::test

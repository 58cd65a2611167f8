// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/topic_table.hh"

#include <gtest/gtest.h>

namespace reops::sources::test {

namespace {

SensorMapping mapping(std::string event, std::string topic)
{
    SensorMapping out;
    out.event = std::move(event);
    out.topic = std::move(topic);
    return out;
}

std::vector<std::string> keys(const Topic& topic)
{
    std::vector<std::string> out;
    for (const Stream& each : topic.streams)
        out.push_back(std::to_string(each.mapping) + ' ' + each.key);
    return out;
}

}  // namespace

TEST(TopicTable, FindsEveryMappingOfATopic)
{
    const std::vector<SensorMapping> mappings{mapping("temperature", "sensors/+/temperature"),
                                              mapping("power", "solar/inverter"),
                                              mapping("voltage", "solar/inverter"),
                                              mapping("any", "sensors/#")};
    TopicTable table{mappings, 10};
    EXPECT_EQ(keys(table.at("sensors/closet/temperature")),
              (std::vector<std::string>{"0 closet", "3 closet/temperature"}));
    EXPECT_EQ(keys(table.at("solar/inverter")),
              (std::vector<std::string>{"1 solar/inverter", "2 solar/inverter"}))
        << "a topic without `+` is its own key";
    EXPECT_EQ(keys(table.at("sensors//temperature")),
              (std::vector<std::string>{"0 ", "3 /temperature"}));
    EXPECT_TRUE(table.at("elsewhere").streams.empty());
}

TEST(TopicTable, RemembersThoseUsedLast)
{
    const std::vector<SensorMapping> mappings{mapping("any", "#")};
    TopicTable table{mappings, 2};
    table.at("a").streams[0].is_known = true;
    table.at("b").streams[0].is_known = true;
    EXPECT_TRUE(table.at("a").streams[0].is_known);
    EXPECT_EQ(table.forgotten(), 0U);
    table.at("c");
    EXPECT_EQ(table.forgotten(), 1U);
    EXPECT_EQ(table.topics().size(), 2U);
    EXPECT_TRUE(table.at("a").streams[0].is_known);
    EXPECT_FALSE(table.at("b").streams[0].is_known) << "it was silent longest";
    for (int i = 0; i < 1000; ++i)
        table.at(std::to_string(i));
    EXPECT_EQ(table.topics().size(), 2U);
}

TEST(TopicTable, KeepsWhatIsKnownUnderAMappingThatStays)
{
    std::vector<SensorMapping> mappings{mapping("gone", "#"), mapping("stays", "a/+")};
    TopicTable table{mappings, 10};
    table.at("a/b").streams[1].is_known = true;
    table.at("c");
    mappings = {mapping("new", "+/b"), mapping("stays", "a/+")};
    table.remap({std::nullopt, 1});
    const std::vector<Stream>& streams = table.at("a/b").streams;
    ASSERT_EQ(streams.size(), 2U);
    EXPECT_FALSE(streams[0].is_known);
    EXPECT_TRUE(streams[1].is_known);
    EXPECT_EQ(streams[1].mapping, 1U);
    EXPECT_EQ(streams[1].key, "b");
    EXPECT_TRUE(table.at("c").streams.empty());
}

TEST(StepJudge, LetsOneWildReadingPassAloneAndATrueChangeInAtItsSecond)
{
    StepJudge judge;
    EXPECT_TRUE(judge.is_plausible(20, 10)) << "nothing to compare with";
    EXPECT_TRUE(judge.is_plausible(30, 10));
    EXPECT_FALSE(judge.is_plausible(85, 10));
    EXPECT_TRUE(judge.is_plausible(31, 10)) << "near the last plausible one";
    EXPECT_FALSE(judge.is_plausible(60, 10));
    EXPECT_TRUE(judge.is_plausible(61, 10)) << "near the one before: it is a new level";
    EXPECT_FALSE(judge.is_plausible(31, 10));
}

}  // namespace reops::sources::test

// SPDX-License-Identifier: Apache-2.0
// The sensor source with a real broker, in both versions: nothing is lost, nothing strange gets
// through, and what was missed is not acted upon.
#include "data/print.hh"
#include "io/system_clock.hh"
#include "io/system_random.hh"
#include "mqtt/reops_properties.hh"
#include "runtime/runtime.hh"
#include "sources/sensor/sensor_source.hh"
#include "tests/live/mqtt/live_broker.hh"
#include "tests/support/recorded_intake.hh"
#include "tests/support/recorded_log.hh"

#include <csignal>
#include <fstream>

namespace reops::sources::test {

using mqtt::Protocol;

class Sensor : public testing::TestWithParam<Protocol> {
protected:
    void SetUp() override
    {
        if (!mqtt::test::is_mosquitto_installed())
            GTEST_SKIP() << "mosquitto is not installed; try: apt-get install mosquitto";
        options.broker = broker.address();
        options.client_id = "reops-0123abcd";
        options.protocol = GetParam();
        options.mappings = {default_mapping("temperature")};
        options.down_before_start = Duration::zero();
        options.after_gap = {.quiet = milliseconds(300), .longest = seconds(5)};
        options.first_retry = milliseconds(20);
        options.longest_retry = milliseconds(100);
        broker.start();
    }
    void start()
    {
        source = std::make_unique<SensorSource>(loop, clock, random, log, intake, options);
        restart();
    }
    void restart()
    {
        bool is_armed = false;
        source->on_armed([&] { is_armed = true; });
        ASSERT_TRUE(source->start().ok());
        ASSERT_TRUE(until([&] { return is_armed; }));
    }
    void stop()
    {
        bool has_stopped = false;
        source->stop([&] { has_stopped = true; });
        ASSERT_TRUE(until([&] { return has_stopped; }));
    }
    testing::AssertionResult until(const std::function<bool()>& done)
    {
        if (loop.run_until(done, seconds(15)))
            return testing::AssertionSuccess();
        return testing::AssertionFailure() << "it did not happen within 15 s; " << offered();
    }
    testing::AssertionResult events(std::size_t count)
    {
        return until([&] { return intake.events.size() >= count; });
    }
    void publish(const std::string& place, const std::string& payload, bool retain = false)
    {
        std::vector<std::string> arguments{
            "-q", "1", "-t", "sensors/" + place + "/temperature", "-m", payload};
        if (retain)
            arguments.push_back("-r");
        broker.publish(arguments);
    }
    void publish_file(const std::string& content)
    {
        const std::string file = broker.folder() + "/payload";
        std::ofstream{file} << content;
        broker.publish({"-q", "1", "-t", "sensors/closet/temperature", "-f", file});
    }
    std::string offered() const
    {
        std::string out;
        for (const engine::Event& each : intake.events)
            out += (out.empty() ? "" : ", ") + each.key + ' ' + data::print(each.value) + ' ' +
                   std::string{to_string(each.arrival)};
        return out;
    }
    std::size_t acknowledged() const
    {
        const std::string wanted = "PUBACK from reops-0123abcd";
        std::size_t count = 0;
        for (std::size_t at = 0; (at = broker.log().find(wanted, at)) != std::string::npos; ++at)
            ++count;
        return count;
    }

    io::EventLoop loop;
    mqtt::test::LiveBroker broker{loop};
    io::SystemClock clock;
    io::SystemRandom random;
    reops::test::RecordedLog log;
    reops::test::RecordedIntake intake;
    SensorOptions options;
    std::unique_ptr<SensorSource> source;
};

TEST_P(Sensor, ReadingsAreInTheJournalBeforeTheBrokerHearsOfIt)
{
    const reops::test::TempDir state;
    auto runtime = runtime::Runtime::open(loop, clock, log, {.state = state.path().string()});
    ASSERT_TRUE(runtime.ok()) << runtime.failure().message;
    source = std::make_unique<SensorSource>(loop, clock, random, log, **runtime, options);
    ASSERT_TRUE(source->start().ok());
    ASSERT_TRUE(until([&] { return broker.log().find("Sending SUBACK") != std::string::npos; }));
    publish("closet", "71.4");
    EXPECT_FALSE(loop.run_until([&] { return acknowledged() > 0; }, milliseconds(100)))
        << "the runtime has not started";
    ASSERT_TRUE((*runtime)->start(std::make_shared<hosts::Inventory>()).ok());
    ASSERT_TRUE(until([&] { return acknowledged() == 1; }));
    std::string found;
    ASSERT_TRUE((*runtime)
                    ->read_entries(engine::Position{1},
                                   [&](engine::FrameItem& item) {
                                       if (const auto* event =
                                               std::get_if<engine::Event>(&item.entry.body))
                                           found += event->name + ' ' + event->key + ' ' +
                                                    data::print(event->value);
                                       return true;
                                   })
                    .ok());
    EXPECT_EQ(found, "temperature closet 71.4");
    EXPECT_EQ(source->counts().committed, 1U);
    source.reset();
}

TEST_P(Sensor, WhatWasNotCommittedComesAgain)
{
    start();
    publish("closet", "1");
    publish("closet", "2");
    ASSERT_TRUE(events(2));
    source.reset();  // as after kill -9: no DISCONNECT, no acknowledgement
    EXPECT_EQ(acknowledged(), 0U);
    intake.events.clear();
    intake.waiting.clear();
    start();
    ASSERT_TRUE(events(2));
    EXPECT_EQ(offered(), "closet 1 live, closet 2 live");
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 2; }));
    source.reset();
    intake.events.clear();
    start();
    publish("closet", "3");
    ASSERT_TRUE(events(1));
    EXPECT_EQ(offered(), "closet 3 live") << "committed is committed";
}

TEST_P(Sensor, TheBrokersMemoryIsMarked)
{
    publish("closet", "71", true);
    start();
    ASSERT_TRUE(events(1));
    publish("closet", "72", true);
    ASSERT_TRUE(events(2));
    EXPECT_EQ(offered(), "closet 71 retained, closet 72 live");
}

TEST_P(Sensor, ABurstAfterAnOutageIsReducedToTheNewestOfEachKey)
{
    options.max_gap = milliseconds(1);
    start();
    stop();
    for (int i = 1; i <= 4; ++i)
        publish("closet", std::to_string(70 + i));
    publish("attic", "20");
    restart();
    ASSERT_TRUE(events(5));
    EXPECT_EQ(offered(),
              "closet 71 superseded, closet 72 superseded, closet 73 superseded, closet 74 "
              "superseded, attic 20 superseded");
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 5; })) << "at once";
    intake.events.clear();
    ASSERT_TRUE(events(2));
    EXPECT_EQ(offered(), "attic 20 live, closet 74 live");
    intake.events.clear();
    publish("closet", "75");
    ASSERT_TRUE(events(1));
    EXPECT_EQ(offered(), "closet 75 live");
}

TEST_P(Sensor, ABrokerThatWasRestartedIsFoundAgain)
{
    options.alert_after = milliseconds(200);
    start();
    broker.end(SIGKILL);
    ASSERT_TRUE(until([&] { return intake.troubles.size() == 1; }));
    EXPECT_TRUE(intake.troubles[0].starts_with("source-down:mqtt: ")) << intake.troubles[0];
    broker.start();
    ASSERT_TRUE(until([&] { return intake.troubles.size() == 2; }));
    EXPECT_TRUE(intake.troubles[1].starts_with("over source-down:mqtt")) << intake.troubles[1];
    ASSERT_TRUE(until([&] { return broker.log().find("Sending SUBACK") != std::string::npos; }));
    publish("closet", "71");
    ASSERT_TRUE(events(1));
    EXPECT_EQ(offered(), "closet 71 live");
}

TEST_P(Sensor, StrangePayloadsAreCountedAndTheNextReadingComes)
{
    start();
    publish_file(std::string(10 * largest_payload, '7'));
    publish_file("71\xb0\xff");
    publish_file("NaN");
    publish_file(std::string(500'000, '['));
    publish_file(R"({"temperature": )" + std::string(100, '[') + "1" + std::string(100, ']') + "}");
    publish("", "71");
    publish("closet", "71.4");
    ASSERT_TRUE(events(1));
    EXPECT_EQ(offered(), "closet 71.4 live");
    const MappingCounts counts = source->counts().mappings[0];
    const auto of = [&](PayloadFault fault) {
        return counts.faults[static_cast<std::size_t>(fault)];
    };
    EXPECT_EQ(of(PayloadFault::oversize), 1U);
    EXPECT_EQ(of(PayloadFault::not_utf8), 1U);
    EXPECT_EQ(of(PayloadFault::not_finite), 1U);
    EXPECT_EQ(of(PayloadFault::too_deep), 2U);
    EXPECT_EQ(counts.without_key, 1U);
    EXPECT_EQ(counts.undecodable(), 5U);
    EXPECT_TRUE(log.contains("the payload is larger than 1 MiB, 10485760 bytes"));
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 7; }));
    EXPECT_EQ(source->client().connections(), 1U);
}

TEST_P(Sensor, WhatAFlowPublishesSaysSoIn5)
{
    start();
    const mqtt::UserProperty properties[] = {{mqtt::flow_property, "closet-heat"},
                                             {mqtt::depth_property, "2"}};
    ASSERT_TRUE(source->client()
                    .publish({.topic = "sensors/closet/temperature",
                              .payload = "71",
                              .user_properties = properties})
                    .ok());
    ASSERT_TRUE(events(1));
    const bool is_known = GetParam() == Protocol::v5;
    EXPECT_EQ(intake.events[0].depth, is_known ? 2U : 0U);
    EXPECT_EQ(intake.events[0].caused_by, is_known ? "closet-heat" : "");
}

INSTANTIATE_TEST_SUITE_P(Both,
                         Sensor,
                         testing::Values(Protocol::v311, Protocol::v5),
                         [](const testing::TestParamInfo<Protocol>& which) {
                             return which.param == Protocol::v311 ? "v311" : "v5";
                         });

}  // namespace reops::sources::test

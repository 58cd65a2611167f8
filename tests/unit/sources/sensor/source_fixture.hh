// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A sensor source between a broker that the test plays and an intake that commits when the
/// test says so.

#include "data/map.hh"
#include "data/print.hh"
#include "io/system_clock.hh"
#include "io/system_random.hh"
#include "sources/sensor/sensor_source.hh"
#include "tests/support/fake_broker.hh"
#include "tests/support/recorded_intake.hh"
#include "tests/support/recorded_log.hh"

namespace reops::sources::test {

namespace wm = wire::mqtt;

class SourceTest : public testing::Test {
protected:
    SourceTest()
    {
        options.broker.endpoint = broker.endpoint();
        options.client_id = "reops-0123abcd";
        options.mappings = {default_mapping("temperature")};
        options.after_gap = {.quiet = milliseconds(100), .longest = seconds(10)};
        options.first_retry = milliseconds(2);
        options.longest_retry = milliseconds(8);
    }
    void start()
    {
        source = std::make_unique<SensorSource>(loop, clock, random, log, intake, options);
        source->on_armed([this] { ++armed; });
        ASSERT_TRUE(source->start().ok());
        ASSERT_TRUE(until([&] { return armed == 1; }));
    }
    void reconnect()
    {
        broker.drop(broker.last());
        ASSERT_TRUE(until([&] { return !source->is_connected(); }));
        ASSERT_TRUE(until([&] { return source->is_connected(); }));
    }
    testing::AssertionResult until(const std::function<bool()>& done)
    {
        if (loop.run_until(done, seconds(10)))
            return testing::AssertionSuccess();
        return testing::AssertionFailure() << "it did not happen within 10 s";
    }
    /// QoS 1, numbered from 1 on, unless an identifier of 0 asks for QoS 0.
    void send(std::string_view topic, std::string_view payload)
    {
        ++sent;
        broker.say(broker.last(),
                   wm::Publish{.topic = topic,
                               .payload = payload,
                               .packet_id = sent,
                               .qos = wm::Qos::at_least_once});
    }
    void send_once(std::string_view topic, std::string_view payload, bool retain = false)
    {
        broker.say(broker.last(),
                   wm::Publish{.topic = topic, .payload = payload, .retain = retain});
    }
    void temperature(std::string_view payload) { send("sensors/closet/temperature", payload); }
    testing::AssertionResult received(std::uint64_t messages)
    {
        return until([&] { return source->counts().received >= messages; });
    }
    /// "closet 71.4 live, attic 3 retained".
    std::string offered() const
    {
        std::string out;
        for (const engine::Event& each : intake.events)
            out += (out.empty() ? "" : ", ") + each.key + ' ' + data::print(each.value) + ' ' +
                   std::string{to_string(each.arrival)};
        return out;
    }
    std::size_t acknowledged()
    {
        std::size_t count = 0;
        const std::string& seen = broker.last().seen;
        for (std::size_t at = 0; (at = seen.find("PUBACK", at)) != std::string::npos; ++at)
            ++count;
        return count;
    }
    const MappingCounts& counted() { return (last_counts = source->counts()).mappings[0]; }

    io::EventLoop loop;
    mqtt::test::FakeBroker broker{loop};
    io::SystemClock clock;
    io::SystemRandom random;
    reops::test::RecordedLog log;
    reops::test::RecordedIntake intake;
    SensorOptions options;
    std::unique_ptr<SensorSource> source;
    SensorCounts last_counts;
    std::uint16_t sent = 0;
    int armed = 0;
};

}  // namespace reops::sources::test

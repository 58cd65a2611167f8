// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The fixture of the live MQTT tests: a loop, a real broker, our client and what it was
/// told.

#include "io/system_clock.hh"
#include "io/system_random.hh"
#include "mqtt/client.hh"
#include "tests/live/mqtt/live_broker.hh"
#include "tests/support/recorded_log.hh"

#include <csignal>

namespace reops::mqtt::test {

class Application final : public ClientHandler {
public:
    struct Kept {
        std::string topic;
        std::string payload;
        std::string depth;
        Token token;
        Qos qos;
        bool retain;
        bool duplicate;
        bool is_oversize;
        std::size_t size;
    };

    void on_messages(std::span<const Message> batch) override
    {
        for (const Message& each : batch)
            seen.push_back({std::string{each.topic},
                            std::string{each.payload},
                            std::string{each.user_property("reops-depth").value_or("-")},
                            each.token,
                            each.qos,
                            each.retain,
                            each.duplicate,
                            each.is_oversize,
                            each.size});
    }
    void on_connected(bool session_present) override { present.push_back(session_present); }
    void on_subscribed(std::span<const SubscribeResult> results) override
    {
        ++subscribed;
        answers.clear();
        for (const SubscribeResult& each : results)
            answers.push_back(each.reason);
    }
    void on_disconnected(const Failure& why, bool was_connected, Duration) override
    {
        (was_connected ? lost : failed).push_back(why);
    }
    void on_taken_over() override { ++taken_over; }

    /// The payloads so far: "1 2 3 ".
    std::string payloads() const
    {
        std::string out;
        for (const Kept& each : seen)
            out += each.payload + ' ';
        return out;
    }

    std::vector<Kept> seen;
    std::vector<bool> present;
    int subscribed = 0;
    std::vector<std::uint8_t> answers;
    std::vector<Failure> lost;
    std::vector<Failure> failed;
    int taken_over = 0;
};

/// Each test runs in both versions.
class LiveMqtt : public testing::TestWithParam<Protocol> {
protected:
    void SetUp() override
    {
        if (!is_mosquitto_installed())
            GTEST_SKIP() << "mosquitto is not installed; try: apt-get install mosquitto";
    }
    ClientOptions options() const
    {
        ClientOptions out;
        out.broker = broker.address();
        out.session.client_id = "reops-0123abcd";
        out.session.protocol = GetParam();
        out.first_retry = milliseconds(20);
        out.longest_retry = milliseconds(100);
        return out;
    }
    void connect(ClientOptions with)
    {
        client = std::make_unique<Client>(loop, clock, random, log, std::move(with), app);
        ASSERT_TRUE(client->set_subscriptions({{"t/#", Qos::exactly_once}}).ok());
        const int before = app.subscribed;
        client->start();
        ASSERT_TRUE(until([&] { return app.subscribed > before || !app.failed.empty(); }));
        ASSERT_TRUE(app.failed.empty()) << app.failed[0].message;
    }
    testing::AssertionResult until(const std::function<bool()>& done)
    {
        if (loop.run_until(done, seconds(15)))
            return testing::AssertionSuccess();
        return testing::AssertionFailure() << "it did not happen within 15 s";
    }
    PublishDone note(const std::string& name)
    {
        return [this, name](const Result<void>& outcome) {
            outcomes.push_back(name + ' ' + (outcome ? "ok" : outcome.failure().message));
        };
    }
    /// Everything that the broker sends us before this has arrived when it returns.
    void round_trip()
    {
        const std::size_t before = app.seen.size();
        ASSERT_TRUE(client->publish({.topic = "t/round-trip", .payload = "round-trip"}).ok());
        ASSERT_TRUE(until([&] {
            for (std::size_t i = before; i < app.seen.size(); ++i)
                if (app.seen[i].payload == "round-trip") {
                    app.seen.erase(app.seen.begin() + static_cast<std::ptrdiff_t>(i));
                    return true;
                }
            return false;
        }));
    }
    std::string version_flag() const
    {
        return GetParam() == Protocol::v311 ? "mqttv311" : "mqttv5";
    }
    /// Starts mosquitto_sub, which prints so many messages under `out/` into `printed` and ends.
    /// Returns when the broker has accepted its subscription.
    void listen(int count, const std::string& format)
    {
        io::SpawnOptions spawn;
        spawn.argv = broker.command("mosquitto_sub", {"-V", version_flag(), "-i", "listener"});
        const std::vector<std::string> what{
            "-t", "out/#", "-q", "2", "-C", std::to_string(count), "-F", format};
        spawn.argv.insert(spawn.argv.end(), what.begin(), what.end());
        auto spawned = io::spawn(loop, spawn);
        ASSERT_TRUE(spawned.ok());
        listener = std::move(*spawned);
        listener->start([this](std::string_view bytes) { printed += bytes; },
                        {},
                        [this](io::ExitStatus) { has_listened = true; });
        ASSERT_TRUE(until(
            [&] { return broker.log().find("Sending SUBACK to listener") != std::string::npos; }));
    }

    io::EventLoop loop;
    LiveBroker broker{loop};
    io::SystemClock clock;
    io::SystemRandom random;
    reops::test::RecordedLog log;
    Application app;
    std::unique_ptr<Client> client;
    std::vector<std::string> outcomes;
    std::unique_ptr<io::Subprocess> listener;
    std::string printed;
    bool has_listened = false;
};

inline std::string protocol_name(const testing::TestParamInfo<Protocol>& which)
{
    return which.param == Protocol::v311 ? "v311" : "v5";
}

}  // namespace reops::mqtt::test

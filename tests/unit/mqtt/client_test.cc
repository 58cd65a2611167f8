// SPDX-License-Identifier: Apache-2.0
// The client on a real loop against a broker on a unix socket: connecting, coming back, stopping.
#include "mqtt/client.hh"

#include "io/system_clock.hh"
#include "tests/support/fake_broker.hh"
#include "tests/support/recorded_log.hh"
#include "tests/unit/mqtt/session_fixture.hh"

namespace reops::mqtt::test {

namespace {

class Application final : public ClientHandler {
public:
    void on_messages(std::span<const Message> batch) override
    {
        for (const Message& each : batch)
            payloads += std::string{each.payload} + ' ';
        newest = batch.back().token;
        if (during)
            during();
    }
    void on_connected(bool) override { ++connected; }
    void on_subscribed(std::span<const SubscribeResult> results) override
    {
        subscribed += results.size();
    }
    void on_disconnected(const Failure& why, bool was_connected, Duration retry_in) override
    {
        (was_connected ? lost : failed).push_back(why);
        waits.push_back(retry_in);
        if (when_lost)
            when_lost();
    }
    void on_taken_over() override { ++taken_over; }

    std::string payloads;
    Token newest;
    int connected = 0;
    std::size_t subscribed = 0;
    std::vector<Failure> lost;
    std::vector<Failure> failed;
    std::vector<Duration> waits;
    int taken_over = 0;
    std::function<void()> during;
    std::function<void()> when_lost;
};

class ClientTest : public testing::Test {
protected:
    void SetUp() override { make({}); }
    void make(SessionOptions session)
    {
        ClientOptions options;
        options.broker.endpoint = broker.endpoint();
        options.session = std::move(session);
        options.session.client_id = "reops-0123abcd";
        options.first_retry = milliseconds(2);
        options.longest_retry = milliseconds(8);
        client = std::make_unique<Client>(loop, clock, random, log, options, app);
    }
    testing::AssertionResult until(const std::function<bool()>& done)
    {
        if (loop.run_until(done, seconds(10)))
            return testing::AssertionSuccess();
        return testing::AssertionFailure() << "it did not happen within 10 s";
    }
    void connect()
    {
        ASSERT_TRUE(client->set_subscriptions({{"#", Qos::at_least_once}}).ok());
        client->start();
        ASSERT_TRUE(until([&] { return app.subscribed > 0; }));
    }

    io::EventLoop loop;
    FakeBroker broker{loop};
    io::SystemClock clock;
    CountingRandom random;
    reops::test::RecordedLog log;
    Application app;
    std::unique_ptr<Client> client;
    std::vector<std::string> outcomes;
    PublishDone note(const std::string& name)
    {
        return [this, name](const Result<void>& outcome) {
            outcomes.push_back(name + ' ' +
                               (outcome ? "ok" : std::string{to_string(outcome.failure().code)}));
        };
    }
};

}  // namespace

TEST_F(ClientTest, ConnectsSubscribesAndReceives)
{
    connect();
    EXPECT_EQ(broker.last().seen, "CONNECT SUBSCRIBE");
    broker.publish("1");
    broker.publish("2", Qos::at_least_once, 7);
    ASSERT_TRUE(until([&] { return app.payloads == "1 2 "; }));
    EXPECT_EQ(broker.last().seen, "CONNECT SUBSCRIBE") << "not acknowledged before commit";
    client->acknowledge(app.newest);
    ASSERT_TRUE(until([&] { return broker.last().seen == "CONNECT SUBSCRIBE PUBACK"; }));
    EXPECT_TRUE(log.contains("connected to unix:"));
}

TEST_F(ClientTest, AcknowledgementsAndPublicationsOfABatchLeaveInOneWrite)
{
    connect();
    for (std::uint16_t id = 1; id <= 3; ++id)
        broker.publish("x", Qos::at_least_once, id);
    ASSERT_TRUE(until([&] { return app.payloads == "x x x "; }));
    const std::string seen_before = broker.last().seen;
    client->acknowledge(app.newest);
    ASSERT_TRUE(client->publish({.topic = "a", .payload = "1"}, note("a")).ok());
    ASSERT_TRUE(client->publish({.topic = "b", .payload = "2"}, note("b")).ok());
    EXPECT_EQ(client->session().output().size(), 3 * 4 + 2 * 7U) << "all of it waits for one write";
    client->flush();
    EXPECT_TRUE(client->session().output().empty());
    ASSERT_TRUE(until([&] { return outcomes.size() == 2; }))
        << "done once the system has the bytes";
    ASSERT_TRUE(until([&] {
        return broker.last().seen == seen_before + " PUBACK PUBACK PUBACK PUBLISH PUBLISH";
    }));
}

TEST_F(ClientTest, ComesBackAfterTheBrokerWasGone)
{
    connect();
    broker.die();
    ASSERT_TRUE(until([&] { return app.failed.size() >= 4; }));
    EXPECT_EQ(app.lost.size(), 1U);
    EXPECT_EQ(app.lost[0].code, Code::cancelled);
    EXPECT_LE(log.count("trying again in"), 2U) << "the same failure is logged once";
    for (const Duration wait : app.waits)
        EXPECT_LE(wait, Duration{milliseconds(8)}) << "the pause is capped";
    broker.session_present = true;
    broker.listen();
    const std::size_t before = app.subscribed;
    ASSERT_TRUE(until([&] { return app.subscribed > before; })) << "subscribes again";
    EXPECT_EQ(app.taken_over, 0);
    EXPECT_EQ(client->connections(), 2U);
}

TEST_F(ClientTest, WhatWaitsIsSentOnTheNextConnection)
{
    ASSERT_TRUE(client->publish({.topic = "a", .qos = Qos::at_least_once}, note("a")).ok());
    broker.on_packet = [&](FakeBroker::Connection& from, const wm::Frame& frame) {
        if (frame.type() == wm::PacketType::publish)
            broker.say(
                from,
                wm::Acknowledgement{.packet_id = decode_publish(frame, from.version)->packet_id});
    };
    client->start();
    ASSERT_TRUE(until([&] { return outcomes == std::vector<std::string>{"a ok"}; }));
}

TEST_F(ClientTest, DeadlinesPassWithoutAConnectionToo)
{
    broker.die();
    client->start();
    ASSERT_TRUE(
        client->publish({.topic = "a", .deadline = clock.since_boot() + milliseconds(5)}, note("a"))
            .ok());
    ASSERT_TRUE(until([&] { return outcomes == std::vector<std::string>{"a timeout"}; }));
}

TEST_F(ClientTest, FallsBackAtOnce)
{
    broker.knows_version_5 = false;
    connect();
    EXPECT_EQ(client->session().version(), Version::v311);
    ASSERT_EQ(app.failed.size(), 1U);
    EXPECT_EQ(app.failed[0].code, Code::unsupported);
    EXPECT_EQ(app.waits[0], Duration::zero());
}

TEST_F(ClientTest, ASilentBrokerIsGivenUp)
{
    SessionOptions session;
    session.answer_deadline = milliseconds(10);
    make(session);
    broker.answers_connect = false;
    client->start();
    ASSERT_TRUE(until([&] { return app.failed.size() == 2; }));
    EXPECT_EQ(app.failed[1].code, Code::timeout);
    broker.answers_connect = true;
    ASSERT_TRUE(until([&] { return app.connected == 1; }));
}

TEST_F(ClientTest, ABrokerThatAnswersNoPingIsLeft)
{
    SessionOptions session;
    session.answer_deadline = milliseconds(20);
    session.keep_alive = seconds(1);
    make(session);
    broker.answers_pings = false;
    connect();
    ASSERT_TRUE(until([&] { return app.lost.size() == 1; }));
    EXPECT_NE(app.lost[0].message.find("did not answer a ping"), std::string::npos);
    EXPECT_EQ(broker.probes, 0U) << "our own giving up is no theft";
}

TEST_F(ClientTest, StolenTwiceInAMinuteStopsComingBack)
{
    connect();
    broker.drop(broker.last());
    ASSERT_TRUE(until([&] { return app.connected == 2; })) << "once may be anything";
    EXPECT_EQ(app.taken_over, 0);
    broker.drop(broker.last());
    ASSERT_TRUE(until([&] { return app.taken_over == 1; }));
    EXPECT_EQ(client->state(), Client::State::taken_over);
    EXPECT_TRUE(log.contains("another client uses the identifier `reops-0123abcd`"));
    EXPECT_EQ(broker.probes, 2U);
    client->start();
    ASSERT_TRUE(until([&] { return app.connected == 3; })) << "a person may insist";
}

TEST_F(ClientTest, TheBrokersWordForTheftNeedsNoProbe)
{
    connect();
    for (int i = 0; i < 2; ++i) {
        broker.say(broker.last(), wm::Disconnect{.reason = 0x8e});
        ASSERT_TRUE(until([&] { return app.connected == 2 || app.taken_over == 1; }));
    }
    ASSERT_TRUE(until([&] { return app.taken_over == 1; }));
    EXPECT_EQ(broker.probes, 0U);
}

TEST_F(ClientTest, ABrokerThatRestartsOftenIsNoThief)
{
    connect();
    for (int i = 0; i < 4; ++i) {
        broker.die();
        ASSERT_TRUE(until([&] { return app.lost.size() == static_cast<std::size_t>(i) + 1; }));
        const std::size_t failed = app.failed.size();
        ASSERT_TRUE(until([&] { return app.failed.size() > failed; }));
        broker.listen();
        ASSERT_TRUE(until([&] { return client->is_connected(); }));
    }
    EXPECT_EQ(app.taken_over, 0);
}

TEST_F(ClientTest, PausedReadingLosesNothing)
{
    connect();
    broker.publish("1");
    ASSERT_TRUE(until([&] { return app.payloads == "1 "; }));
    client->pause_reading(true);
    broker.publish("2");
    broker.last().stream->flush();
    EXPECT_FALSE(loop.run_until([&] { return app.payloads != "1 "; }, milliseconds(20)));
    client->pause_reading(false);
    ASSERT_TRUE(until([&] { return app.payloads == "1 2 "; }));
}

TEST_F(ClientTest, APauseOutlivesTheConnection)
{
    connect();
    client->pause_reading(true);
    client->stop({});
    client->start();
    ASSERT_TRUE(until([&] { return app.connected == 2; }));
    ASSERT_TRUE(until([&] { return broker.last().seen == "CONNECT SUBSCRIBE"; }));
    broker.publish("1");
    broker.last().stream->flush();
    EXPECT_FALSE(loop.run_until([&] { return !app.payloads.empty(); }, milliseconds(20)));
    client->pause_reading(false);
    ASSERT_TRUE(until([&] { return app.payloads == "1 "; }));
}

TEST_F(ClientTest, StopsCleanlyEvenFromWithin)
{
    connect();
    ASSERT_TRUE(client->publish({.topic = "a", .qos = Qos::at_least_once}, note("a")).ok());
    bool is_stopped = false;
    app.during = [&] { client->stop([&] { is_stopped = true; }); };
    broker.publish("1");
    ASSERT_TRUE(until([&] { return is_stopped; }));
    EXPECT_EQ(client->state(), Client::State::stopped);
    ASSERT_TRUE(until([&] { return !broker.last().is_open; }));
    EXPECT_EQ(broker.last().seen, "CONNECT SUBSCRIBE PUBLISH DISCONNECT");
    EXPECT_EQ(outcomes, std::vector<std::string>{"a cancelled"});
    EXPECT_TRUE(app.lost.empty()) << "we know that we stopped";
}

TEST_F(ClientTest, StoppingWhileWaitingIsCleanToo)
{
    broker.die();
    bool is_stopped = false;
    app.when_lost = [&] { client->stop([&] { is_stopped = true; }); };
    client->start();
    ASSERT_TRUE(until([&] { return is_stopped; }));
    EXPECT_EQ(client->state(), Client::State::stopped);
    app.when_lost = nullptr;
    broker.listen();
    client->start();
    ASSERT_TRUE(until([&] { return app.connected == 1; }));
}

TEST_F(ClientTest, ADestroyedClientCallsNobody)
{
    connect();
    client->acknowledge(app.newest);
    ASSERT_TRUE(client->publish({.topic = "a"}, note("a")).ok());
    client.reset();
    ASSERT_TRUE(until([&] { return !broker.last().is_open; }));
    EXPECT_TRUE(app.lost.empty());
    EXPECT_TRUE(outcomes.empty());
}

TEST_F(ClientTest, RetryNowEndsAPause)
{
    ClientOptions options;
    options.broker.endpoint = broker.endpoint();
    options.first_retry = options.longest_retry = hours(1);
    client = std::make_unique<Client>(loop, clock, random, log, options, app);
    broker.die();
    client->start();
    ASSERT_TRUE(until([&] { return app.failed.size() == 1; }));
    broker.listen();
    client->retry_now();
    ASSERT_TRUE(until([&] { return app.connected == 1; }));
}

TEST_F(ClientTest, ABurstLargerThanTheSocketsBuffersArrivesWhole)
{
    std::size_t bytes = 0;
    broker.on_packet = [&](FakeBroker::Connection&, const wm::Frame& frame) {
        if (frame.type() == wm::PacketType::publish)
            bytes += decode_publish(frame, Version::v5)->payload.size();
    };
    connect();
    const std::string payload(100'000, 'x');
    for (int i = 0; i < 150; ++i)
        ASSERT_TRUE(client->publish({.topic = "a", .payload = payload}, note("a")).ok()) << i;
    ASSERT_TRUE(until([&] { return outcomes.size() == 150 && bytes == 15'000'000; }));
    for (const std::string& each : outcomes)
        EXPECT_EQ(each, "a ok");
}

}  // namespace reops::mqtt::test

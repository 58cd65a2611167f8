// SPDX-License-Identifier: Apache-2.0
// `publish` through the real client, against a broker on a unix socket that does what a test says.
#include "sinks/publish/publish_performer.hh"

#include "data/map.hh"
#include "io/system_clock.hh"
#include "io/system_random.hh"
#include "mqtt/reops_properties.hh"
#include "tests/support/fake_broker.hh"
#include "tests/support/recorded_log.hh"
#include "wire/mqtt/reason.hh"

namespace reops::sinks {
namespace {

namespace wm = wire::mqtt;
using data::Value;
using engine::Outcome;
using engine::Status;

class Application final : public mqtt::ClientHandler {
public:
    void on_messages(std::span<const mqtt::Message>) override {}
    void on_connected(bool) override { is_connected = true; }
    void on_subscribed(std::span<const mqtt::SubscribeResult>) override {}
    void on_disconnected(const Failure&, bool, Duration) override { is_connected = false; }
    void on_taken_over() override {}

    bool is_connected = false;
};

class PublishPerformerTest : public testing::Test {
protected:
    PublishPerformerTest()
    {
        broker.on_packet = [this](auto& from, const wm::Frame& frame) {
            if (frame.type() == wm::PacketType::publish)
                take(from, frame);
        };
    }
    void make(mqtt::Outbound::Limits limits = {})
    {
        mqtt::ClientOptions options;
        options.broker.endpoint = broker.endpoint();
        options.session.client_id = "reops-0123abcd";
        options.session.outbound = limits;
        options.first_retry = milliseconds(2);
        client = std::make_unique<mqtt::Client>(loop, clock, random, log, options, app);
        performer = std::make_unique<PublishPerformer>(clock, *client);
    }
    void connect()
    {
        client->start();
        ASSERT_TRUE(until([&] { return app.is_connected; }));
    }
    void take(mqtt::test::FakeBroker::Connection& from, const wm::Frame& frame)
    {
        const auto packet = decode_publish(frame, from.version);
        ASSERT_TRUE(packet.ok());
        std::string seen = std::string{packet->topic} + ' ' + std::string{packet->payload};
        for (const std::string_view name :
             {mqtt::run_property, mqtt::flow_property, mqtt::depth_property})
            seen +=
                ' ' + std::string{wm::find_user_property(packet->properties, name).value_or("-")};
        messages.push_back(seen + (packet->retain ? " retained" : ""));
        if (packet->qos == wm::Qos::at_least_once && answers)
            broker.say(from,
                       wm::Acknowledgement{.type = wm::PacketType::puback,
                                           .packet_id = packet->packet_id,
                                           .reason = refusal});
    }
    engine::Effect effect(std::string_view payload, int qos, Duration limit = seconds(10))
    {
        engine::Effect made;
        made.id = engine::EffectId{++last_id};
        made.kind = "publish";
        made.limit = limit;
        made.args = data::make_map({{Value::keyword("topic"), Value::string("out/alarm")},
                                    {Value::keyword("payload"), Value::string(payload)},
                                    {Value::keyword("qos"), Value::integer(qos)},
                                    {Value::keyword("retain"), Value::boolean(false)},
                                    {Value::keyword("run"), Value::string("r-12")},
                                    {Value::keyword("flow"), Value::string("closet-heat")},
                                    {Value::keyword("depth"), Value::integer(3)}});
        return made;
    }
    void set_argument(engine::Effect& made, std::string_view name, Value value)
    {
        made.args = made.args.as_map().assoc(Value::keyword(name), std::move(value));
    }
    void perform(const engine::Effect& what)
    {
        performer->perform(what,
                           [this](Outcome outcome) { outcomes.push_back(std::move(outcome)); });
    }
    Outcome run(const engine::Effect& what)
    {
        const std::size_t before = outcomes.size();
        perform(what);
        EXPECT_TRUE(until([&] { return outcomes.size() > before; }));
        return outcomes.size() > before ? outcomes.back() : Outcome{.message = "none"};
    }
    testing::AssertionResult until(const std::function<bool()>& done)
    {
        if (loop.run_until(done, seconds(10)))
            return testing::AssertionSuccess();
        return testing::AssertionFailure() << "it did not happen within 10 s";
    }

    io::EventLoop loop;
    mqtt::test::FakeBroker broker{loop};
    io::SystemClock clock;
    io::SystemRandom random;
    reops::test::RecordedLog log;
    Application app;
    std::unique_ptr<mqtt::Client> client;
    std::unique_ptr<PublishPerformer> performer;
    std::vector<Outcome> outcomes;
    std::vector<std::string> messages;  ///< what the broker got
    bool answers = true;
    std::uint8_t refusal = 0;
    std::uint64_t last_id = 0;
};

TEST_F(PublishPerformerTest, SendsTheMessageWithRunFlowAndDepth)
{
    make();
    connect();
    for (const int qos : {0, 1}) {
        const Outcome outcome = run(effect("71.4", qos));
        EXPECT_EQ(outcome.status, Status::done) << outcome.message;
        EXPECT_TRUE(outcome.changed);
    }
    ASSERT_TRUE(until([&] { return messages.size() == 2; }));
    EXPECT_EQ(messages[0], "out/alarm 71.4 r-12 closet-heat 3");
    EXPECT_EQ(messages[1], "out/alarm 71.4 r-12 closet-heat 3");
}

TEST_F(PublishPerformerTest, AnEmptyPayloadAndTheRetainFlagArrive)
{
    make();
    connect();
    engine::Effect made = effect("x", 1);
    set_argument(made, "payload", Value{});
    set_argument(made, "retain", Value::boolean(true));
    EXPECT_EQ(run(made).status, Status::done);
    EXPECT_EQ(messages, std::vector<std::string>{"out/alarm  r-12 closet-heat 3 retained"});
}

TEST_F(PublishPerformerTest, WhoMayNotWriteThereIsRefusedForGood)
{
    make();
    connect();
    refusal = wm::reason::not_authorized;
    const Outcome outcome = run(effect("71.4", 1));
    EXPECT_EQ(outcome.status, Status::refused);
    EXPECT_FALSE(outcome.retry);
    EXPECT_FALSE(outcome.changed);
    EXPECT_NE(outcome.message.find("not authorized"), std::string::npos) << outcome.message;
}

TEST_F(PublishPerformerTest, ATopicThatIsNoneFailsForGood)
{
    make();
    connect();
    engine::Effect made = effect("71.4", 0);
    set_argument(made, "topic", Value::string("out/#"));
    const Outcome outcome = run(made);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_FALSE(outcome.retry);
}

TEST_F(PublishPerformerTest, ABrokerThatDoesNotAnswerIsATimeoutWorthAnotherTry)
{
    make();
    connect();
    answers = false;
    const Outcome outcome = run(effect("71.4", 1, milliseconds(50)));
    EXPECT_EQ(outcome.status, Status::timeout);
    EXPECT_TRUE(outcome.retry);
}

TEST_F(PublishPerformerTest, WithoutABrokerTheMessageWaitsAndThenLeaves)
{
    make();
    perform(effect("1", 0));
    perform(effect("2", 1));
    EXPECT_TRUE(outcomes.empty());
    connect();
    ASSERT_TRUE(until([&] { return outcomes.size() == 2 && messages.size() == 2; }));
    EXPECT_EQ(outcomes[0].status, Status::done);
    EXPECT_EQ(outcomes[1].status, Status::done);
}

TEST_F(PublishPerformerTest, MoreThanTheClientTakesWaitsHereInOrder)
{
    make({.messages = 2});
    for (int i = 1; i <= 6; ++i)
        perform(effect(std::to_string(i), 1));
    EXPECT_EQ(performer->waiting(), 4U);
    EXPECT_TRUE(outcomes.empty());
    connect();
    ASSERT_TRUE(until([&] { return outcomes.size() == 6; }));
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(outcomes[i].status, Status::done) << outcomes[i].message;
        EXPECT_EQ(messages.at(i), "out/alarm " + std::to_string(i + 1) + " r-12 closet-heat 3");
    }
    EXPECT_EQ(performer->waiting(), 0U);
}

TEST_F(PublishPerformerTest, WhatWaitsHereKeepsItsDeadline)
{
    make({.messages = 1});
    connect();
    answers = false;
    perform(effect("1", 1, milliseconds(100)));
    perform(effect("2", 1, milliseconds(50)));
    perform(effect("3", 1, milliseconds(50)));
    ASSERT_TRUE(until([&] { return outcomes.size() == 3; }));
    for (const Outcome& outcome : outcomes) {
        EXPECT_EQ(outcome.status, Status::timeout) << outcome.message;
        EXPECT_TRUE(outcome.retry);
    }
    EXPECT_EQ(messages.size(), 1U) << "an overdue message is not sent";
}

TEST_F(PublishPerformerTest, CancelEndsWhatWaitsHereAndNothingElse)
{
    make({.messages = 1});
    for (int i = 1; i <= 3; ++i)
        perform(effect(std::to_string(i), 1));
    for (std::uint64_t id = 1; id <= 2; ++id)
        performer->cancel(engine::EffectId{id});
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].status, Status::cancelled);
    EXPECT_FALSE(outcomes[0].retry);
    connect();
    ASSERT_TRUE(until([&] { return outcomes.size() == 3; }));
    EXPECT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[1], "out/alarm 3 r-12 closet-heat 3");
}

TEST_F(PublishPerformerTest, AClientThatStopsLeavesTheEffectForTheNextStart)
{
    make();
    perform(effect("71.4", 1));
    bool has_stopped = false;
    client->stop([&] { has_stopped = true; });
    ASSERT_TRUE(until([&] { return has_stopped; }));
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].status, Status::unreachable);
    EXPECT_TRUE(outcomes[0].retry);
}

TEST_F(PublishPerformerTest, AfterItsEndNobodyIsTold)
{
    make();
    perform(effect("71.4", 1));
    performer.reset();
    connect();
    ASSERT_TRUE(until([&] { return messages.size() == 1 && client->session().queued() == 0; }));
    EXPECT_TRUE(outcomes.empty());
}

}  // namespace
}  // namespace reops::sinks

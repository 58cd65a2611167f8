// SPDX-License-Identifier: Apache-2.0
// The life of a connection: CONNECT to DISCONNECT, versions, subscriptions, keep alive.
#include "mqtt/session.hh"

#include "tests/unit/mqtt/session_fixture.hh"

namespace reops::mqtt::test {

using wm::PacketType;

class SessionLife : public SessionTest {
protected:
    wm::Connect opened()
    {
        session->open(now);
        raw_ = take();
        const auto packet = decode_connect(wm::next_frame(raw_));
        EXPECT_TRUE(packet.ok());
        return *packet;
    }
    /// The failure of a CONNACK with that reason, in words.
    std::string refusal(std::uint8_t reason)
    {
        const auto answer = say(wm::Connack{.reason = reason});
        return answer ? "accepted"
                      : std::string{to_string(answer.failure().code)} + ": " +
                            answer.failure().message;
    }

    std::string raw_;
};

TEST_F(SessionLife, ConnectAsksToResume)
{
    auto with = options();
    with.user = "alice";
    with.password = "secret";
    with.receive_maximum = 50;
    make(with);
    const wm::Connect packet = opened();
    EXPECT_EQ(packet.version, Version::v5);
    EXPECT_FALSE(packet.clean_start);
    EXPECT_EQ(packet.keep_alive, 30);
    EXPECT_EQ(packet.client_id, "reops-0123abcd");
    EXPECT_EQ(packet.user, "alice");
    EXPECT_EQ(packet.password, "secret");
    EXPECT_EQ(find_number(packet.properties, wm::PropertyId::receive_maximum), 50U);
    EXPECT_EQ(find_number(packet.properties, wm::PropertyId::session_expiry_interval), 86'400U);
}

TEST_F(SessionLife, ConnectIn311HasNoProperties)
{
    make(options(Protocol::v311));
    const wm::Connect packet = opened();
    EXPECT_EQ(packet.version, Version::v311);
    EXPECT_FALSE(packet.clean_start);
    EXPECT_EQ(packet.user, std::nullopt);
    EXPECT_TRUE(packet.properties.empty());
}

TEST_F(SessionLife, FallsBackWhenVersion5IsRefused)
{
    for (const std::string_view refused : {std::string_view{"\x20\x02\x00\x01", 4},  // old brokers
                                           std::string_view{"\x20\x03\x00\x84\x00", 5}}) {
        make(options(Protocol::automatic));
        EXPECT_EQ(opened().version, Version::v5);
        EXPECT_EQ(receive(refused).failure().code, Code::unsupported);
        EXPECT_TRUE(session->falls_back());
        session->close(false);
        EXPECT_EQ(opened().version, Version::v311);
        ASSERT_TRUE(say(wm::Connack{}).ok());
        EXPECT_FALSE(session->falls_back());
        session->close(true);
        EXPECT_EQ(opened().version, Version::v311) << "remembered";
    }
}

TEST_F(SessionLife, NoFallBackWhenVersion5WasAskedFor)
{
    make(options(Protocol::v5));
    opened();
    EXPECT_FALSE(receive({"\x20\x02\x00\x01", 4}).ok());
    EXPECT_FALSE(session->falls_back());
    session->close(true);
    EXPECT_EQ(opened().version, Version::v5);
}

TEST_F(SessionLife, BrokersThatJustCloseAreTriedInBothVersions)
{
    make(options(Protocol::automatic));
    std::string tried;
    for (int i = 0; i < 6; ++i) {
        tried += to_string(opened().version);
        tried += ' ';
        session->close(true);
    }
    EXPECT_EQ(tried, "5 5 3.1.1 5 5 3.1.1 ");
    opened();
    session->close(false);
    EXPECT_EQ(opened().version, Version::v5) << "our own giving up does not count";
    session->close(true);
    EXPECT_EQ(opened().version, Version::v5);
    session->close(true);
    EXPECT_EQ(opened().version, Version::v311);
    ASSERT_TRUE(say(wm::Connack{}).ok());
    session->close(true);
    EXPECT_EQ(opened().version, Version::v5) << "a guess is not remembered";
}

TEST_F(SessionLife, RefusalsHaveCodesForRetryPolicy)
{
    make(options(Protocol::v5));
    const std::pair<std::uint8_t, const char*> in_5[] = {
        {0x86, "denied: the broker refused MQTT 5: bad user name or password (134)"},
        {0x87, "denied: the broker refused MQTT 5: not authorized (135)"},
        {0x84, "unsupported: the broker refused MQTT 5: unsupported protocol version (132)"},
        {0x89, "unreachable: the broker refused MQTT 5: server busy (137)"}};
    for (const auto& [code, expected] : in_5) {
        opened();
        EXPECT_EQ(refusal(code), expected);
        session->close(true);
    }
    make(options(Protocol::v311));
    const std::pair<std::uint8_t, const char*> in_311[] = {
        {1, "unsupported: the broker refused MQTT 3.1.1: unacceptable protocol version (1)"},
        {3, "unreachable: the broker refused MQTT 3.1.1: server unavailable (3)"},
        {4, "denied: the broker refused MQTT 3.1.1: bad user name or password (4)"},
        {5, "denied: the broker refused MQTT 3.1.1: not authorized (5)"}};
    for (const auto& [code, expected] : in_311) {
        opened();
        EXPECT_EQ(refusal(code), expected);
        session->close(true);
    }
}

TEST_F(SessionLife, WhatTheBrokerSaysIsQuotedInOneLine)
{
    make(options());
    opened();
    const auto refused = say(wm::Connack{
        .reason = 0x87, .properties = {{.id = wm::PropertyId::reason_string, .text = "go\naway"}}});
    EXPECT_EQ(refused.failure().message,
              "the broker refused MQTT 5: not authorized (135), it says \"go?away\"");
}

TEST_F(SessionLife, SubscribesAgainEvenWhenTheSessionIsPresent)
{
    make(options());
    ASSERT_TRUE(
        session->set_subscriptions({{"b/#", Qos::at_least_once}, {"a/+", Qos::at_most_once}}, now)
            .ok());
    connect(true);
    EXPECT_EQ(recorder.connected, std::vector<bool>{true});
    const std::string raw = take();
    const auto packet = decode_subscribe(wm::next_frame(raw), Version::v5);
    ASSERT_TRUE(packet.ok());
    ASSERT_EQ(packet->subscriptions.size(), 2U);
    EXPECT_EQ(packet->subscriptions[0].filter, "a/+");
    EXPECT_EQ(packet->subscriptions[1].qos, Qos::at_least_once);
    ASSERT_TRUE(say(wm::Suback{.packet_id = packet->packet_id, .reasons = {0, 0x87}}).ok());
    EXPECT_EQ(recorder.subscribed, std::vector<std::string>{"a/+=0 b/#=135 "});
}

TEST_F(SessionLife, ChangedFiltersAreSentAsDifferences)
{
    make(options());
    ASSERT_TRUE(
        session->set_subscriptions({{"a", Qos::at_least_once}, {"b", Qos::at_least_once}}, now)
            .ok());
    connect();
    take();
    ASSERT_TRUE(say(wm::Suback{.packet_id = 1, .reasons = {1, 1}}).ok());
    ASSERT_TRUE(
        session
            ->set_subscriptions(
                {{"b", Qos::at_least_once}, {"c", Qos::at_most_once}, {"c", Qos::exactly_once}},
                now)
            .ok());
    const std::string raw = take();
    EXPECT_EQ(types(raw), "UNSUBSCRIBE SUBSCRIBE");
    const auto gone = decode_unsubscribe(wm::next_frame(raw), Version::v5);
    EXPECT_EQ(gone->filters, std::vector<std::string_view>{"a"});
    const auto added = decode_subscribe(
        wm::next_frame(std::string_view{raw}.substr(wm::next_frame(raw).size)), Version::v5);
    ASSERT_EQ(added->subscriptions.size(), 1U);
    EXPECT_EQ(added->subscriptions[0].qos, Qos::exactly_once) << "the higher of two";
    ASSERT_TRUE(
        say(wm::Suback{.type = PacketType::unsuback, .packet_id = gone->packet_id, .reasons = {0}})
            .ok());
    ASSERT_TRUE(say(wm::Suback{.packet_id = added->packet_id, .reasons = {2}}).ok());
    EXPECT_EQ(recorder.subscribed.back(), "b=1 c=2 ");
    EXPECT_EQ(session->set_subscriptions({{"a/#/b", Qos::at_most_once}}, now).failure().code,
              Code::invalid_argument);
    EXPECT_EQ(take(), "");
}

TEST_F(SessionLife, ManyFiltersAreOneAnswer)
{
    make(options());
    std::vector<Subscription> many;
    for (int i = 0; i < 250; ++i)
        many.push_back({"sensors/" + std::to_string(i), Qos::at_least_once});
    ASSERT_TRUE(session->set_subscriptions(many, now).ok());
    connect();
    EXPECT_EQ(take_types(), "SUBSCRIBE SUBSCRIBE SUBSCRIBE");
    ASSERT_TRUE(say(wm::Suback{.packet_id = 2, .reasons = std::vector<std::uint8_t>(100, 1)}).ok());
    ASSERT_TRUE(say(wm::Suback{.packet_id = 1, .reasons = std::vector<std::uint8_t>(100, 1)}).ok());
    EXPECT_TRUE(recorder.subscribed.empty());
    ASSERT_TRUE(say(wm::Suback{.packet_id = 3, .reasons = std::vector<std::uint8_t>(50, 1)}).ok());
    ASSERT_EQ(recorder.subscribed.size(), 1U);
    ASSERT_TRUE(say(wm::Suback{.packet_id = 3, .reasons = {1}}).ok());
    EXPECT_EQ(recorder.subscribed.size(), 1U) << "an answer to nothing is ignored";
}

TEST_F(SessionLife, AnswersMustFitTheQuestion)
{
    make(options());
    ASSERT_TRUE(
        session->set_subscriptions({{"a", Qos::at_least_once}, {"b", Qos::at_least_once}}, now)
            .ok());
    connect();
    EXPECT_EQ(say(wm::Suback{.packet_id = 1, .reasons = {1}}).failure().message,
              "the broker sent 1 answers to 2 filters");
}

TEST_F(SessionLife, OnlyWhatBrokersSendIsTaken)
{
    const auto refused = [&](std::string_view raw) {
        const auto outcome = receive(raw);
        return outcome ? "accepted" : outcome.failure().message;
    };
    make(options());
    opened();
    EXPECT_EQ(refused(message("early")), "the broker sent PUBLISH before CONNACK");
    session->close(true);
    connect();
    EXPECT_EQ(refused({"\xc0\x00", 2}), "the broker sent PINGREQ, which brokers do not send");
    EXPECT_EQ(take(), bytes(wm::Disconnect{.reason = 0x82}));
    reconnect(true);
    EXPECT_EQ(refused(bytes(wm::Connack{})), "the broker sent CONNACK, which brokers do not send");
    reconnect(true);
    EXPECT_EQ(refused("\x01"), "the broker sent packet type 0 is not defined");
    make(options(Protocol::v311));
    connect();
    EXPECT_EQ(refused({"\xe0\x00", 2}),
              "the broker sent DISCONNECT, which brokers of 3.1.1 do not send");
    EXPECT_EQ(take(), "") << "3.1.1 has no words for it";
}

TEST_F(SessionLife, TheBrokersGoodbyeIsTold)
{
    make(options());
    connect();
    const auto taken_over = say(wm::Disconnect{.reason = 0x8e});
    EXPECT_EQ(taken_over.failure().code, Code::conflict);
    EXPECT_EQ(session->disconnect_reason(), 0x8e);
    EXPECT_EQ(take(), "") << "no answer to a goodbye";
    reconnect(true);
    EXPECT_EQ(session->disconnect_reason(), 0);
    EXPECT_EQ(say(wm::Disconnect{.reason = 0x8b}).failure().message,
              "the broker ended the connection: server shutting down (139)");
}

TEST_F(SessionLife, ABrokerThatDoesNotAnswerConnectIsGivenUp)
{
    make(options());
    opened();
    EXPECT_EQ(session->next_tick(), now + Duration{seconds(10)});
    now += seconds(9);
    EXPECT_TRUE(session->tick(now).ok());
    now += seconds(1);
    EXPECT_EQ(session->tick(now).failure().message, "the broker did not answer CONNECT within 10s");
}

TEST_F(SessionLife, KeepAliveHasItsOwnDeadline)
{
    make(options());
    connect();
    const Duration ping = milliseconds(22'500);
    EXPECT_EQ(session->next_tick(), now + ping);
    now += ping;
    ASSERT_TRUE(session->tick(now).ok());
    EXPECT_EQ(take_types(), "PINGREQ");
    EXPECT_EQ(session->next_tick(), now + Duration{seconds(10)});
    now += seconds(2);
    ASSERT_TRUE(receive({"\xd0\x00", 2}).ok());
    now += seconds(20);
    ASSERT_TRUE(session->tick(now).ok());
    EXPECT_EQ(take(), "") << "22 s since we wrote";
    now += milliseconds(500);
    ASSERT_TRUE(session->tick(now).ok());
    EXPECT_EQ(take_types(), "PINGREQ");
    now += seconds(9);
    EXPECT_TRUE(session->tick(now).ok());
    now += seconds(1);
    EXPECT_EQ(session->tick(now).failure().message, "the broker did not answer a ping within 10s");
    EXPECT_EQ(session->tick(now).failure().code, Code::timeout);
}

TEST_F(SessionLife, WhoOnlyPublishesPingsToo)
{
    make(options());
    connect();
    for (int i = 0; i < 22; ++i) {
        now += seconds(1);
        ASSERT_TRUE(publish("x", Qos::at_most_once).ok());
        ASSERT_TRUE(session->tick(now).ok());
        EXPECT_EQ(take_types(), "PUBLISH");
    }
    now += seconds(1);
    ASSERT_TRUE(session->tick(now).ok());
    EXPECT_EQ(take_types(), "PINGREQ") << "nothing was heard for 23 s: the broker may be gone";
}

TEST_F(SessionLife, TheBrokerMayShortenKeepAlive)
{
    make(options());
    connect(false, {{.id = wm::PropertyId::server_keep_alive, .number = 8}});
    EXPECT_EQ(session->next_tick(), now + Duration{seconds(6)});
    reconnect(false, {{.id = wm::PropertyId::server_keep_alive, .number = 600}});
    EXPECT_EQ(session->next_tick(), now + Duration{milliseconds(22'500)}) << "never lengthened";
}

TEST_F(SessionLife, WhilePausedSilenceMeansNothing)
{
    make(options());
    connect();
    session->set_paused(true, now);
    for (int i = 0; i < 5; ++i) {
        now += seconds(23);
        ASSERT_TRUE(session->tick(now).ok());
        EXPECT_EQ(take_types(), "PINGREQ") << "the broker must not give us up either";
    }
    session->set_paused(false, now);
    now += seconds(9);
    EXPECT_TRUE(session->tick(now).ok());
}

TEST_F(SessionLife, SubackHasADeadline)
{
    make(options());
    ASSERT_TRUE(session->set_subscriptions({{"a", Qos::at_least_once}}, now).ok());
    connect();
    take();
    now += seconds(10);
    EXPECT_EQ(session->tick(now).failure().message,
              "the broker did not answer SUBSCRIBE within 10s");
}

TEST_F(SessionLife, GoodbyeKeepsTheSession)
{
    make(options());
    connect();
    session->say_goodbye();
    EXPECT_EQ(take(), (std::string{"\xe0\x00", 2})) << "no new session expiry";
}

}  // namespace reops::mqtt::test

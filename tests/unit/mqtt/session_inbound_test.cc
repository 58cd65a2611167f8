// SPDX-License-Identifier: Apache-2.0
// What comes from the broker: batches, acknowledgements after commit, redeliveries, limits.
#include "tests/unit/mqtt/session_fixture.hh"

namespace reops::mqtt::test {

using wm::PacketType;

class Inbound : public SessionTest {};

TEST_F(Inbound, OneReadIsOneBatch)
{
    make(options());
    connect();
    ASSERT_TRUE(receive(message("1") + message("2") + message("3")).ok());
    ASSERT_TRUE(receive(message("4")).ok());
    EXPECT_EQ(recorder.batches, (std::vector<std::size_t>{3, 1}));
    EXPECT_EQ(recorder.seen[1].payload, "2");
    EXPECT_EQ(take(), "") << "QoS 0 is not answered";
}

TEST_F(Inbound, NothingIsAcknowledgedBeforeTheApplicationSaysSo)
{
    make(options());
    connect();
    ASSERT_TRUE(receive(message("1", Qos::at_least_once, 1) + message("0") +
                        message("2", Qos::at_least_once, 2) + message("3", Qos::exactly_once, 3))
                    .ok());
    EXPECT_EQ(take(), "");
    EXPECT_EQ(session->unacknowledged(), 3U);
    EXPECT_EQ(session->acknowledge(recorder.seen[2].token), 2U);
    EXPECT_EQ(
        take(),
        bytes(wm::Acknowledgement{.packet_id = 1}) + bytes(wm::Acknowledgement{.packet_id = 2}));
    EXPECT_EQ(session->acknowledge(recorder.seen[2].token), 0U) << "twice is once";
    EXPECT_EQ(session->acknowledge(recorder.seen[3].token), 1U);
    EXPECT_EQ(take(), bytes(wm::Acknowledgement{.type = PacketType::pubrec, .packet_id = 3}));
    ASSERT_TRUE(answer(PacketType::pubrel, 3).ok());
    EXPECT_EQ(take(), bytes(wm::Acknowledgement{.type = PacketType::pubcomp, .packet_id = 3}));
}

TEST_F(Inbound, ATokenOfQos0CoversWhatCameBefore)
{
    make(options());
    connect();
    ASSERT_TRUE(receive(message("1", Qos::at_least_once, 7) + message("0")).ok());
    EXPECT_EQ(session->acknowledge(recorder.seen.back().token), 1U);
}

TEST_F(Inbound, AcknowledgementsOfAnOlderConnectionAreDropped)
{
    make(options());
    connect();
    ASSERT_TRUE(receive(message("1", Qos::at_least_once, 1)).ok());
    const Token old = recorder.seen[0].token;
    reconnect(true);
    EXPECT_EQ(session->acknowledge(old), 0U);
    ASSERT_TRUE(receive(message("1", Qos::at_least_once, 1, true)).ok());
    EXPECT_EQ(session->acknowledge(old), 0U) << "the token of the first delivery is void";
    EXPECT_EQ(take(), "");
    ASSERT_EQ(recorder.seen.size(), 2U) << "redelivered on the new connection";
    EXPECT_TRUE(recorder.seen[1].duplicate);
    EXPECT_EQ(session->acknowledge(recorder.seen[1].token), 1U);
    EXPECT_EQ(take_types(), "PUBACK");
}

TEST_F(Inbound, RedeliveriesWithinOneConnectionAreOneMessage)
{
    make(options());
    connect();
    ASSERT_TRUE(
        receive(message("1", Qos::at_least_once, 1) + message("1", Qos::at_least_once, 1, true))
            .ok());
    EXPECT_EQ(recorder.seen.size(), 1U);
    EXPECT_EQ(take(), "") << "the first copy is not committed yet";
    session->acknowledge(recorder.seen[0].token);
    EXPECT_EQ(take_types(), "PUBACK") << "one answer for both";
    ASSERT_TRUE(receive(message("1", Qos::at_least_once, 1, true)).ok());
    EXPECT_EQ(recorder.seen.size(), 1U);
    EXPECT_EQ(take_types(), "PUBACK") << "committed already, so answered at once";
    ASSERT_TRUE(receive(message("2", Qos::at_least_once, 1)).ok());
    EXPECT_EQ(recorder.seen.size(), 2U) << "the identifier was used anew";
    EXPECT_EQ(session->duplicates(), 2U);
}

TEST_F(Inbound, Qos2IsDeliveredOnce)
{
    make(options());
    connect();
    const auto rec = [&] {
        return bytes(wm::Acknowledgement{.type = PacketType::pubrec, .packet_id = 5});
    };
    ASSERT_TRUE(receive(message("1", Qos::exactly_once, 5)).ok());
    session->acknowledge(recorder.seen[0].token);
    EXPECT_EQ(take(), rec());
    ASSERT_TRUE(receive(message("1", Qos::exactly_once, 5, true)).ok());
    EXPECT_EQ(take(), rec()) << "the broker did not see PUBREC";
    reconnect(true);
    ASSERT_TRUE(receive(message("1", Qos::exactly_once, 5, true)).ok());
    EXPECT_EQ(take(), rec()) << "remembered over the connection";
    EXPECT_EQ(recorder.seen.size(), 1U);
    ASSERT_TRUE(answer(PacketType::pubrel, 5).ok());
    take();
    ASSERT_TRUE(receive(message("2", Qos::exactly_once, 5)).ok());
    EXPECT_EQ(recorder.seen.size(), 2U) << "released: a new message";
}

TEST_F(Inbound, ALostSessionForgetsQos2)
{
    make(options());
    connect();
    ASSERT_TRUE(receive(message("1", Qos::exactly_once, 5)).ok());
    session->acknowledge(recorder.seen[0].token);
    reconnect(false);
    ASSERT_TRUE(receive(message("2", Qos::exactly_once, 5)).ok());
    EXPECT_EQ(recorder.seen.size(), 2U);
    take();
    ASSERT_TRUE(answer(PacketType::pubrel, 77).ok());
    EXPECT_EQ(
        take(),
        bytes(wm::Acknowledgement{.type = PacketType::pubcomp, .packet_id = 77, .reason = 0x92}));
}

TEST_F(Inbound, WhatABrokerSendsBeyondTheReceiveMaximumIsCountedAndTaken)
{
    auto with = options();
    with.receive_maximum = 2;
    make(with);
    connect();
    ASSERT_TRUE(
        receive(message("1", Qos::at_least_once, 1) + message("2", Qos::exactly_once, 2)).ok());
    session->acknowledge(recorder.seen[1].token);
    ASSERT_TRUE(receive(message("3", Qos::at_least_once, 3)).ok()) << "2 still waits for PUBREL";
    take();
    EXPECT_EQ(session->beyond_maximum(), 0U);
    ASSERT_TRUE(receive(message("4", Qos::at_least_once, 4)).ok());
    EXPECT_EQ(session->beyond_maximum(), 1U);
    EXPECT_EQ(take(), "") << "no DISCONNECT: the broker would only send them all again";
    ASSERT_EQ(recorder.seen.size(), 4U);
    session->acknowledge(recorder.seen[3].token);
    EXPECT_EQ(take(),
              bytes(wm::Acknowledgement{.type = PacketType::puback, .packet_id = 3}) +
                  bytes(wm::Acknowledgement{.type = PacketType::puback, .packet_id = 4}));
}

TEST_F(Inbound, TheWindowMovesOnForEver)
{
    auto with = options();
    with.receive_maximum = 20;
    make(with);
    connect();
    std::uint16_t id = 0;
    for (int round = 0; round < 10'000; ++round) {
        std::string burst;
        for (int i = 0; i < 20; ++i) {
            id = static_cast<std::uint16_t>(id == 65'535 ? 1 : id + 1);
            burst += message("x", Qos::at_least_once, id);
        }
        ASSERT_TRUE(receive(burst).ok());
        ASSERT_EQ(session->acknowledge(recorder.seen.back().token), 20U);
        recorder.seen.clear();
        take();
    }
    EXPECT_EQ(session->unacknowledged(), 0U);
}

TEST_F(Inbound, SlowAcknowledgementsKeepTheirOrder)
{
    make(options(Protocol::v311));
    connect();
    std::string expected;
    for (std::uint16_t id = 1; id <= 5000; ++id)
        ASSERT_TRUE(receive(message("x", Qos::at_least_once, id)).ok());
    for (std::size_t done = 0; done < 5000; done += 7) {
        const std::size_t upto = std::min<std::size_t>(done + 7, 5000);
        session->acknowledge(recorder.seen[upto - 1].token);
        EXPECT_EQ(session->unacknowledged(), 5000 - upto);
    }
    for (std::uint16_t id = 1; id <= 5000; ++id)
        expected += bytes(wm::Acknowledgement{.packet_id = id});
    EXPECT_EQ(take(), expected);
}

TEST_F(Inbound, TopicAliases)
{
    make(options());
    connect();
    const auto alias =
        [&](std::string_view topic, std::string_view payload, std::string_view properties) {
            return bytes(wm::Publish{.topic = topic, .payload = payload, .properties = properties});
        };
    const std::string_view one{"\x23\x00\x01", 3};
    const std::string_view two{"\x23\x00\x02", 3};
    ASSERT_TRUE(receive(alias("first", "1", one) + alias("", "2", one) + alias("other", "3", two) +
                        alias("second", "4", one) + alias("", "5", one) + alias("", "6", two))
                    .ok());
    std::string told;
    for (const Seen& each : recorder.seen)
        told += each.topic + each.payload + ' ';
    EXPECT_EQ(told, "first1 first2 other3 second4 second5 other6 ");
    const auto unknown = receive(alias("", "7", {"\x23\x00\x03", 3}));
    EXPECT_EQ(unknown.failure().message, "the broker used topic alias 3, which it has not defined");
    EXPECT_EQ(take(), bytes(wm::Disconnect{.reason = 0x94}));
    reconnect(true);
    EXPECT_FALSE(receive(alias("", "2", one)).ok()) << "aliases end with the connection";
    reconnect(true);
    EXPECT_FALSE(receive(alias("t", "2", {"\x23\x00\x11", 3})).ok()) << "over the maximum of 16";
}

TEST_F(Inbound, UserPropertiesAreRead)
{
    make(options());
    connect();
    std::string properties;
    wm::append_property(properties,
                        {.id = wm::PropertyId::user_property, .text = "reops-depth", .value = "3"});
    ASSERT_TRUE(say(wm::Publish{.topic = "t", .payload = "x", .properties = properties}).ok());
    ASSERT_TRUE(receive(message("y")).ok());
    EXPECT_EQ(recorder.seen[0].depth, "3");
    EXPECT_EQ(recorder.seen[1].depth, "-");
}

TEST_F(Inbound, OversizeMessagesAreToldAndAcknowledged)
{
    auto with = options();
    with.max_packet = 1000;
    make(with);
    connect();
    const std::string big(200'000, 'x');
    const std::string stream = message("1", Qos::at_least_once, 1) +
                               message(big, Qos::at_least_once, 2) + message(big + "y") +
                               message("3", Qos::at_least_once, 3);
    for (std::size_t at = 0; at < stream.size(); at += 65'536)
        ASSERT_TRUE(receive(std::string_view{stream}.substr(at, 65'536)).ok());
    ASSERT_EQ(recorder.seen.size(), 4U);
    EXPECT_EQ(recorder.seen[1].topic, "t");
    EXPECT_TRUE(recorder.seen[1].is_oversize);
    EXPECT_EQ(recorder.seen[1].payload, "");
    EXPECT_EQ(recorder.seen[1].size, 200'000U);
    EXPECT_EQ(recorder.seen[2].size, 200'001U);
    EXPECT_EQ(recorder.seen[3].payload, "3");
    EXPECT_EQ(session->acknowledge(recorder.seen[3].token), 3U);
}

TEST_F(Inbound, MessagesBeforeDamageAreDelivered)
{
    make(options());
    connect();
    const auto outcome = receive(message("1") + std::string{"\x30\x03\x00\x09x", 5} + message("2"));
    EXPECT_EQ(outcome.failure().message, "malformed PUBLISH: it is cut short");
    ASSERT_EQ(recorder.seen.size(), 1U);
    EXPECT_EQ(take(), bytes(wm::Disconnect{.reason = 0x81}));
}

TEST_F(Inbound, AcknowledgingInsideTheBatchIsAllowed)
{
    make(options());
    connect();
    recorder.during = [&](std::span<const Message> batch) {
        session->acknowledge(batch.back().token);
    };
    ASSERT_TRUE(
        receive(message("1", Qos::at_least_once, 1) + message("2", Qos::at_least_once, 2)).ok());
    EXPECT_EQ(take_types(), "PUBACK PUBACK");
}

}  // namespace reops::mqtt::test

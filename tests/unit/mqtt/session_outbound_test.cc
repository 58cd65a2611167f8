// SPDX-License-Identifier: Apache-2.0
// What goes to the broker: publications of every QoS, their outcomes, the queue, reconnects.
#include "tests/unit/mqtt/session_fixture.hh"

namespace reops::mqtt::test {

using wm::PacketType;
using Outcomes = std::vector<std::string>;

class Outbound : public SessionTest {
protected:
    // The packets of one kind that the session wrote: "NAME/ID[d] ".
    static std::string published(std::string_view raw, Version version)
    {
        std::string out;
        while (!raw.empty()) {
            const wm::Frame frame = wm::next_frame(raw);
            raw.remove_prefix(frame.size);
            if (frame.type() == PacketType::publish) {
                const auto packet = decode_publish(frame, version);
                out += std::string{packet->payload} + '/' + std::to_string(packet->packet_id) +
                       (packet->duplicate ? "d " : " ");
            } else {
                out += std::string{to_string(frame.type())} + ' ';
            }
        }
        return out;
    }
    std::string take_published() { return published(take(), session->version()); }
};

TEST_F(Outbound, Qos0IsDoneWhenHandedOver)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("a", Qos::at_most_once).ok());
    ASSERT_TRUE(publish("b", Qos::at_most_once).ok());
    EXPECT_EQ(outcomes, Outcomes{});
    EXPECT_EQ(take_published(), "a/0 b/0 ");
    ASSERT_TRUE(publish("c", Qos::at_most_once).ok());
    EXPECT_EQ(outcomes, Outcomes{});
    session->handed_over();
    EXPECT_EQ(outcomes, (Outcomes{"a ok", "b ok"})) << "c is not in the stream yet";
}

TEST_F(Outbound, Qos0ThatWasOnItsWayFailsWithTheConnection)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("a", Qos::at_most_once).ok());
    take();
    ASSERT_TRUE(publish("b", Qos::at_most_once).ok());
    session->close(true);
    const std::string lost =
        " the connection to the broker was lost while the message was on its way";
    EXPECT_EQ(outcomes, (Outcomes{"a" + lost, "b" + lost}));
}

TEST_F(Outbound, Qos1IsDoneAtPuback)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("a", Qos::at_least_once).ok());
    ASSERT_TRUE(publish("b", Qos::at_least_once).ok());
    EXPECT_EQ(take_published(), "a/1 b/2 ");
    session->handed_over();
    EXPECT_EQ(outcomes, Outcomes{});
    ASSERT_TRUE(answer(PacketType::puback, 2).ok());
    ASSERT_TRUE(answer(PacketType::puback, 1).ok());
    EXPECT_EQ(outcomes, (Outcomes{"b ok", "a ok"}));
    EXPECT_EQ(session->queued(), 0U);
    ASSERT_TRUE(answer(PacketType::puback, 1).ok()) << "an answer too many is ignored";
}

TEST_F(Outbound, Qos1CanBeRefused)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("a", Qos::at_least_once).ok());
    ASSERT_TRUE(answer(PacketType::puback, 1, 0x87).ok());
    EXPECT_EQ(outcomes, Outcomes{"a the broker refused the message: not authorized (135)"});
}

TEST_F(Outbound, NoMatchingSubscribersIsNoFailure)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("a", Qos::at_least_once).ok());
    ASSERT_TRUE(answer(PacketType::puback, 1, 0x10).ok());
    EXPECT_EQ(outcomes, Outcomes{"a ok"});
}

TEST_F(Outbound, Qos2TakesFourSteps)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("a", Qos::exactly_once).ok());
    EXPECT_EQ(take_published(), "a/1 ");
    ASSERT_TRUE(answer(PacketType::puback, 1).ok()) << "the wrong answer is ignored";
    ASSERT_TRUE(answer(PacketType::pubrec, 1).ok());
    EXPECT_EQ(take(), bytes(wm::Acknowledgement{.type = PacketType::pubrel, .packet_id = 1}));
    EXPECT_EQ(outcomes, Outcomes{});
    ASSERT_TRUE(answer(PacketType::pubcomp, 1).ok());
    EXPECT_EQ(outcomes, Outcomes{"a ok"});
    ASSERT_TRUE(publish("b", Qos::exactly_once).ok());
    ASSERT_TRUE(answer(PacketType::pubrec, 2, 0x97).ok());
    EXPECT_EQ(outcomes.back(), "b the broker refused the message: quota exceeded (151)");
    take();
    ASSERT_TRUE(answer(PacketType::pubrec, 99).ok());
    EXPECT_EQ(
        take(),
        bytes(wm::Acknowledgement{.type = PacketType::pubrel, .packet_id = 99, .reason = 0x92}));
}

TEST_F(Outbound, WhatIsPublishedWithoutAConnectionWaits)
{
    make(options());
    ASSERT_TRUE(publish("a", Qos::at_most_once).ok());
    ASSERT_TRUE(publish("b", Qos::at_least_once).ok());
    ASSERT_TRUE(publish("c", Qos::at_most_once).ok());
    EXPECT_EQ(take(), "");
    connect();
    EXPECT_EQ(take_published(), "a/0 b/1 c/0 ") << "in order";
    session->handed_over();
    EXPECT_EQ(outcomes, (Outcomes{"a ok", "c ok"}));
}

TEST_F(Outbound, AKeptSessionGetsTheUnansweredAgainAsDuplicates)
{
    make(options());
    connect();
    for (const char* name : {"a", "b", "c"})
        ASSERT_TRUE(publish(name, Qos::at_least_once).ok());
    ASSERT_TRUE(publish("d", Qos::exactly_once).ok());
    ASSERT_TRUE(publish("e", Qos::exactly_once).ok());
    ASSERT_TRUE(answer(PacketType::puback, 2).ok());
    ASSERT_TRUE(answer(PacketType::pubrec, 4).ok());
    session->close(true);
    ASSERT_TRUE(publish("f", Qos::at_least_once).ok());
    session->open(now);
    take();
    ASSERT_TRUE(say(wm::Connack{.session_present = true}).ok());
    EXPECT_EQ(take_published(), "a/1d c/3d PUBREL e/5d f/6 ");
    EXPECT_EQ(outcomes, Outcomes{"b ok"});
    for (const std::uint16_t id : std::initializer_list<std::uint16_t>{1, 3, 6})
        ASSERT_TRUE(answer(PacketType::puback, id).ok());
    ASSERT_TRUE(answer(PacketType::pubcomp, 4).ok());
    ASSERT_TRUE(answer(PacketType::pubrec, 5).ok());
    ASSERT_TRUE(answer(PacketType::pubcomp, 5).ok());
    EXPECT_EQ(outcomes, (Outcomes{"b ok", "a ok", "c ok", "f ok", "d ok", "e ok"}));
}

TEST_F(Outbound, ALostSessionGetsThemAsNew)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("a", Qos::at_least_once).ok());
    ASSERT_TRUE(publish("b", Qos::exactly_once).ok());
    ASSERT_TRUE(publish("c", Qos::exactly_once).ok());
    ASSERT_TRUE(answer(PacketType::pubrec, 2).ok());
    session->close(true);
    session->open(now);
    take();
    ASSERT_TRUE(say(wm::Connack{}).ok());
    EXPECT_EQ(take_published(), "a/1 c/3 ");
    EXPECT_EQ(outcomes, Outcomes{"b ok"}) << "the broker had taken b over";
}

TEST_F(Outbound, TheBrokersReceiveMaximumIsKept)
{
    make(options());
    connect(false, {{.id = wm::PropertyId::receive_maximum, .number = 2}});
    for (const char* name : {"a", "b", "c", "d"})
        ASSERT_TRUE(publish(name, Qos::at_least_once).ok());
    EXPECT_EQ(take_published(), "a/1 b/2 ");
    ASSERT_TRUE(publish("zero", Qos::at_most_once).ok());
    EXPECT_EQ(take_published(), "") << "it keeps its place behind the others";
    ASSERT_TRUE(answer(PacketType::puback, 1).ok());
    EXPECT_EQ(take_published(), "c/3 ");
    ASSERT_TRUE(answer(PacketType::puback, 2).ok());
    EXPECT_EQ(take_published(), "d/4 zero/0 ");
    reconnect(true, {{.id = wm::PropertyId::receive_maximum, .number = 1}});
    EXPECT_EQ(take_published(), "c/3d ") << "again on the next connection, with its own limit";
}

TEST_F(Outbound, TheQueueIsBounded)
{
    auto with = options();
    with.outbound.messages = 3;
    with.outbound.bytes = 100;
    make(with);
    ASSERT_TRUE(publish("a", Qos::at_most_once).ok());
    const auto too_long = publish(std::string(97, 'x'), Qos::at_most_once);
    EXPECT_EQ(too_long.failure().message,
              "1 messages (4 bytes) wait for the broker already, the limits are 3 and 100");
    EXPECT_EQ(too_long.failure().code, Code::unreachable);
    EXPECT_EQ(publish(std::string(98, 'x'), Qos::at_most_once).failure().message,
              "the message is 101 bytes, the limit is 100");
    ASSERT_TRUE(publish("b", Qos::at_most_once).ok());
    ASSERT_TRUE(publish("c", Qos::at_least_once).ok());
    EXPECT_FALSE(publish("d", Qos::at_most_once).ok());
    connect();
    ASSERT_TRUE(publish("e", Qos::at_most_once).ok());
    ASSERT_TRUE(publish("f", Qos::at_least_once).ok());
    ASSERT_TRUE(publish("g", Qos::at_least_once).ok());
    EXPECT_FALSE(publish("h", Qos::at_least_once).ok()) << "unanswered ones count";
}

TEST_F(Outbound, DeadlinesEndTheWaiting)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("sent", Qos::at_least_once, now + seconds(5)).ok());
    EXPECT_EQ(session->next_tick(), now + Duration{seconds(5)});
    session->close(true);
    ASSERT_TRUE(publish("waits", Qos::at_most_once, now + seconds(3)).ok());
    ASSERT_TRUE(publish("for-ever", Qos::at_most_once).ok());
    EXPECT_EQ(session->next_tick(), now + Duration{seconds(3)});
    now += seconds(4);
    ASSERT_TRUE(session->tick(now).ok());
    const std::string late = " the broker did not take the message before its deadline";
    EXPECT_EQ(outcomes, Outcomes{"waits" + late});
    EXPECT_EQ(session->next_tick(), now + Duration{seconds(1)});
    now += seconds(1);
    ASSERT_TRUE(session->tick(now).ok());
    EXPECT_EQ(outcomes, (Outcomes{"waits" + late, "sent" + late}));
    session->open(now);
    take();
    ASSERT_TRUE(say(wm::Connack{.session_present = true}).ok());
    EXPECT_EQ(take_published(), "for-ever/0 ");
}

TEST_F(Outbound, AnUnansweredPublicationKeepsItsIdentifierAfterItsDeadline)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("a", Qos::at_least_once, now + seconds(5)).ok());
    now += seconds(5);
    ASSERT_TRUE(session->tick(now).ok());
    EXPECT_EQ(outcomes.size(), 1U);
    ASSERT_TRUE(answer(PacketType::puback, 1).ok());
    EXPECT_EQ(outcomes.size(), 1U) << "told once";
    EXPECT_EQ(session->queued(), 0U);
}

TEST_F(Outbound, TheBrokersLimitsAreTold)
{
    make(options());
    connect(false,
            {{.id = wm::PropertyId::maximum_qos, .number = 0},
             {.id = wm::PropertyId::retain_available, .number = 0},
             {.id = wm::PropertyId::maximum_packet_size, .number = 100}});
    ASSERT_TRUE(publish("a", Qos::at_least_once).ok());
    EXPECT_EQ(outcomes, Outcomes{"a the broker takes QoS 0 at most, this message has QoS 1"});
    const std::string big(200, 'x');
    EXPECT_EQ(session->publish({.topic = "t", .payload = big}, {}).failure().message,
              "the message is 207 bytes, the broker's limit is 100");
    EXPECT_EQ(session->publish({.topic = "t", .retain = true}, {}).failure().message,
              "the broker keeps no retained messages");
    EXPECT_EQ(session->queued(), 0U);
}

TEST_F(Outbound, BadPublicationsAreRefusedAtOnce)
{
    make(options());
    EXPECT_EQ(session->publish({.topic = "a/#"}, {}).failure().code, Code::invalid_argument);
    const UserProperty bad{"name", std::string_view{"a\0b", 3}};
    EXPECT_EQ(session->publish({.topic = "a", .user_properties = {&bad, 1}}, {}).failure().code,
              Code::invalid_argument);
}

TEST_F(Outbound, UserPropertiesTravelIn5Only)
{
    const UserProperty properties[] = {{"reops-run", "r-12"}, {"reops-depth", "1"}};
    for (const Protocol protocol : {Protocol::v5, Protocol::v311}) {
        make(options(protocol));
        connect();
        ASSERT_TRUE(
            session->publish({.topic = "t", .payload = "x", .user_properties = properties}, {})
                .ok());
        const std::string raw = take();
        const auto packet = decode_publish(wm::next_frame(raw), session->version());
        ASSERT_TRUE(packet.ok());
        EXPECT_EQ(wm::find_user_property(packet->properties, "reops-depth"),
                  protocol == Protocol::v5 ? std::optional<std::string_view>{"1"} : std::nullopt);
    }
}

TEST_F(Outbound, ACloggedStreamFillsTheQueue)
{
    make(options());
    connect();
    session->set_clogged(true);
    ASSERT_TRUE(publish("a", Qos::at_most_once).ok());
    EXPECT_EQ(take(), "");
    EXPECT_EQ(session->queued(), 1U);
    session->set_clogged(false);
    EXPECT_EQ(take_published(), "a/0 ");
}

TEST_F(Outbound, AFullBufferWaitsUntilItIsTaken)
{
    auto with = options();
    with.outbound.out_bytes = 10;
    make(with);
    connect();
    for (const char* name : {"a", "b", "c"})
        ASSERT_TRUE(publish(name, Qos::at_most_once).ok());
    EXPECT_EQ(take_published(), "a/0 b/0 ");
    session->set_clogged(false);
    EXPECT_EQ(take_published(), "c/0 ");
}

TEST_F(Outbound, StoppingFailsWhatIsLeft)
{
    make(options());
    connect();
    ASSERT_TRUE(publish("a", Qos::at_most_once).ok());
    ASSERT_TRUE(publish("b", Qos::at_least_once).ok());
    session->fail_publications({Code::cancelled, "stopping"});
    EXPECT_EQ(outcomes.size(), 2U);
    EXPECT_EQ(outcomes[1], "b stopping");
    EXPECT_EQ(session->queued(), 0U);
}

TEST_F(Outbound, ACallbackMayPublish)
{
    make(options());
    connect();
    int rounds = 0;
    std::function<void(const Result<void>&)> again = [&](const Result<void>&) {
        if (++rounds == 5)
            return;
        ASSERT_TRUE(session->publish({.topic = "t", .qos = Qos::at_least_once}, again).ok());
    };
    ASSERT_TRUE(session->publish({.topic = "t", .qos = Qos::at_least_once}, again).ok());
    for (std::uint16_t id = 1; id <= 5; ++id)
        ASSERT_TRUE(answer(PacketType::puback, id).ok());
    EXPECT_EQ(rounds, 5);
    EXPECT_EQ(session->queued(), 0U);
}

}  // namespace reops::mqtt::test

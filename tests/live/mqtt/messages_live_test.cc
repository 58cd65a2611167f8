// SPDX-License-Identifier: Apache-2.0
// Messages both ways between our client and mosquitto's own, with every QoS.
#include "tests/live/mqtt/live_client.hh"

#include <fstream>

namespace reops::mqtt::test {

class Messages : public LiveMqtt {
protected:
    void SetUp() override
    {
        LiveMqtt::SetUp();
        broker.add_user("alice", "se cret");
        broker.start();
    }
};

TEST_P(Messages, ComeWithEveryQosAndAreAcknowledgedAfterwards)
{
    connect(options());
    for (const std::string qos : {"0", "1", "2"})
        broker.publish({"-V", version_flag(), "-t", "t/closet/temperature", "-m", qos, "-q", qos});
    ASSERT_TRUE(until([&] { return app.payloads() == "0 1 2 "; }));
    EXPECT_EQ(app.seen[2].topic, "t/closet/temperature");
    EXPECT_EQ(app.seen[2].qos, Qos::exactly_once);
    EXPECT_EQ(client->session().unacknowledged(), 2U);
    client->acknowledge(app.seen.back().token);
    ASSERT_TRUE(until(
        [&] { return broker.log().find("PUBCOMP from reops-0123abcd") != std::string::npos; }));
    EXPECT_NE(broker.log().find("PUBACK from reops-0123abcd"), std::string::npos);
}

TEST_P(Messages, LeaveWithEveryQosAndReachTheOthers)
{
    connect(options());
    listen(3, "%t %p %q");
    for (const Qos qos : {Qos::at_most_once, Qos::at_least_once, Qos::exactly_once})
        ASSERT_TRUE(client
                        ->publish({.topic = "out/a", .payload = "71.4", .qos = qos},
                                  note(std::to_string(static_cast<int>(qos))))
                        .ok());
    ASSERT_TRUE(until([&] { return has_listened && outcomes.size() == 3; }));
    EXPECT_EQ(printed, "out/a 71.4 0\nout/a 71.4 1\nout/a 71.4 2\n");
    EXPECT_EQ(outcomes, (std::vector<std::string>{"0 ok", "1 ok", "2 ok"}));
}

TEST_P(Messages, RetainedOnesAreMarked)
{
    broker.publish({"-t", "t/old", "-m", "1", "-r"});
    connect(options());
    ASSERT_TRUE(until([&] { return app.payloads() == "1 "; }));
    EXPECT_TRUE(app.seen[0].retain);
    broker.publish({"-t", "t/old", "-m", "2", "-r"});
    ASSERT_TRUE(until([&] { return app.payloads() == "1 2 "; }));
    EXPECT_FALSE(app.seen[1].retain) << "it came while we listened";
}

TEST_P(Messages, UserPropertiesGoBothWaysIn5)
{
    connect(options());
    const UserProperty properties[] = {{"reops-run", "r-12"}, {"reops-depth", "1"}};
    ASSERT_TRUE(
        client->publish({.topic = "t/mine", .payload = "mine", .user_properties = properties})
            .ok());
    ASSERT_TRUE(until([&] { return app.payloads() == "mine "; }));
    EXPECT_EQ(app.seen[0].depth, GetParam() == Protocol::v5 ? "1" : "-");
    if (GetParam() == Protocol::v5) {
        broker.publish({"-V",
                        "mqttv5",
                        "-t",
                        "t/theirs",
                        "-m",
                        "theirs",
                        "-D",
                        "publish",
                        "user-property",
                        "reops-depth",
                        "7"});
        ASSERT_TRUE(until([&] { return app.payloads() == "mine theirs "; }));
        EXPECT_EQ(app.seen[1].depth, "7");
    }
}

TEST_P(Messages, OfTenMegabytesAreToldWithoutTheirPayload)
{
    connect(options());
    const std::string file = broker.folder() + "/big";
    std::ofstream{file} << std::string(10UL * 1024 * 1024, 'x');
    broker.publish({"-t", "t/big", "-f", file, "-q", "1"});
    broker.publish({"-t", "t/small", "-m", "after", "-q", "1"});
    ASSERT_TRUE(until([&] { return app.seen.size() == 2; }));
    EXPECT_TRUE(app.seen[0].is_oversize);
    EXPECT_EQ(app.seen[0].topic, "t/big");
    EXPECT_EQ(app.seen[0].size, 10U * 1024 * 1024);
    EXPECT_EQ(app.seen[1].payload, "after");
    client->acknowledge(app.seen[1].token);
    ASSERT_TRUE(until([&] {
        return broker.log().find("PUBACK from reops-0123abcd (Mid: 2") != std::string::npos;
    }));
    EXPECT_TRUE(app.lost.empty());
}

TEST_P(Messages, APauseHoldsThemBack)
{
    connect(options());
    client->pause_reading(true);
    broker.publish({"-t", "t/a", "-m", "1"});
    ASSERT_TRUE(until([&] {
        return broker.log().find("Sending PUBLISH to reops-0123abcd") != std::string::npos;
    }));
    EXPECT_FALSE(loop.run_until([&] { return !app.seen.empty(); }, milliseconds(50)));
    client->pause_reading(false);
    ASSERT_TRUE(until([&] { return app.payloads() == "1 "; }));
}

INSTANTIATE_TEST_SUITE_P(Both,
                         Messages,
                         testing::Values(Protocol::v311, Protocol::v5),
                         protocol_name);

class ReceiveMaximum : public Messages {};

TEST_P(ReceiveMaximum, StopsTheBrokerUntilWeAcknowledge)
{
    auto with = options();
    with.session.receive_maximum = 5;
    connect(with);
    for (int i = 0; i < 12; ++i)
        ASSERT_TRUE(
            client
                ->publish(
                    {.topic = "t/" + std::to_string(i), .payload = "x", .qos = Qos::at_least_once},
                    note("x"))
                .ok());
    ASSERT_TRUE(until([&] { return outcomes.size() == 12; }));
    round_trip();
    EXPECT_EQ(app.seen.size(), 5U) << "the broker has 12, we allow 5";
    client->acknowledge(app.seen[1].token);
    ASSERT_TRUE(until([&] { return app.seen.size() >= 7; }));
    round_trip();
    // mosquitto 2.0.11 sends more than two now, which must not cost the connection.
    while (app.seen.size() < 12) {
        const std::size_t before = app.seen.size();
        client->acknowledge(app.seen.back().token);
        ASSERT_TRUE(until([&] { return app.seen.size() > before; }));
    }
    client->acknowledge(app.seen.back().token);
    round_trip();
    EXPECT_EQ(app.seen.size(), 12U) << "each of them once";
    EXPECT_TRUE(app.lost.empty());
}

TEST_P(ReceiveMaximum, OfTheBrokerStopsUs)
{
    connect(options());  // mosquitto says 20, its max_inflight_messages
    for (int i = 0; i < 200; ++i)
        ASSERT_TRUE(
            client->publish({.topic = "out", .payload = "x", .qos = Qos::exactly_once}, note("x"))
                .ok());
    ASSERT_TRUE(until([&] { return outcomes.size() == 200; }));
    for (const std::string& each : outcomes)
        EXPECT_EQ(each, "x ok");
    EXPECT_TRUE(app.lost.empty());
}

INSTANTIATE_TEST_SUITE_P(Only5, ReceiveMaximum, testing::Values(Protocol::v5), protocol_name);

}  // namespace reops::mqtt::test

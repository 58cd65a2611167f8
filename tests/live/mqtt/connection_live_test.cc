// SPDX-License-Identifier: Apache-2.0
// Logging in, coming back, and losing nothing on the way, with a real broker that is stopped,
// killed, frozen and shared.
#include "tests/live/mqtt/live_client.hh"

namespace reops::mqtt::test {

class Connection : public LiveMqtt {};

TEST_P(Connection, NeedsTheRightPassword)
{
    broker.add_user("alice", "secret");
    broker.start();
    auto with = options();
    with.broker.password = "wrong";
    client = std::make_unique<Client>(loop, clock, random, log, with, app);
    client->start();
    ASSERT_TRUE(until([&] { return app.failed.size() == 2; })) << "it goes on trying";
    EXPECT_EQ(app.failed[0].code, Code::denied);
    EXPECT_NE(app.failed[0].message.find("not authorized"), std::string::npos)
        << app.failed[0].message;
    EXPECT_FALSE(log.contains("wrong"));
}

TEST_P(Connection, DeniedPublicationsAreToldIn5)
{
    broker.extra = "acl_file " + broker.folder() + "/acl\n";
    run(loop, {"sh", "-c", "echo 'topic read #' > " + broker.folder() + "/acl"});
    broker.start();
    connect(options());
    ASSERT_TRUE(client->publish({.topic = "forbidden", .qos = Qos::at_least_once}, note("a")).ok());
    ASSERT_TRUE(until([&] { return outcomes.size() == 1; }));
    EXPECT_EQ(outcomes[0],
              GetParam() == Protocol::v5 ? "a the broker refused the message: not authorized (135)"
                                         : "a ok");
}

TEST_P(Connection, IsResumedAfterTheBrokerWasStopped)
{
    broker.start();
    connect(options());
    ASSERT_TRUE(client->publish({.topic = "t/1", .payload = "1", .qos = Qos::at_least_once}).ok());
    ASSERT_TRUE(until([&] { return app.payloads() == "1 "; }));
    broker.end(SIGTERM);
    ASSERT_TRUE(until([&] { return app.lost.size() == 1; }));
    broker.start();
    ASSERT_TRUE(until([&] { return app.subscribed == 2; }));
    EXPECT_EQ(app.present, (std::vector<bool>{false, true}));
    ASSERT_TRUE(until([&] { return app.payloads() == "1 1 "; })) << "it was not acknowledged";
    EXPECT_TRUE(app.seen[1].duplicate);
    broker.publish({"-t", "t/2", "-m", "2"});
    ASSERT_TRUE(until([&] { return app.payloads() == "1 1 2 "; }));
}

TEST_P(Connection, SurvivesKill9OfTheBroker)
{
    broker.start();
    connect(options());
    for (int i = 0; i < 3; ++i) {
        broker.end(SIGKILL);
        ASSERT_TRUE(until([&] { return !client->is_connected(); }));
        ASSERT_TRUE(
            client
                ->publish({.topic = "t/x", .payload = std::to_string(i), .qos = Qos::at_least_once},
                          note(std::to_string(i)))
                .ok());
        const int before = app.subscribed;
        broker.start();
        ASSERT_TRUE(until([&] { return app.subscribed > before; }));
        ASSERT_TRUE(until([&] { return outcomes.size() == static_cast<std::size_t>(i) + 1; }));
        client->acknowledge(app.seen.empty() ? Token{} : app.seen.back().token);
    }
    EXPECT_EQ(outcomes, (std::vector<std::string>{"0 ok", "1 ok", "2 ok"}));
    EXPECT_EQ(app.taken_over, 0) << "three restarts in a minute are no theft";
}

TEST_P(Connection, WithoutAcknowledgementTheBrokerRepeats)
{
    broker.start();
    connect(options());
    broker.publish({"-t", "t/a", "-m", "1", "-q", "1"});
    broker.publish({"-t", "t/a", "-m", "2", "-q", "2"});
    ASSERT_TRUE(until([&] { return app.payloads() == "1 2 "; }));
    const Token old = app.seen.back().token;
    client->stop({});
    broker.publish({"-t", "t/a", "-m", "3", "-q", "1"});
    client->start();
    ASSERT_TRUE(until([&] { return app.seen.size() == 5; }));
    EXPECT_EQ(app.payloads(), "1 2 1 2 3 ") << "in the old order";
    EXPECT_TRUE(app.seen[2].duplicate);
    EXPECT_FALSE(app.seen[4].duplicate);
    client->acknowledge(old);
    EXPECT_EQ(client->session().unacknowledged(), 3U) << "a token of the old connection";
    client->acknowledge(app.seen.back().token);
    ASSERT_TRUE(until([&] { return broker.log().find("PUBCOMP from") != std::string::npos; }));
    client->stop({});
    client->start();
    ASSERT_TRUE(until([&] { return app.subscribed == 3; }));
    round_trip();
    EXPECT_EQ(app.seen.size(), 5U) << "acknowledged is acknowledged";
}

TEST_P(Connection, AFrozenBrokerIsLeftAndFoundAgain)
{
    broker.start();
    auto with = options();
    with.session.keep_alive = seconds(1);
    with.session.answer_deadline = milliseconds(200);
    connect(with);
    broker.signal(SIGSTOP);
    ASSERT_TRUE(until([&] { return app.lost.size() == 1; }));
    EXPECT_EQ(app.lost[0].code, Code::timeout);
    EXPECT_NE(app.lost[0].message.find("did not answer a ping within 200ms"), std::string::npos);
    ASSERT_TRUE(until([&] { return !app.failed.empty(); }));
    broker.signal(SIGCONT);
    ASSERT_TRUE(until([&] { return client->is_connected() && app.subscribed >= 2; }));
    EXPECT_EQ(app.taken_over, 0);
}

TEST_P(Connection, AThiefIsFoundOut)
{
    broker.start();
    connect(options());
    int thefts = 0;
    while (app.taken_over == 0 && thefts < 5) {
        ++thefts;
        const std::size_t before = app.lost.size();
        ASSERT_TRUE(until([&] { return client->is_connected(); }));
        run(loop,
            broker.command("mosquitto_pub",
                           {"-V", version_flag(), "-i", "reops-0123abcd", "-t", "x", "-m", "y"}));
        ASSERT_TRUE(until([&] { return app.lost.size() > before; }));
        ASSERT_TRUE(until([&] { return client->is_connected() || app.taken_over > 0; }));
    }
    EXPECT_EQ(thefts, 2) << "twice in a minute is enough";
    EXPECT_EQ(client->state(), Client::State::taken_over);
}

TEST_P(Connection, SubscriptionsChangeWhileConnected)
{
    broker.start();
    connect(options());
    ASSERT_TRUE(client->set_subscriptions({{"t/new", Qos::at_least_once}}).ok());
    ASSERT_TRUE(until([&] { return app.subscribed == 2; }));
    EXPECT_EQ(app.answers, std::vector<std::uint8_t>{1});
    broker.publish({"-t", "t/old", "-m", "old"});
    broker.publish({"-t", "t/new", "-m", "new"});
    ASSERT_TRUE(until([&] { return app.payloads() == "new "; }));
}

INSTANTIATE_TEST_SUITE_P(Both,
                         Connection,
                         testing::Values(Protocol::v311, Protocol::v5),
                         protocol_name);

class Tls : public LiveMqtt {
protected:
    // An authority of our own, a certificate for the broker's address, one for a client.
    void SetUp() override
    {
        LiveMqtt::SetUp();
        const std::string script =
            "set -e; cd " + broker.folder() +
            "; new='openssl req -newkey rsa:2048 -nodes -subj'"
            "; $new /CN=authority -x509 -days 2 -keyout ca.key -out ca.crt"
            "; $new /CN=stranger -x509 -days 2 -keyout other.key -out other.crt"
            "; sign='openssl x509 -req -days 2 -CA ca.crt -CAkey ca.key -CAcreateserial'"
            "; $new /CN=broker -keyout broker.key -out broker.csr"
            "; echo subjectAltName=IP:" +
            broker.address().endpoint.host +
            ",DNS:broker.home > broker.ext"
            "; $sign -in broker.csr -extfile broker.ext -out broker.crt"
            "; $new /CN=reops -keyout client.key -out client.csr"
            "; $sign -in client.csr -out client.crt";
        run(loop, {"sh", "-c", script});
        for (const char* line :
             {"cafile ", "/ca.crt", "certfile ", "/broker.crt", "keyfile ", "/broker.key"})
            broker.extra += *line == '/' ? broker.folder() + line + '\n' : std::string{line};
    }
    ClientOptions with_tls(const std::string& ca = "ca.crt")
    {
        auto out = options();
        out.broker.tls.emplace();
        out.broker.tls->ca_file = broker.folder() + '/' + ca;
        return out;
    }
    Failure failure_of(const ClientOptions& with)
    {
        client = std::make_unique<Client>(loop, clock, random, log, with, app);
        client->start();
        EXPECT_TRUE(until([&] { return !app.failed.empty() || !app.present.empty(); }));
        return app.failed.empty() ? Failure{Code::internal, "it connected"} : app.failed[0];
    }
};

TEST_P(Tls, RoundTrip)
{
    broker.start();
    connect(with_tls());
    const std::string big(200'000, 'x');  // many records
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(client
                        ->publish({.topic = "t/big", .payload = big, .qos = Qos::at_least_once},
                                  note("big"))
                        .ok());
    ASSERT_TRUE(until([&] { return outcomes.size() == 5 && app.seen.size() == 5; }));
    for (const auto& each : app.seen)
        EXPECT_EQ(each.payload, big);
}

TEST_P(Tls, AnUnknownAuthorityIsRefused)
{
    broker.start();
    const Failure why = failure_of(with_tls("other.crt"));
    EXPECT_EQ(why.code, Code::denied) << why.message;
}

TEST_P(Tls, TheHostNameIsChecked)
{
    broker.start();
    auto with = with_tls();
    with.broker.tls->host_name = "elsewhere.home";
    EXPECT_EQ(failure_of(with).code, Code::denied);
    app.failed.clear();
    with.broker.tls->host_name = "broker.home";
    EXPECT_EQ(failure_of(with).message, "it connected");
}

TEST_P(Tls, ABrokerMayAskForOurCertificate)
{
    broker.extra += "require_certificate true\nuse_identity_as_username true\n";
    broker.allow_anonymous = false;
    broker.start();
    EXPECT_NE(failure_of(with_tls()).message, "it connected");
    app.failed.clear();
    auto with = with_tls();
    with.broker.tls->cert_file = broker.folder() + "/client.crt";
    with.broker.tls->key_file = broker.folder() + "/client.key";
    EXPECT_EQ(failure_of(with).message, "it connected");
}

INSTANTIATE_TEST_SUITE_P(Both, Tls, testing::Values(Protocol::v311, Protocol::v5), protocol_name);

}  // namespace reops::mqtt::test

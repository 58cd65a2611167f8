// SPDX-License-Identifier: Apache-2.0
// `publish` through a real mosquitto, judged by what mosquitto_sub prints.
#include "data/map.hh"
#include "sinks/publish/publish_performer.hh"
#include "tests/live/mqtt/live_client.hh"

#include <fstream>

namespace reops::sinks {
namespace {

using data::Value;
using engine::Outcome;
using engine::Status;
using mqtt::Protocol;

class LivePublish : public mqtt::test::LiveMqtt {
protected:
    void begin()
    {
        connect(options());
        performer = std::make_unique<PublishPerformer>(clock, *client);
    }
    Outcome publish(std::string_view topic, std::string_view payload, int qos)
    {
        engine::Effect effect;
        effect.id = engine::EffectId{++last_id};
        effect.kind = "publish";
        effect.limit = seconds(10);
        effect.args = data::make_map({{Value::keyword("topic"), Value::string(topic)},
                                      {Value::keyword("payload"), Value::string(payload)},
                                      {Value::keyword("qos"), Value::integer(qos)},
                                      {Value::keyword("run"), Value::string("r-12")},
                                      {Value::keyword("flow"), Value::string("closet-heat")},
                                      {Value::keyword("depth"), Value::integer(1)}});
        std::optional<Outcome> got;
        performer->perform(effect, [&](Outcome outcome) { got = std::move(outcome); });
        EXPECT_TRUE(until([&] { return got.has_value(); }));
        return got.value_or(Outcome{.message = "none"});
    }

    std::unique_ptr<PublishPerformer> performer;
    std::uint64_t last_id = 0;
};

TEST_P(LivePublish, OthersReadThePayloadAndWhereItComesFrom)
{
    broker.start();
    begin();
    listen(3, GetParam() == Protocol::v311 ? "%t %p %q" : "%t %p %q %P");
    for (int qos = 0; qos <= 2; ++qos) {
        const Outcome outcome = publish("out/alarm", "71.4", qos);
        EXPECT_EQ(outcome.status, Status::done) << outcome.message;
    }
    ASSERT_TRUE(until([&] { return has_listened; }));
    const std::string from =
        GetParam() == Protocol::v311 ? "" : " reops-run:r-12 reops-flow:closet-heat reops-depth:1";
    std::string expected;
    for (const std::string qos : {"0", "1", "2"})
        expected.append("out/alarm 71.4 ").append(qos).append(from).append("\n");
    for (std::string::size_type at = 0; (at = printed.find(" \n", at)) != std::string::npos;)
        printed.erase(at, 1);  // mosquitto_sub ends a list of properties with a space
    EXPECT_EQ(printed, expected);
}

TEST_P(LivePublish, ATopicWithoutPermissionIsRefusedWhereTheBrokerSaysSo)
{
    std::ofstream{broker.folder() + "/acl"} << "topic read #\ntopic write t/#\n";
    broker.extra = "acl_file " + broker.folder() + "/acl\n";
    broker.start();
    begin();
    const Outcome outcome = publish("out/alarm", "71.4", 1);
    if (GetParam() == Protocol::v311) {
        EXPECT_EQ(outcome.status, Status::done) << "3.1.1 has no word for it";
        return;
    }
    EXPECT_EQ(outcome.status, Status::refused);
    EXPECT_FALSE(outcome.retry);
    EXPECT_NE(outcome.message.find("135"), std::string::npos) << outcome.message;
}

TEST_P(LivePublish, ABrokerThatIsGoneMakesTheMessageWaitForItsReturn)
{
    broker.start();
    begin();
    broker.end(SIGTERM);
    ASSERT_TRUE(until([&] { return !client->is_connected(); }));
    std::optional<Outcome> got;
    engine::Effect effect;
    effect.limit = seconds(15);
    effect.args = data::make_map({{Value::keyword("topic"), Value::string("out/alarm")},
                                  {Value::keyword("payload"), Value::string("71.4")},
                                  {Value::keyword("qos"), Value::integer(1)}});
    performer->perform(effect, [&](Outcome outcome) { got = std::move(outcome); });
    broker.start();
    ASSERT_TRUE(until([&] { return got.has_value(); }));
    EXPECT_EQ(got->status, Status::done) << got->message;
}

INSTANTIATE_TEST_SUITE_P(Versions,
                         LivePublish,
                         testing::Values(Protocol::v311, Protocol::v5),
                         mqtt::test::protocol_name);

}  // namespace
}  // namespace reops::sinks

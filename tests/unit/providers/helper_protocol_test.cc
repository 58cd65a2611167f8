// SPDX-License-Identifier: Apache-2.0
#include "providers/helper_protocol.hh"

#include "data/json.hh"
#include "data/map.hh"
#include "data/vector.hh"

#include <variant>

#include <gtest/gtest.h>

namespace reops::providers {
namespace {

using data::Value;

Value options()
{
    return data::make_map(
        {{Value::keyword("type"), Value::keyword("plex")},
         {Value::keyword("password"), Value::secret("hunter2")},
         {Value::keyword("sim"), data::make_map({{Value::keyword("stop"), Value::string("2s")}})}});
}

TEST(HelperProtocol, ARequestArrivesAsItWasSent)
{
    HelperRequest sent;
    sent.id = 7;
    sent.op = "stop";
    sent.system = {"foo", "10.0.0.9", options()};
    sent.within = milliseconds(2500);
    const std::string line = print_line(sent);
    ASSERT_EQ(line.back(), '\n');
    EXPECT_EQ(line.find('\n'), line.size() - 1);

    std::uint64_t id = 0;
    const auto got = parse_request(line, id);
    ASSERT_TRUE(got.ok()) << got.failure().message;
    EXPECT_EQ(id, 7U);
    EXPECT_EQ(got.value().op, "stop");
    EXPECT_EQ(got.value().system.name, "foo");
    EXPECT_EQ(got.value().system.address, "10.0.0.9");
    EXPECT_EQ(got.value().within, milliseconds(2500));
    EXPECT_EQ(text_field(got.value().system.options, "type"), "plex");
    EXPECT_EQ(text_field(field(got.value().system.options, "sim"), "stop"), "2s");
}

TEST(HelperProtocol, TheHelperSeesSecretsAsTheyAre)
{
    HelperRequest request;
    request.id = 1;
    request.op = "status";
    request.system = {"foo", "", options()};
    EXPECT_NE(print_line(request).find("hunter2"), std::string::npos);
}

TEST(HelperProtocol, SyncCarriesAllSystemsWithTheirOptions)
{
    HelperRequest sent;
    sent.id = 1;
    sent.op = "sync";
    sent.systems = {{"foo", "", options()}, {"bar", "", {}}};
    std::uint64_t id = 0;
    const auto got = parse_request(print_line(sent), id);
    ASSERT_TRUE(got.ok());
    ASSERT_EQ(got.value().systems.size(), 2U);
    EXPECT_EQ(got.value().systems[0].name, "foo");
    EXPECT_EQ(text_field(got.value().systems[0].options, "type"), "plex");
    EXPECT_EQ(got.value().systems[1].name, "bar");
}

TEST(HelperProtocol, BadRequestsSayWhatIsWrongAndKeepTheNumber)
{
    std::uint64_t id = 9;
    EXPECT_EQ(parse_request("nonsense", id).failure().code, Code::invalid_argument);
    EXPECT_EQ(id, 0U);
    EXPECT_FALSE(parse_request(R"({"op":"stop"})", id).ok());
    EXPECT_FALSE(parse_request(R"({"id":-1,"op":"stop"})", id).ok());
    EXPECT_FALSE(parse_request(R"({"id":12})", id).ok());
    EXPECT_EQ(id, 12U);
}

TEST(HelperProtocol, AnswersOfBothKindsRoundTrip)
{
    const SystemStatus status{PowerState::stopping, std::vector<std::string>{"foo"}, "paused"};
    auto good = parse_message(print_line(HelperAnswer{3, status_value(status)}));
    ASSERT_TRUE(good.ok());
    const auto& answer = std::get<HelperAnswer>(good.value());
    EXPECT_EQ(answer.id, 3U);
    const auto read = read_status(answer.result.value());
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read.value().state, PowerState::stopping);
    EXPECT_EQ(read.value().guests, std::vector<std::string>{"foo"});
    EXPECT_EQ(read.value().detail, "paused");

    for (const Code code : {Code::not_found,
                            Code::unreachable,
                            Code::timeout,
                            Code::denied,
                            Code::unsupported,
                            Code::invalid_argument,
                            Code::conflict,
                            Code::internal}) {
        auto bad = parse_message(print_line(HelperAnswer{4, Failure{code, "because"}}));
        ASSERT_TRUE(bad.ok());
        const Failure& why = std::get<HelperAnswer>(bad.value()).result.failure();
        EXPECT_EQ(why.code, code);
        EXPECT_EQ(why.message, "because");
    }
}

TEST(HelperProtocol, NoGuestsAndUnknownGuestsAreNotTheSame)
{
    const auto none = read_status(status_value({PowerState::on, std::vector<std::string>{}, ""}));
    ASSERT_TRUE(none.ok());
    ASSERT_TRUE(none.value().guests.has_value());
    EXPECT_TRUE(none.value().guests->empty());
    EXPECT_FALSE(read_status(status_value({PowerState::on, {}, ""})).value().guests.has_value());
    EXPECT_FALSE(read_status(*data::read_json(R"({"state":"on","guests":[1]})")).ok());
}

TEST(HelperProtocol, HelloAndEventsAreTold)
{
    auto hello = parse_message(print_line(Hello{1, "sim", "0.1.0", {"status", "stop"}}));
    ASSERT_TRUE(hello.ok());
    EXPECT_EQ(std::get<Hello>(hello.value()).capabilities,
              (std::vector<std::string>{"status", "stop"}));
    auto event = parse_message(print_line(StateEvent{"foo", PowerState::off}));
    ASSERT_TRUE(event.ok());
    EXPECT_EQ(std::get<StateEvent>(event.value()).state, PowerState::off);
    EXPECT_TRUE(std::holds_alternative<UnknownEvent>(
        parse_message(R"({"event":"weather","rain":true})").value()));
}

TEST(HelperProtocol, LinesThatAreNoMessagesAreCorrupt)
{
    for (const char* line : {"",
                             "[]",
                             "{}",
                             "hello",
                             R"({"id":0,"ok":{}})",
                             R"({"id":1})",
                             R"({"id":1,"ok":true})",
                             R"({"hello":"http","protocol":1})",
                             R"({"hello":"reops-provider"})"})
        EXPECT_EQ(parse_message(line).failure().code, Code::corrupt) << line;
}

TEST(HelperProtocol, RepliesWithoutTheirContentAreFailures)
{
    const Value empty = data::Map{};
    EXPECT_FALSE(read_status(empty).ok());
    EXPECT_FALSE(read_listed(empty).ok());
    EXPECT_FALSE(read_addresses(empty).ok());
    const auto listed =
        read_listed(listed_value({{"foo", PowerState::on}, {"bar", PowerState::off}}));
    ASSERT_EQ(listed.value().size(), 2U);
    EXPECT_EQ(listed.value()[1].name, "bar");
    EXPECT_EQ(read_addresses(addresses_value({"::1"})).value(), std::vector<std::string>{"::1"});
}

TEST(HelperBodies, AListedSystemKeepsAllThatIsKnownOfIt)
{
    ListedSystem web{"web", PowerState::on};
    web.id = "i-0123";
    web.addresses = {"10.0.0.5", "fd00::5"};
    web.type = "redis";
    web.labels = {{"owner", "ops"}, {"with space", "\"quoted\""}};
    const auto listed = read_listed(listed_value({web}));
    ASSERT_TRUE(listed.ok()) << listed.failure().message;
    ASSERT_EQ(listed->size(), 1U);
    const ListedSystem& same = listed->front();
    EXPECT_EQ(same.id, web.id);
    EXPECT_EQ(same.addresses, web.addresses);
    EXPECT_EQ(same.type, web.type);
    EXPECT_EQ(same.labels, web.labels);
}

TEST(HelperBodies, AReplyThatIsTooLongIsAFailureThatSaysSo)
{
    std::vector<ListedSystem> many(60'000, {"a-name-of-some-length", PowerState::on});
    const auto message = parse_message(print_line(HelperAnswer{7, listed_value(many)}));
    ASSERT_TRUE(message.ok());
    const auto& answer = std::get<HelperAnswer>(*message);
    ASSERT_FALSE(answer.result.ok());
    EXPECT_NE(answer.result.failure().message.find("the limit is 1048576"), std::string::npos)
        << answer.result.failure().message;
}

TEST(HelperBodies, ALongMessageIsCutBetweenCharacters)
{
    std::string euros;
    for (int i = 0; i < 5000; ++i)
        euros += "\u20ac";
    const auto message = parse_message(print_line(HelperAnswer{7, Failure{Code::internal, euros}}));
    ASSERT_TRUE(message.ok());
    const auto& answer = std::get<HelperAnswer>(*message);
    EXPECT_EQ(answer.result.failure().message.size(), 4095U);
}

TEST(PowerState, NamesRoundTripAndUnknownOnesAreUnknown)
{
    for (const PowerState state : {PowerState::unknown,
                                   PowerState::on,
                                   PowerState::off,
                                   PowerState::starting,
                                   PowerState::stopping,
                                   PowerState::absent})
        EXPECT_EQ(parse_power_state(to_string(state)), state);
    EXPECT_EQ(parse_power_state("crashed"), PowerState::unknown);
}

}  // namespace
}  // namespace reops::providers

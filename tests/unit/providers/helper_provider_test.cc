// SPDX-License-Identifier: Apache-2.0
// Helpers in shell: what they do wrong is what is tested.
#include "providers/helper_provider.hh"

#include "tests/support/fake_clock.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace reops::providers {
namespace {

constexpr std::string_view hello =
    R"(echo '{"hello":"reops-provider","protocol":1,"name":"test","version":"1","capabilities":[]}')";
/// Sets $id and $op of each request, and keeps the lines.
constexpr std::string_view next =
    R"(next() { IFS= read -r line || exit 0; printf '%s\n' "$line" >>"$0.seen"
        id=${line#*\"id\":}; id=${id%%,*}; op=${line#*\"op\":\"}; op=${op%%\"*}; })";
constexpr std::string_view answer_all =
    R"(while next; do echo "{\"id\":$id,\"ok\":{\"state\":\"on\"}}"; done)";

class HelperProviderTest : public testing::Test {
protected:
    /// A provider whose helper is this script, after the lines above.
    HelperProvider& make(std::string_view script, HelperOptions options = {})
    {
        const std::filesystem::path file = folder / "helper";
        std::ofstream{file} << next << '\n' << script << '\n';
        options.name = "test";
        options.argv = {"sh", file.string()};
        options.restart_first = milliseconds(1);
        options.restart_longest = milliseconds(8);
        provider.emplace(loop, clock, log, std::move(options));
        return *provider;
    }
    static std::string with_hello(std::string_view rest)
    {
        return std::string{hello} + "\n" + std::string{rest};
    }
    Result<SystemStatus> status(Duration deadline = seconds(10), const char* system = "foo")
    {
        std::optional<Result<SystemStatus>> got;
        provider->status({system, "", {}}, deadline, [&](Result<SystemStatus> reply) {
            got = std::move(reply);
        });
        EXPECT_FALSE(got.has_value()) << "a reply never comes inside the call";
        EXPECT_TRUE(loop.run_until([&] { return got.has_value(); }, seconds(20)));
        return got.value_or(Failure{Code::internal, "no reply"});
    }
    std::string seen() const
    {
        std::ifstream file{folder / "helper.seen"};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    test::TempDir folder;
    io::EventLoop loop;
    test::FakeClock clock;
    test::RecordedLog log;
    std::optional<HelperProvider> provider;
};

TEST_F(HelperProviderTest, IsStartedByTheFirstRequestAndServesTheNext)
{
    make(with_hello(answer_all));
    EXPECT_EQ(provider->starts(), 0U);
    EXPECT_EQ(status().value().state, PowerState::on);
    EXPECT_EQ(status().value().state, PowerState::on);
    EXPECT_EQ(provider->starts(), 1U);
}

TEST_F(HelperProviderTest, AMissingProgramIsToldAtOnce)
{
    HelperOptions options;
    options.name = "test";
    options.argv = {(folder / "absent").string()};
    provider.emplace(loop, clock, log, options);
    const auto reply = status();
    EXPECT_EQ(reply.failure().code, Code::not_found);
    EXPECT_NE(reply.failure().message.find("absent"), std::string::npos) << reply.failure().message;
}

TEST_F(HelperProviderTest, ADeadHelperFailsWhatWaitsAndIsStartedAgain)
{
    make(with_hello(
        R"(if [ -e "$0.died" ]; then while next; do echo "{\"id\":$id,\"ok\":{\"state\":\"off\"}}"; done; fi
           next; : >"$0.died"; echo "the cable fell out" >&2; exit 3)"));
    const auto lost = status();
    ASSERT_FALSE(lost.ok());
    EXPECT_EQ(lost.failure().code, Code::unreachable);
    EXPECT_EQ(lost.failure().message,
              "the helper of `test` ended with status 3 (the cable fell out)");
    EXPECT_EQ(status().value().state, PowerState::off);
    EXPECT_EQ(provider->starts(), 2U);
    EXPECT_TRUE(log.contains("the cable fell out"));
}

TEST_F(HelperProviderTest, AKilledHelperIsUnreachableToo)
{
    make(with_hello("next; kill -9 $$"));
    const auto lost = status();
    EXPECT_EQ(lost.failure().code, Code::unreachable);
    EXPECT_NE(lost.failure().message.find("signal 9"), std::string::npos);
}

TEST_F(HelperProviderTest, AnotherProtocolIsUnsupported)
{
    make(R"(echo '{"hello":"reops-provider","protocol":2,"name":"test"}'; next)");
    const auto reply = status();
    EXPECT_EQ(reply.failure().code, Code::unsupported);
    EXPECT_EQ(reply.failure().message,
              "the helper of `test` speaks protocol 2, this reops speaks 1");
}

TEST_F(HelperProviderTest, WhoBreaksTheProtocolIsKilled)
{
    const std::string long_line = R"(head -c 1100000 /dev/zero | tr '\0' x; echo; next)";
    for (const std::string& script : {with_hello("echo nonsense; next; next"),
                                      std::string{"echo '{\"id\":1,\"ok\":{}}'; next"},
                                      with_hello(std::string{hello} + "; next; next"),
                                      with_hello(long_line)}) {
        make(script);
        const auto reply = status();
        ASSERT_FALSE(reply.ok()) << script;
        EXPECT_EQ(reply.failure().code, Code::unreachable) << script;
        EXPECT_EQ(provider->helper_pid(), 0) << script;
    }
}

TEST_F(HelperProviderTest, ALateReplyIsATimeoutAndDisturbsNobody)
{
    make(with_hello(R"(next; late=$id; next; echo "{\"id\":$late,\"ok\":{\"state\":\"off\"}}"
                       echo "{\"id\":$id,\"ok\":{\"state\":\"on\"}}"; next)"));
    const auto late = status(milliseconds(30));
    EXPECT_EQ(late.failure().code, Code::timeout);
    EXPECT_EQ(late.failure().message,
              "the helper of `test` gave no answer to `status` within 30ms");
    EXPECT_EQ(status().value().state, PowerState::on);
    EXPECT_EQ(provider->starts(), 1U);
}

TEST_F(HelperProviderTest, RepliesMayComeInAnyOrder)
{
    make(with_hello(R"(next; a=$id; next; echo "{\"id\":$id,\"ok\":{\"state\":\"off\"}}"
                       echo "{\"id\":$a,\"ok\":{\"state\":\"on\"}}"; next)"));
    std::string order;
    for (const char* name : {"foo", "bar"})
        provider->status({name, "", {}}, seconds(10), [&order, name](Result<SystemStatus> reply) {
            order += std::string{name} + " " + std::string{to_string(reply.value().state)} + ";";
        });
    ASSERT_TRUE(loop.run_until([&] { return order.size() > 12; }, seconds(10)));
    EXPECT_EQ(order, "bar off;foo on;");
}

TEST_F(HelperProviderTest, AMuteHelperIsReplacedAfterThreeDeadlines)
{
    make(with_hello(
        R"(if [ -e "$0.mute" ]; then while next; do echo "{\"id\":$id,\"ok\":{\"state\":\"on\"}}"; done; fi
                       : >"$0.mute"; while next; do :; done)"));
    EXPECT_EQ(status(milliseconds(200)).failure().code, Code::timeout);
    EXPECT_EQ(status(milliseconds(10)).failure().code, Code::timeout);
    EXPECT_EQ(status(milliseconds(10)).failure().code, Code::timeout);
    EXPECT_EQ(status().value().state, PowerState::on);
    EXPECT_EQ(provider->starts(), 2U);
}

TEST_F(HelperProviderTest, EventsReachThoseWhoWatchThatSystem)
{
    make(with_hello(R"(while next; do
        echo '{"event":"weather"}'; echo '{"event":"state","system":"bar","state":"off"}'
        echo '{"event":"state","system":"foo","state":"stopping"}'
        echo "{\"id\":$id,\"ok\":{\"state\":\"on\"}}"; done)"));
    std::vector<PowerState> told;
    {
        const auto watch = provider->watch("foo", [&](PowerState state) { told.push_back(state); });
        ASSERT_TRUE(status().ok());
        EXPECT_EQ(told, std::vector<PowerState>{PowerState::stopping});
    }
    ASSERT_TRUE(status().ok());
    EXPECT_EQ(told.size(), 1U);
}

TEST_F(HelperProviderTest, AWatchMayEndInsideItsOwnCall)
{
    make(with_hello(R"(while next; do echo '{"event":"state","system":"foo","state":"off"}'
        echo "{\"id\":$id,\"ok\":{\"state\":\"on\"}}"; done)"));
    std::unique_ptr<Watch> watch;
    int told = 0;
    watch = provider->watch("foo", [&](PowerState) {
        ++told;
        watch.reset();
    });
    ASSERT_TRUE(status().ok());
    ASSERT_TRUE(status().ok());
    EXPECT_EQ(told, 1);
}

TEST_F(HelperProviderTest, EveryNewHelperIsToldTheSystemsFirst)
{
    make(with_hello(answer_all));
    provider->sync({{"foo", "", {}}, {"bar", "", {}}});
    ASSERT_TRUE(status().ok());
    const int first = provider->helper_pid();
    ASSERT_GT(first, 0);
    ::kill(first, SIGKILL);
    ASSERT_TRUE(loop.run_until(
        [&] { return provider->helper_pid() != first && provider->helper_pid() != 0; },
        seconds(10)));
    ASSERT_TRUE(status().ok());
    const std::string lines = seen();
    const std::string sync = R"("systems":{"foo":{},"bar":{}})";
    EXPECT_LT(lines.find(sync), lines.find(R"("op":"status")"));
    EXPECT_NE(lines.rfind(sync), lines.find(sync)) << "told again to the second";
    EXPECT_LT(lines.rfind(sync), lines.rfind(R"("op":"status")"));
}

TEST_F(HelperProviderTest, WhatIsAskedWhileNoHelperIsThereWaitsForTheNext)
{
    make(with_hello(
        R"(if [ -e "$0.died" ]; then while next; do echo "{\"id\":$id,\"ok\":{\"state\":\"on\"}}"; done; fi
                       : >"$0.died"; next; exit 1)"));
    std::string order;
    provider->status({"foo", "", {}}, seconds(10), [&](const Result<SystemStatus>& lost) {
        order += lost.ok() ? "on;" : "lost;";
        provider->status({"foo", "", {}}, seconds(10), [&](const Result<SystemStatus>& reply) {
            order += reply.ok() ? "on;" : "lost;";
        });
    });
    ASSERT_TRUE(loop.run_until([&] { return order.size() >= 8; }, seconds(10)));
    EXPECT_EQ(order, "lost;on;");
}

TEST_F(HelperProviderTest, AHelperThatAlwaysDiesFailsEachRequestByItsDeadline)
{
    make("exit 7");
    for (int i = 0; i < 3; ++i) {
        const auto reply = status(milliseconds(500));
        EXPECT_EQ(reply.failure().code, Code::unreachable);
        EXPECT_NE(reply.failure().message.find("status 7"), std::string::npos);
    }
}

TEST_F(HelperProviderTest, OnlySoManyMayWait)
{
    HelperOptions options;
    options.most_pending = 2;
    make(with_hello("while next; do :; done"), options);
    int refused = 0;
    for (int i = 0; i < 5; ++i)
        provider->status({"foo", "", {}}, seconds(10), [&](const Result<SystemStatus>& reply) {
            refused += reply.failure().code == Code::unreachable ? 1 : 0;
        });
    ASSERT_TRUE(loop.run_until([&] { return refused >= 3; }, seconds(10)));
    EXPECT_EQ(refused, 3);
}

TEST_F(HelperProviderTest, WhatAHelperCannotDoIsNotSentAndSaysWhatItCan)
{
    make(
        R"(echo '{"hello":"reops-provider","protocol":1,"name":"lamp","version":"1","capabilities":["status","stop","events"]}')"
        "\n" +
        std::string{answer_all});
    std::optional<Result<void>> got;
    provider->change(Change::create, {"foo", "", {}}, seconds(10), [&](Result<void> reply) {
        got = std::move(reply);
    });
    ASSERT_TRUE(loop.run_until([&] { return got.has_value(); }, seconds(10)));
    EXPECT_EQ(got->failure().code, Code::unsupported);
    EXPECT_EQ(got->failure().message, "test cannot `create`; it can status, stop");
    EXPECT_TRUE(status().ok());
    EXPECT_EQ(seen().find("create"), std::string::npos) << seen();
}

TEST_F(HelperProviderTest, ItsEndIsTheEndOfTheHelper)
{
    make(with_hello(answer_all));
    ASSERT_TRUE(status().ok());
    const int pid = provider->helper_pid();
    provider.reset();
    EXPECT_NE(::kill(pid, 0), 0);
}

}  // namespace
}  // namespace reops::providers

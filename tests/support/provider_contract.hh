// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What every provider owes its callers, as one suite: instantiate it for each provider with
/// INSTANTIATE_TEST_SUITE_P(Name, ProviderContract, testing::Values(...), contract_name).

#include "providers/helper_provider.hh"
#include "tests/support/fake_clock.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace reops::test {

/// One provider and machines of its that the suite may switch.
struct ContractCase {
    std::string name;
    /// The helper's command line; `folder` is the case's own.
    std::function<std::vector<std::string>(const std::filesystem::path& folder)> argv;
    providers::SystemRef system;       ///< exists; on or off
    providers::SystemRef missing;      ///< the provider answers, and has no such system
    providers::SystemRef unreachable;  ///< nobody answers for it
    /// Does it listen to a graceful stop by now? Looked at while it is on.
    std::function<bool()> is_ready = [] { return true; };
    /// Do its machines live outside the helper? Else a new helper has them as they were at first.
    bool machines_outlive_helper = true;
    Duration patience = seconds(10);
};

inline std::string contract_name(const testing::TestParamInfo<ContractCase>& info)
{
    return info.param.name;
}

class ProviderContract : public testing::TestWithParam<ContractCase> {
protected:
    using Change = providers::Change;
    using PowerState = providers::PowerState;

    ProviderContract()
        : provider(
              loop, clock, log, {GetParam().name, GetParam().argv(folder.path()), milliseconds(5)})
    {
    }
    template <class T>
    Result<T> wait(const std::function<void(providers::Reply<T>)>& ask)
    {
        std::optional<Result<T>> got;
        ask([&](Result<T> reply) { got = std::move(reply); });
        EXPECT_FALSE(got.has_value()) << "a reply never comes inside the call";
        EXPECT_TRUE(loop.run_until([&] { return got.has_value(); }, GetParam().patience * 2));
        return got.value_or(Result<T>{Failure{Code::internal, "no reply"}});
    }
    Result<providers::SystemStatus> status(const providers::SystemRef& system)
    {
        return wait<providers::SystemStatus>(
            [&](auto reply) { provider.status(system, GetParam().patience, std::move(reply)); });
    }
    Result<void> change(Change what, const providers::SystemRef& system)
    {
        return wait<void>([&](auto reply) {
            provider.change(what, system, GetParam().patience, std::move(reply));
        });
    }
    /// Looks again and again, as callers do.
    bool reaches(PowerState wanted)
    {
        bool there = false;
        io::Timer pause{loop};
        std::function<void()> look = [&] {
            provider.status(GetParam().system, GetParam().patience, [&](auto reply) {
                there = reply.ok() && reply.value().state == wanted;
                if (!there)
                    pause.after(milliseconds(5), look);
            });
        };
        look();
        return loop.run_until([&] { return there; }, GetParam().patience * 2);
    }
    void bring_up()
    {
        const auto now = status(system_named());
        ASSERT_TRUE(now.ok()) << now.failure().message;
        if (now.value().state != PowerState::on) {
            ASSERT_TRUE(change(Change::start, system_named()).ok());
        }
        ASSERT_TRUE(reaches(PowerState::on));
        io::Timer pause{loop};
        std::function<void()> again = [&] { pause.after(milliseconds(20), again); };
        again();
        ASSERT_TRUE(loop.run_until(GetParam().is_ready, GetParam().patience * 3));
    }
    const providers::SystemRef& system_named() const { return GetParam().system; }

    TempDir folder;
    io::EventLoop loop;
    FakeClock clock;
    RecordedLog log;
    providers::HelperProvider provider;
};

TEST_P(ProviderContract, StopsAndStartsAndSaysSo)
{
    bring_up();
    ASSERT_TRUE(change(Change::stop, system_named()).ok());
    ASSERT_TRUE(reaches(PowerState::off));
    ASSERT_TRUE(change(Change::start, system_named()).ok());
    ASSERT_TRUE(reaches(PowerState::on));
}

TEST_P(ProviderContract, AHardStopIsOffAtOnce)
{
    bring_up();
    ASSERT_TRUE(change(Change::stop_hard, system_named()).ok());
    EXPECT_EQ(status(system_named()).value().state, PowerState::off);
}

TEST_P(ProviderContract, AskingForWhatIsThereIsAccepted)
{
    bring_up();
    EXPECT_TRUE(change(Change::start, system_named()).ok());
    EXPECT_EQ(status(system_named()).value().state, PowerState::on);
    ASSERT_TRUE(change(Change::stop_hard, system_named()).ok());
    for (const Change what : {Change::stop, Change::stop_hard}) {
        const auto again = change(what, system_named());
        EXPECT_TRUE(again.ok()) << again.failure().message;
        EXPECT_EQ(status(system_named()).value().state, PowerState::off);
    }
}

TEST_P(ProviderContract, AMissingSystemIsAbsentAndCannotBeChanged)
{
    const auto absent = status(GetParam().missing);
    ASSERT_TRUE(absent.ok()) << absent.failure().message;
    EXPECT_EQ(absent.value().state, PowerState::absent);
    for (const Change what : {Change::start, Change::stop, Change::stop_hard})
        EXPECT_EQ(change(what, GetParam().missing).failure().code, Code::not_found)
            << to_string(what);
}

TEST_P(ProviderContract, WhoDoesNotAnswerIsUnreachable)
{
    EXPECT_EQ(status(GetParam().unreachable).failure().code, Code::unreachable);
    EXPECT_EQ(change(Change::stop, GetParam().unreachable).failure().code, Code::unreachable);
    EXPECT_TRUE(status(system_named()).ok()) << "the others go on";
}

TEST_P(ProviderContract, ListsWhatRunsUnderInventoryNames)
{
    bring_up();
    provider.sync({system_named()});
    const auto listed = wait<std::vector<providers::ListedSystem>>([&](auto reply) {
        provider.list(system_named().options, GetParam().patience, std::move(reply));
    });
    ASSERT_TRUE(listed.ok()) << listed.failure().message;
    EXPECT_TRUE(std::any_of(listed.value().begin(), listed.value().end(), [&](const auto& entry) {
        return entry.name == system_named().name && entry.state == PowerState::on;
    }));
}

TEST_P(ProviderContract, TellsOfChangesToThoseWhoWatch)
{
    bring_up();
    std::vector<PowerState> told;
    const auto watch =
        provider.watch(system_named().name, [&](PowerState state) { told.push_back(state); });
    ASSERT_TRUE(change(Change::stop_hard, system_named()).ok());
    EXPECT_TRUE(loop.run_until(
        [&] { return std::find(told.begin(), told.end(), PowerState::off) != told.end(); },
        GetParam().patience));
}

TEST_P(ProviderContract, AddressesAreAListThatMayBeEmpty)
{
    bring_up();
    const auto addresses = wait<std::vector<std::string>>([&](auto reply) {
        provider.addresses(system_named(), GetParam().patience, std::move(reply));
    });
    EXPECT_TRUE(addresses.ok()) << addresses.failure().message;
}

TEST_P(ProviderContract, AnUnknownRequestIsUnsupported)
{
    const auto danced = wait<data::Value>([&](auto reply) {
        providers::HelperRequest request;
        request.op = "dance";
        request.system = system_named();
        provider.request(request, GetParam().patience, std::move(reply));
    });
    EXPECT_EQ(danced.failure().code, Code::unsupported);
}

TEST_P(ProviderContract, AKilledHelperIsUnreachableAndThenBackAgain)
{
    ASSERT_TRUE(status(system_named()).ok());
    const int pid = provider.helper_pid();
    ::kill(pid, SIGSTOP);  // so that the request is surely waiting
    std::optional<Code> lost;
    provider.status(system_named(), GetParam().patience, [&](auto reply) {
        lost = reply.ok() ? Code::internal : reply.failure().code;
    });
    ::kill(pid, SIGKILL);
    ASSERT_TRUE(loop.run_until([&] { return lost.has_value(); }, GetParam().patience));
    EXPECT_EQ(*lost, Code::unreachable);
    EXPECT_TRUE(status(system_named()).ok());
    EXPECT_NE(provider.helper_pid(), pid);
    EXPECT_EQ(provider.starts(), 2U);
}

TEST_P(ProviderContract, AStopGoesOnWhenItsHelperIsKilled)
{
    bring_up();
    ASSERT_TRUE(change(Change::stop, system_named()).ok());
    ::kill(provider.helper_pid(), SIGKILL);
    EXPECT_TRUE(reaches(GetParam().machines_outlive_helper ? PowerState::off : PowerState::on));
    EXPECT_EQ(provider.starts(), 2U);
}

}  // namespace reops::test

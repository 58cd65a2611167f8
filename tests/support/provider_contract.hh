// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What every provider owes its callers, as suites. Each provider gives a ContractCase and
/// instantiates ProviderContract, and of the others those that it can keep:
///
///     KnowingContract    knows what it has                  needs `missing`
///     CreatingContract   makes and destroys machines        needs `fresh` and `vanish`
///     LoginContract      refuses a wrong login              needs `denied`
///     SilenceContract    a peer that never answers          needs `silent`
///     WatchContract      tells of changes by itself
///     HelperContract     is a helper program

#include "providers/helper_provider.hh"
#include "tests/support/fake_clock.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace reops::test {

/// What a provider is made with; all of it outlives the provider.
struct ContractWorld {
    TempDir folder;
    io::EventLoop loop;
    FakeClock clock;
    RecordedLog log;
};

/// One provider and machines of its that the suites may switch.
struct ContractCase {
    std::string name;
    std::function<std::unique_ptr<providers::Provider>(ContractWorld&)> make;
    providers::SystemRef system;       ///< exists; on or off
    providers::SystemRef missing;      ///< the provider answers, and has no such system
    providers::SystemRef unreachable;  ///< nobody answers for it
    providers::SystemRef fresh;        ///< does not exist yet, and can be created
    providers::SystemRef denied;       ///< its login is wrong
    providers::SystemRef silent;       ///< who is asked for it accepts and never answers
    /// Takes the machine that `fresh` became away, behind the provider's back.
    std::function<void(ContractWorld&)> vanish = nullptr;
    /// Does the system listen to a graceful stop by now? Looked at while it is on.
    std::function<bool()> is_ready = [] { return true; };
    /// Do its machines live outside the helper? Else a new helper has them as they were at first.
    bool machines_outlive_helper = true;
    Duration patience = seconds(10);
};

/// For providers that are programs.
inline auto helper_maker(std::string name,
                         std::function<std::vector<std::string>(const TempDir& folder)> argv)
{
    return [name = std::move(name),
            argv = std::move(argv)](ContractWorld& world) -> std::unique_ptr<providers::Provider> {
        providers::HelperOptions options;
        options.name = name;
        options.argv = argv(world.folder);
        options.restart_first = milliseconds(5);
        return std::make_unique<providers::HelperProvider>(
            world.loop, world.clock, world.log, options);
    };
}

inline std::string contract_name(const testing::TestParamInfo<ContractCase>& info)
{
    return info.param.name;
}

class ProviderContract : public testing::TestWithParam<ContractCase> {
protected:
    using Change = providers::Change;
    using PowerState = providers::PowerState;
    using SystemRef = providers::SystemRef;

    template <class T>
    Result<T> wait(const std::function<void(providers::Reply<T>)>& ask)
    {
        std::optional<Result<T>> got;
        ask([&](Result<T> reply) { got = std::move(reply); });
        EXPECT_FALSE(got.has_value()) << "a reply never comes inside the call";
        EXPECT_TRUE(world.loop.run_until([&] { return got.has_value(); }, GetParam().patience * 2));
        return got.value_or(Result<T>{Failure{Code::internal, "no reply"}});
    }
    Result<providers::SystemStatus> status(const SystemRef& system)
    {
        return wait<providers::SystemStatus>(
            [&](auto reply) { provider->status(system, GetParam().patience, std::move(reply)); });
    }
    PowerState state(const SystemRef& system)
    {
        const auto now = status(system);
        EXPECT_TRUE(now.ok()) << now.failure().message;
        return now.ok() ? now->state : PowerState::unknown;
    }
    Result<void> change(Change what, const SystemRef& system)
    {
        return wait<void>([&](auto reply) {
            provider->change(what, system, GetParam().patience, std::move(reply));
        });
    }
    void do_change(Change what, const SystemRef& system)
    {
        const auto done = change(what, system);
        ASSERT_TRUE(done.ok()) << to_string(what) << ": " << done.failure().message;
    }
    std::optional<providers::ListedSystem> listed(const SystemRef& system)
    {
        const auto all = wait<std::vector<providers::ListedSystem>>([&](auto reply) {
            provider->list(system.options, GetParam().patience, std::move(reply));
        });
        EXPECT_TRUE(all.ok()) << all.failure().message;
        if (all.ok())
            for (const providers::ListedSystem& one : *all)
                if (one.name == system.name)
                    return one;
        return std::nullopt;
    }
    /// Looks again and again, as callers do.
    bool reaches(PowerState wanted, const SystemRef& system)
    {
        bool there = false;
        io::Timer pause{world.loop};
        std::function<void()> look = [&] {
            provider->status(system, GetParam().patience, [&](auto reply) {
                there = reply.ok() && reply.value().state == wanted;
                if (!there)
                    pause.after(milliseconds(5), look);
            });
        };
        look();
        return world.loop.run_until([&] { return there; }, GetParam().patience * 2);
    }
    void bring_up()
    {
        if (state(machine()) != PowerState::on)
            do_change(Change::start, machine());
        ASSERT_TRUE(reaches(PowerState::on, machine()));
        io::Timer pause{world.loop};
        std::function<void()> again = [&] { pause.after(milliseconds(20), again); };
        again();
        ASSERT_TRUE(world.loop.run_until(GetParam().is_ready, GetParam().patience * 3));
    }
    const SystemRef& machine() const { return GetParam().system; }

    ContractWorld world;
    std::unique_ptr<providers::Provider> provider = GetParam().make(world);
};

TEST_P(ProviderContract, StopsAndStartsAndSaysSo)
{
    bring_up();
    do_change(Change::stop, machine());
    ASSERT_TRUE(reaches(PowerState::off, machine()));
    do_change(Change::start, machine());
    ASSERT_TRUE(reaches(PowerState::on, machine()));
}

TEST_P(ProviderContract, AHardStopIsOffAtOnce)
{
    bring_up();
    do_change(Change::stop_hard, machine());
    EXPECT_EQ(state(machine()), PowerState::off);
}

TEST_P(ProviderContract, AskingForWhatIsThereIsAccepted)
{
    bring_up();
    do_change(Change::start, machine());
    EXPECT_EQ(state(machine()), PowerState::on);
    do_change(Change::stop_hard, machine());
    for (const Change what : {Change::stop, Change::stop_hard}) {
        do_change(what, machine());
        EXPECT_EQ(state(machine()), PowerState::off);
    }
}

TEST_P(ProviderContract, WhoDoesNotAnswerIsUnreachable)
{
    EXPECT_EQ(status(GetParam().unreachable).failure().code, Code::unreachable);
    EXPECT_EQ(change(Change::stop, GetParam().unreachable).failure().code, Code::unreachable);
    EXPECT_TRUE(status(machine()).ok()) << "the others go on";
}

TEST_P(ProviderContract, AddressesAreAListThatMayBeEmpty)
{
    bring_up();
    const auto addresses = wait<std::vector<std::string>>(
        [&](auto reply) { provider->addresses(machine(), GetParam().patience, std::move(reply)); });
    EXPECT_TRUE(addresses.ok()) << addresses.failure().message;
}

/// For providers that know what they have.
class KnowingContract : public ProviderContract {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(KnowingContract);

TEST_P(KnowingContract, AMissingSystemIsAbsentAndCannotBeChanged)
{
    EXPECT_EQ(state(GetParam().missing), PowerState::absent);
    for (const Change what : {Change::start, Change::stop, Change::stop_hard})
        EXPECT_EQ(change(what, GetParam().missing).failure().code, Code::not_found)
            << to_string(what);
}

TEST_P(KnowingContract, ListsWhatItHasUnderInventoryNames)
{
    bring_up();
    provider->sync({machine()});
    auto entry = listed(machine());
    ASSERT_TRUE(entry.has_value());
    EXPECT_EQ(entry->state, PowerState::on);
    do_change(Change::stop_hard, machine());
    entry = listed(machine());
    ASSERT_TRUE(entry.has_value()) << "what is off is there all the same";
    EXPECT_EQ(entry->state, PowerState::off);
    EXPECT_FALSE(listed(GetParam().missing).has_value());
}

class CreatingContract : public ProviderContract {
protected:
    void TearDown() override
    {
        // what a failed test left; not_found is fine
        static_cast<void>(change(Change::destroy, GetParam().fresh));
    }
    const SystemRef& fresh() const { return GetParam().fresh; }
    void make_fresh()
    {
        ASSERT_EQ(state(fresh()), PowerState::absent);
        do_change(Change::create, fresh());
        ASSERT_NE(state(fresh()), PowerState::absent);
    }
    void start_fresh()
    {
        do_change(Change::start, fresh());
        ASSERT_TRUE(reaches(PowerState::on, fresh()));
    }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CreatingContract);

TEST_P(CreatingContract, MakesStartsAndDestroys)
{
    make_fresh();
    EXPECT_TRUE(listed(fresh()).has_value());
    start_fresh();
    do_change(Change::stop_hard, fresh());
    EXPECT_EQ(state(fresh()), PowerState::off);
    do_change(Change::destroy, fresh());
    EXPECT_EQ(state(fresh()), PowerState::absent);
    EXPECT_FALSE(listed(fresh()).has_value());
}

TEST_P(CreatingContract, CreatingWhatIsThereChangesNothing)
{
    make_fresh();
    start_fresh();
    do_change(Change::create, fresh());
    EXPECT_EQ(state(fresh()), PowerState::on);
}

TEST_P(CreatingContract, DestroyingARunningOneCutsItsPower)
{
    make_fresh();
    start_fresh();
    do_change(Change::destroy, fresh());
    EXPECT_EQ(state(fresh()), PowerState::absent);
    EXPECT_EQ(change(Change::destroy, fresh()).failure().code, Code::not_found);
}

TEST_P(CreatingContract, AVanishedMachineIsAbsent)
{
    make_fresh();
    start_fresh();
    GetParam().vanish(world);
    EXPECT_TRUE(reaches(PowerState::absent, fresh()));
    EXPECT_EQ(change(Change::stop, fresh()).failure().code, Code::not_found);
    EXPECT_FALSE(listed(fresh()).has_value());
    EXPECT_TRUE(status(machine()).ok()) << "the others go on";
}

class LoginContract : public ProviderContract {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LoginContract);

TEST_P(LoginContract, AWrongLoginIsDenied)
{
    const auto looked = status(GetParam().denied);
    ASSERT_FALSE(looked.ok());
    EXPECT_EQ(looked.failure().code, Code::denied) << looked.failure().message;
    EXPECT_EQ(change(Change::stop_hard, GetParam().denied).failure().code, Code::denied);
    EXPECT_TRUE(status(machine()).ok()) << "the others go on";
}

class SilenceContract : public ProviderContract {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SilenceContract);

TEST_P(SilenceContract, WhoNeverAnswersIsATimeoutAndKeepsNobody)
{
    std::optional<Code> late;
    provider->status(GetParam().silent, milliseconds(300), [&](auto reply) {
        late = reply.ok() ? Code::internal : reply.failure().code;
    });
    EXPECT_TRUE(status(machine()).ok()) << "the others do not wait";
    EXPECT_TRUE(world.loop.run_until([&] { return late.has_value(); }, GetParam().patience));
    EXPECT_EQ(late.value_or(Code::internal), Code::timeout);
}

class WatchContract : public ProviderContract {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(WatchContract);

TEST_P(WatchContract, TellsOfChangesToThoseWhoWatch)
{
    bring_up();
    std::vector<PowerState> told;
    const auto watch =
        provider->watch(machine().name, [&](PowerState state) { told.push_back(state); });
    do_change(Change::stop_hard, machine());
    EXPECT_TRUE(world.loop.run_until(
        [&] { return std::find(told.begin(), told.end(), PowerState::off) != told.end(); },
        GetParam().patience));
}

class HelperContract : public ProviderContract {
protected:
    providers::HelperProvider& helper()
    {
        return dynamic_cast<providers::HelperProvider&>(*provider);
    }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HelperContract);

TEST_P(HelperContract, AnUnknownRequestIsUnsupportedAndSaysWhatThereIs)
{
    const auto danced = wait<data::Value>([&](auto reply) {
        providers::HelperRequest request;
        request.op = "dance";
        request.system = machine();
        helper().request(request, GetParam().patience, std::move(reply));
    });
    ASSERT_FALSE(danced.ok());
    EXPECT_EQ(danced.failure().code, Code::unsupported);
    EXPECT_NE(danced.failure().message.find("cannot `dance`; it can status, start"),
              std::string::npos)
        << danced.failure().message;
}

TEST_P(HelperContract, AKilledHelperIsUnreachableAndThenBackAgain)
{
    ASSERT_TRUE(status(machine()).ok());
    const int pid = helper().helper_pid();
    ::kill(pid, SIGSTOP);  // so that the request is surely waiting
    std::optional<Code> lost;
    provider->status(machine(), GetParam().patience, [&](auto reply) {
        lost = reply.ok() ? Code::internal : reply.failure().code;
    });
    ::kill(pid, SIGKILL);
    ASSERT_TRUE(world.loop.run_until([&] { return lost.has_value(); }, GetParam().patience));
    EXPECT_EQ(*lost, Code::unreachable);
    EXPECT_TRUE(status(machine()).ok());
    EXPECT_NE(helper().helper_pid(), pid);
    EXPECT_EQ(helper().starts(), 2U);
}

TEST_P(HelperContract, AStopGoesOnWhenItsHelperIsKilled)
{
    bring_up();
    do_change(Change::stop, machine());
    ::kill(helper().helper_pid(), SIGKILL);
    EXPECT_TRUE(
        reaches(GetParam().machines_outlive_helper ? PowerState::off : PowerState::on, machine()));
    EXPECT_EQ(helper().starts(), 2U);
}

}  // namespace reops::test

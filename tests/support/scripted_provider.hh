// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A provider whose machines do what a test says, and which remembers what it was asked.

#include "io/event_loop.hh"
#include "providers/provider.hh"

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reops::test {

/// Loop thread only. Replies come in the next turn of the loop.
class ScriptedProvider final : public providers::Provider {
public:
    struct Machine {
        providers::PowerState state = providers::PowerState::on;
        std::optional<std::vector<std::string>> guests = {};
        std::deque<Failure> status_failures = {};  ///< answered before any status is
        bool silent = false;                       ///< never answers
    };

    ScriptedProvider(io::EventLoop& loop, std::string name) : loop_(loop), name_(std::move(name)) {}

    /// What a change does to the machine, and how it is answered. Default: it happens at once.
    std::function<Result<void>(providers::Change, Machine&)> on_change =
        [](providers::Change what, Machine& machine) -> Result<void> {
        machine.state = what == providers::Change::start ? providers::PowerState::on
                                                         : providers::PowerState::off;
        return {};
    };
    std::map<std::string, Machine> machines;
    std::vector<providers::ListedSystem> listed;
    std::deque<Failure> list_failures;  ///< answered before any list is
    std::vector<std::string> asked;     ///< "stop foo", in order; no status requests
    std::size_t looks = 0;
    std::vector<providers::SystemRef> synced;

    /// Changes a state and tells the watchers.
    void set(const std::string& system, providers::PowerState state)
    {
        machines[system].state = state;
        const auto now = watchers_;
        for (const auto& [name, changed] : now)
            if (name == system && changed)
                changed(state);
    }

    std::string_view name() const override { return name_; }
    void status(const providers::SystemRef& system,
                Duration,
                providers::Reply<providers::SystemStatus> reply) override
    {
        ++looks;
        Machine& machine = machines[system.name];
        if (machine.silent)
            return;
        if (machine.status_failures.empty()) {
            answer(std::move(reply), providers::SystemStatus{machine.state, machine.guests, ""});
            return;
        }
        answer(std::move(reply), Result<providers::SystemStatus>{machine.status_failures.front()});
        machine.status_failures.pop_front();
    }
    void change(providers::Change what,
                const providers::SystemRef& system,
                Duration,
                providers::Reply<void> reply) override
    {
        asked.push_back(std::string{to_string(what)} + " " + system.name);
        answer(std::move(reply), on_change(what, machines[system.name]));
    }
    void addresses(const providers::SystemRef&,
                   Duration,
                   providers::Reply<std::vector<std::string>> reply) override
    {
        answer(std::move(reply), std::vector<std::string>{});
    }
    void list(const data::Value&,
              Duration,
              providers::Reply<std::vector<providers::ListedSystem>> reply) override
    {
        if (list_failures.empty())
            return answer(std::move(reply), Result<std::vector<providers::ListedSystem>>{listed});
        answer(std::move(reply),
               Result<std::vector<providers::ListedSystem>>{list_failures.front()});
        list_failures.pop_front();
    }
    void sync(std::vector<providers::SystemRef> systems) override { synced = std::move(systems); }
    std::unique_ptr<providers::Watch> watch(
        std::string system, std::function<void(providers::PowerState)> changed) override
    {
        watchers_.emplace_back(std::move(system), std::move(changed));
        return std::make_unique<Pass>(*this, std::prev(watchers_.end()));
    }
    std::size_t watchers() const { return watchers_.size(); }

private:
    using Watchers = std::list<std::pair<std::string, std::function<void(providers::PowerState)>>>;
    class Pass final : public providers::Watch {
    public:
        Pass(ScriptedProvider& provider, Watchers::iterator place)
            : provider_(provider), place_(place)
        {
        }
        ~Pass() override { provider_.watchers_.erase(place_); }
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;

    private:
        ScriptedProvider& provider_;
        Watchers::iterator place_;
    };

    template <class Reply, class T>
    void answer(Reply reply, T result)
    {
        loop_.post([reply = std::move(reply), result = std::move(result)] { reply(result); });
    }

    io::EventLoop& loop_;
    std::string name_;
    Watchers watchers_;
};

}  // namespace reops::test

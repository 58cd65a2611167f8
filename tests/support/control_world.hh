// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A whole reops without machines: a real Runtime in a folder of its own, the closet flow, a
/// performer that answers as it was told, and the control server on a real unix socket.

#include "control/server.hh"
#include "data/json.hh"
#include "data/map.hh"
#include "engine/detail.hh"
#include "engine/flow.hh"
#include "engine/stages.hh"
#include "io/http.hh"
#include "tests/support/fake_clock.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::test {

/// Does every kind. What is not scripted is verified, after 1.9 s of its own telling; a held host
/// is answered when it is let go.
class ScriptedPerformer final : public runtime::Performer {
public:
    explicit ScriptedPerformer(io::EventLoop& loop) : loop_(loop) {}

    /// Actions take their time on this clock.
    void pass_time_on(FakeClock& clock) { clock_ = &clock; }

    void answer(const std::string& host_or_kind, engine::Outcome outcome)
    {
        answers_[host_or_kind] = std::move(outcome);
    }
    void hold(const std::string& host) { held_[host] = nullptr; }
    void let_go(const std::string& host)
    {
        const auto done = std::exchange(held_[host], nullptr);
        held_.erase(host);
        if (done)
            done();
    }
    const std::vector<std::string>& asked() const { return asked_; }

    std::span<const std::string_view> kinds() const override { return performed; }
    void perform(const engine::Effect& effect, runtime::Done done) override
    {
        asked_.push_back(effect.host.empty() ? effect.kind : effect.kind + " " + effect.host);
        auto finish = [clock = clock_, done = std::move(done), outcome = outcome_of(effect)] {
            if (clock != nullptr)
                clock->advance(outcome.took);
            done(outcome);
        };
        if (const auto held = held_.find(effect.host); held != held_.end())
            held->second = std::move(finish);
        else
            loop_.post(std::move(finish));
    }
    void cancel(engine::EffectId) override {}

private:
    engine::Outcome outcome_of(const engine::Effect& effect) const
    {
        const auto found = answers_.find(effect.host.empty() ? effect.kind : effect.host);
        if (found != answers_.end())
            return found->second;
        const bool acts = !effect.host.empty();
        return {.status = acts ? engine::Status::verified : engine::Status::done,
                .exit_code = 0,
                .message = acts ? "" : "taken by the script",
                .evidence =
                    acts ? engine::make_detail({{"state", engine::text("off")}}) : data::Value{},
                .took = acts ? Duration{1'900'000} : Duration{}};
    }

    static constexpr std::array<std::string_view, 7> performed = {
        "stop", "stop-hard", "start", "email", "publish", "alert", "file-mail"};
    io::EventLoop& loop_;
    FakeClock* clock_ = nullptr;
    std::map<std::string, engine::Outcome> answers_;
    std::map<std::string, std::function<void()>> held_;
    std::vector<std::string> asked_;
};

/// foo and bar run on big-iron.
inline std::shared_ptr<const hosts::Inventory> closet_inventory()
{
    std::vector<hosts::System> systems(3);
    systems[0].name = "big-iron";
    systems[0].type = "hypervisor";
    systems[1].name = "foo";
    systems[1].type = "plex";
    systems[2].name = "bar";
    for (hosts::System& system : systems) {
        system.provider = "sim";
        system.address = system.name;
        if (system.name != "big-iron")
            system.runs_on = "big-iron";
    }
    auto made = hosts::Inventory::make(std::move(systems), 1);
    return std::make_shared<const hosts::Inventory>(std::move(made).value());
}

inline engine::FlowPtr closet_flow()
{
    engine::Flow flow;
    flow.name = "closet-heat";
    flow.event = "temperature";
    flow.stages = {engine::make_pick(
                       [](const data::Value& t) {
                           if (!t.number())
                               throw std::runtime_error{"expected a number"};
                           return *t.number() > 70;
                       },
                       "t > 70"),
                   std::make_shared<engine::PowerStage>(
                       engine::PowerOptions{.hosts = hosts::Hosts{"foo", "bar", "big-iron"}}),
                   std::make_shared<engine::EmailStage>(engine::MailOptions{
                       .from = "reops@home",
                       .to = {"me@home"},
                       .subject = "stopped all closet instances, room too hot"})};
    return engine::make_flow(std::move(flow), "test-build").value();
}

/// A flow that starts what the closet flow stops.
inline engine::FlowPtr solar_flow()
{
    engine::Flow flow;
    flow.name = "solar";
    flow.event = "power";
    flow.stages = {
        engine::make_pick([](const data::Value& kw) { return kw.number().value_or(0) > 10; },
                          "kw > 10"),
        std::make_shared<engine::PowerStage>(engine::PowerOptions{
            .direction = hosts::Direction::start, .hosts = hosts::Hosts{"foo"}})};
    return engine::make_flow(std::move(flow), "test-build").value();
}

class ControlWorld {
public:
    explicit ControlWorld(const std::string& state_folder = {}) : performer(loop)
    {
        state = state_folder.empty() ? (folder / "state").string() : state_folder;
        runtime::RuntimeOptions options;
        options.state = state;
        options.commit_window = milliseconds(0);
        std::filesystem::create_directories(options.state);
        runtime = runtime::Runtime::open(loop, clock, log, options).value();
        runtime->add_performer(performer);
        runtime->declare(closet_flow(), "program");
        runtime->declare(solar_flow(), "program");
        started = runtime->start(closet_inventory()).ok();
        socket = state + "/control.sock";
    }

    control::ControlParts parts()
    {
        return {.loop = loop,
                .runtime = *runtime,
                .clock = clock,
                .log = log,
                .state_folder = state,
                .version = "0.1.0",
                .zone = "UTC",
                .shut_down = [this] { shut_down_asked = true; }};
    }
    void serve(control::ControlParts with)
    {
        server = control::Server::start(std::move(with), socket).value();
    }

    io::EventLoop loop;
    TempDir folder;
    FakeClock clock;
    RecordedLog log;
    ScriptedPerformer performer;
    std::unique_ptr<runtime::Runtime> runtime;
    std::string state;
    std::string socket;
    std::unique_ptr<control::Server> server;
    bool started = false;
    bool shut_down_asked = false;
};

}  // namespace reops::test

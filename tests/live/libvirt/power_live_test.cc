// SPDX-License-Identifier: Apache-2.0
// Real guests, really shut down: what happened is taken from libvirt's own domain events, recorded
// by another process, and from the process table; never from what we say of ourselves.
#include "actions/power_performer.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "engine/flow.hh"
#include "engine/stages.hh"
#include "io/system_clock.hh"
#include "providers/helper_provider.hh"
#include "providers/registry.hh"
#include "providers/sim/store.hh"
#include "runtime/runtime.hh"
#include "tests/live/libvirt/live_guests.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"

#include <csignal>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::test {
namespace {

using data::Value;
using engine::Outcome;
using engine::Status;

Value text(std::string_view value)
{
    return Value::string(value);
}

class LivePower : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(guests.has_value()) << "start this through with_guests.sh";
        ASSERT_TRUE(guests->is_real()) << guests->uri() << " is no hypervisor";
    }
    engine::Effect effect(std::string_view kind, std::string host, Duration limit = seconds(30))
    {
        engine::Effect made;
        made.id = engine::EffectId{++last_id};
        made.kind = kind;
        made.limit = limit;
        made.args = data::make_map({{Value::keyword("provider"), text("libvirt")},
                                    {Value::keyword("options"), guests->options()}});
        made.host = std::move(host);
        return made;
    }
    /// A hypervisor that is simulated; its guests are those of libvirt.
    engine::Effect stop_big_iron(const std::vector<const char*>& known_guests)
    {
        engine::Effect made = effect("stop", "big-iron");
        data::VectorBuilder known;
        for (const char* guest : known_guests)
            known.push_back(text(guest));
        made.args = data::make_map(
            {{Value::keyword("provider"), text("sim")},
             {Value::keyword("guests"), known.finish()},
             {Value::keyword("options"),
              data::make_map({{Value::keyword("guests-uri"), text(guests->uri())},
                              {Value::keyword("sim"),
                               data::make_map({{Value::keyword("stop"), text("100ms")}})}})}});
        return made;
    }
    void perform(const engine::Effect& what)
    {
        performer.perform(what, [this, host = what.host](Outcome outcome) {
            outcomes[host] = std::move(outcome);
        });
    }
    Outcome wait_for(const std::string& host)
    {
        EXPECT_TRUE(loop.run_until([&] { return outcomes.contains(host); }, seconds(60))) << host;
        Outcome outcome = outcomes[host];
        outcomes.erase(host);
        return outcome;
    }
    Outcome run(const engine::Effect& what)
    {
        perform(what);
        return wait_for(what.host);
    }
    /// The loop turns until it holds.
    bool until(const std::function<bool()>& holds, Duration longest)
    {
        io::Timer pause{loop};
        std::function<void()> again = [&] { pause.after(milliseconds(20), again); };
        again();
        return loop.run_until(holds, longest);
    }
    void bring_up(const std::string& guest)
    {
        const Outcome outcome = run(effect("start", guest));
        ASSERT_EQ(outcome.status, Status::verified) << outcome.message;
        ASSERT_TRUE(until([&] { return guests->is_up(guest); }, seconds(60))) << guest;
    }
    /// virsh writes a moment after libvirt has told it.
    std::optional<Time> event(const std::string& guest, std::string_view what, Time after)
    {
        std::optional<Time> at;
        static_cast<void>(until(
            [&] {
                at = guests->last_event(guest, what);
                return at && *at >= after;
            },
            seconds(5)));
        return at && *at >= after ? at : std::nullopt;
    }

    hosts::System machine(std::string name, Duration stop_within = seconds(30))
    {
        hosts::System made;
        made.name = std::move(name);
        made.provider = "libvirt";
        made.runs_on = "big-iron";
        made.stop_within = stop_within;
        made.options = guests->options();
        return made;
    }
    hosts::System big_iron()
    {
        hosts::System made;
        made.name = "big-iron";
        made.provider = "sim";
        made.options = stop_big_iron({}).args.as_map().get("options");
        return made;
    }
    /// A hot reading through engine, journal and performers: the engine chooses the order. The
    /// outcomes by host, once the run is closed.
    std::map<std::string, store::OutcomeRow> stop_by_flow(std::vector<hosts::System> systems)
    {
        const TempDir state;
        std::vector<std::string> closet;
        closet.reserve(systems.size());
        for (const hosts::System& one : systems)
            closet.push_back(one.name);
        if (closet.back() != "big-iron")
            systems.push_back(big_iron());
        const auto inventory = hosts::Inventory::make(std::move(systems), 1);
        engine::Flow flow;
        flow.name = "closet-heat";
        flow.event = "temperature";
        engine::PowerOptions power;
        power.hosts = hosts::Hosts{closet};
        flow.stages = {std::make_shared<engine::PowerStage>(power)};
        auto made = engine::make_flow(std::move(flow), "live");
        runtime::RuntimeOptions options;
        options.state = state.path().string();
        auto runtime = runtime::Runtime::open(loop, clock, log, options);
        if (!inventory || !made || !runtime) {
            ADD_FAILURE() << "cannot begin";
            return {};
        }
        (*runtime)->add_performer(performer);
        (*runtime)->declare(*made, "test");
        EXPECT_TRUE((*runtime)->start(std::make_shared<hosts::Inventory>(*inventory)).ok());
        (*runtime)->offer({.name = "temperature", .key = "closet", .value = Value::real(71.4)});
        std::map<std::string, store::OutcomeRow> outcomes_by_host;
        EXPECT_TRUE(until(
            [&] {
                const auto runs = (*runtime)->history().runs({});
                return runs && runs->size() == 1 && runs->front().status != "open";
            },
            seconds(60)));
        if (const auto rows = (*runtime)->history().outcomes(1))
            for (const store::OutcomeRow& row : *rows)
                outcomes_by_host[row.host] = row;
        return outcomes_by_host;
    }
    /// When big-iron was asked to stop last, by the simulation's own log.
    std::optional<Time> asked_of_big_iron()
    {
        std::optional<Time> at;
        const auto sim = providers::sim::Store::open(folder / "sim", clock);
        EXPECT_TRUE(sim.ok());
        EXPECT_TRUE((*sim)
                        ->visit_log([&](const providers::sim::LogLine& line, const auto&) {
                            if (line.entry.op == "stop" && line.outcome == "accepted")
                                at = line.entry.at;
                        })
                        .ok());
        return at;
    }

    std::optional<LiveGuests> guests = LiveGuests::find();
    TempDir folder;
    io::EventLoop loop;
    io::SystemClock clock;
    RecordedLog log;
    providers::Registry registry{
        loop, clock, log, {providers::RegistrySettings::default_helper_folders(), folder / "sim"}};
    actions::PowerPerformer performer{loop, clock, registry};
    std::map<std::string, Outcome> outcomes;
    std::uint64_t last_id = 0;
};

TEST_F(LivePower, GuestsShutDownThemselvesThenTheirHypervisorGoes)
{
    bring_up("foo");
    bring_up("bar");
    ASSERT_EQ(guests->emulators("foo").size(), 1U);
    ASSERT_EQ(guests->emulators("bar").size(), 1U);

    const Outcome early = run(stop_big_iron({"foo"}));
    EXPECT_EQ(early.status, Status::refused);
    EXPECT_EQ(early.message, "unknown guest bar runs on it");

    const Time begun = clock.wall();
    const auto stopped = stop_by_flow({machine("foo"), machine("bar"), big_iron()});
    ASSERT_EQ(stopped.size(), 3U);
    for (const auto& [host, row] : stopped)
        EXPECT_EQ(row.outcome, "verified") << host << ": " << row.message;

    const auto hypervisor = asked_of_big_iron();
    ASSERT_TRUE(hypervisor.has_value());
    for (const char* guest : {"foo", "bar"}) {
        EXPECT_TRUE(guests->emulators(guest).empty()) << guest;
        const auto asked = event(guest, "Shutdown Finished after guest request", begun);
        const auto gone = event(guest, "Stopped Shutdown", begun);
        ASSERT_TRUE(asked && gone) << guest << " did not shut itself down";
        EXPECT_LE(*asked, *gone);
        EXPECT_LT(*gone, *hypervisor) << guest << " was still on when big-iron was asked";
    }
}

// A guest that ignores its power button: alone it stays on; with its hypervisor in the same stop it
// is switched off hard, since its power goes either way.
TEST_F(LivePower, AGuestThatIgnoresItsButtonIsATimeoutThenSwitchedOff)
{
    bring_up("stubborn");
    const Time begun = clock.wall();
    const auto alone = stop_by_flow({machine("stubborn", seconds(2))});
    ASSERT_EQ(alone.size(), 1U);
    EXPECT_EQ(alone.at("stubborn").outcome, "timeout");
    EXPECT_EQ(alone.at("stubborn").message, "did not stop");
    EXPECT_EQ(guests->emulators("stubborn").size(), 1U);
    EXPECT_FALSE(asked_of_big_iron().has_value());

    const auto both = stop_by_flow({machine("stubborn", seconds(2)), big_iron()});
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both.at("stubborn").outcome, "verified") << both.at("stubborn").message;
    EXPECT_TRUE(both.at("stubborn").hard);
    EXPECT_EQ(both.at("big-iron").outcome, "verified") << both.at("big-iron").message;
    const auto destroyed = event("stubborn", "Stopped Destroyed", begun);
    const auto hypervisor = asked_of_big_iron();
    ASSERT_TRUE(destroyed && hypervisor);
    EXPECT_LT(*destroyed, *hypervisor);
    EXPECT_TRUE(guests->emulators("stubborn").empty());
}

TEST_F(LivePower, AKilledHelperLosesNeitherTheStopNorTheWatching)
{
    bring_up("foo");
    const Time begun = clock.wall();
    auto& helper = dynamic_cast<providers::HelperProvider&>(*registry.get("libvirt").value());
    const auto watch = helper.watch("foo", [&](providers::PowerState state) {
        if (state == providers::PowerState::stopping && helper.helper_pid() != 0)
            ::kill(helper.helper_pid(), SIGKILL);
    });
    const Outcome outcome = run(effect("stop", "foo"));
    EXPECT_EQ(outcome.status, Status::verified) << outcome.message;
    EXPECT_EQ(helper.starts(), 2U);
    EXPECT_EQ(outcome.evidence.as_map().get("asked"), Value::integer(1));
    EXPECT_TRUE(event("foo", "Stopped Shutdown", begun).has_value());
}

}  // namespace
}  // namespace reops::test

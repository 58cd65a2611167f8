// SPDX-License-Identifier: Apache-2.0
// Real guests, really shut down: what happened is taken from libvirt's own domain events, recorded
// by another process, and from the process table; never from what we say of ourselves.
#include "actions/power_performer.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "io/system_clock.hh"
#include "providers/helper_provider.hh"
#include "providers/registry.hh"
#include "providers/sim/store.hh"
#include "tests/live/libvirt/live_guests.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"

#include <csignal>
#include <map>
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
    perform(effect("stop", "foo"));
    perform(effect("stop", "bar"));
    for (const char* guest : {"foo", "bar"}) {
        const Outcome outcome = wait_for(guest);
        EXPECT_EQ(outcome.status, Status::verified) << guest << ": " << outcome.message;
        EXPECT_TRUE(outcome.changed);
        EXPECT_EQ(outcome.evidence.as_map().get("asked"), Value::integer(1));
        EXPECT_TRUE(guests->emulators(guest).empty()) << guest;
    }
    EXPECT_EQ(run(stop_big_iron({"foo", "bar"})).status, Status::verified);

    const auto sim = providers::sim::Store::open(folder / "sim", clock);
    ASSERT_TRUE(sim.ok());
    std::optional<Time> hypervisor;
    ASSERT_TRUE((*sim)
                    ->visit_log([&](const providers::sim::LogLine& line, const auto&) {
                        if (line.entry.op == "stop")
                            hypervisor = line.entry.at;
                    })
                    .ok());
    ASSERT_TRUE(hypervisor.has_value());
    for (const char* guest : {"foo", "bar"}) {
        const auto asked = event(guest, "Shutdown Finished after guest request", begun);
        const auto stopped = event(guest, "Stopped Shutdown", begun);
        ASSERT_TRUE(asked && stopped) << guest << " did not shut itself down";
        EXPECT_LE(*asked, *stopped);
        EXPECT_LT(*stopped, *hypervisor) << guest << " was still on when big-iron was asked";
    }
}

TEST_F(LivePower, AGuestThatIgnoresItsButtonIsATimeoutThenSwitchedOff)
{
    bring_up("stubborn");
    const Time begun = clock.wall();
    const Outcome graceful = run(effect("stop", "stubborn", seconds(3)));
    EXPECT_EQ(graceful.status, Status::timeout);
    EXPECT_EQ(graceful.message, "did not stop");
    EXPECT_EQ(guests->emulators("stubborn").size(), 1U);

    const Outcome hard = run(effect("stop-hard", "stubborn"));
    EXPECT_EQ(hard.status, Status::verified);
    EXPECT_TRUE(hard.hard);
    EXPECT_TRUE(event("stubborn", "Stopped Destroyed", begun).has_value());
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

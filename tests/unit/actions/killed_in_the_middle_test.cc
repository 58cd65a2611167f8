// SPDX-License-Identifier: Apache-2.0
// The helper program is killed in the middle of a stop. Judged from the machines' own log: the host
// is off, and it was asked once.
#include "actions/power_performer.hh"
#include "base/crash_point.hh"
#include "data/map.hh"
#include "io/system_clock.hh"
#include "providers/helper_provider.hh"
#include "providers/sim/store.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"

#include <csignal>
#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace reops::actions {
namespace {

using data::Value;
using engine::Outcome;
using engine::Status;

class KilledInTheMiddle : public testing::Test {
protected:
    void TearDown() override
    {
        set_crash_hook(nullptr);
        at_point = nullptr;
    }
    providers::HelperProvider& provider()
    {
        return dynamic_cast<providers::HelperProvider&>(*registry.get("sim").value());
    }
    void kill_helper()
    {
        ASSERT_NE(provider().helper_pid(), 0);
        ::kill(provider().helper_pid(), SIGKILL);
        ++kills;
    }
    /// Kills the helper once, when that crash point is passed.
    void kill_at(const char* name, bool after)
    {
        at_point = [this, name, after](const std::string& passed, bool is_after) {
            if (kills == 0 && passed == name && is_after == after)
                kill_helper();
        };
        set_crash_hook([](const char* passed, bool is_after) { at_point(passed, is_after); });
    }
    Outcome stop_foo()
    {
        engine::Effect stop;
        stop.id = engine::EffectId{1};
        stop.kind = "stop";
        stop.host = "foo";
        stop.limit = seconds(20);
        stop.args = data::make_map(
            {{Value::keyword("provider"), Value::string("sim")},
             {Value::keyword("options"),
              data::make_map(
                  {{Value::keyword("sim"),
                    data::make_map({{Value::keyword("stop"), Value::string("50ms")}})}})}});
        std::optional<Outcome> outcome;
        performer.perform(stop, [&](Outcome ended) { outcome = std::move(ended); });
        EXPECT_TRUE(loop.run_until([&] { return outcome.has_value(); }, seconds(30)));
        return outcome.value_or(Outcome{});
    }
    /// How often the machine was asked to stop, by the simulation's log.
    int requests()
    {
        const auto store = providers::sim::Store::open(folder / "sim", clock);
        EXPECT_TRUE(store.ok());
        int count = 0;
        EXPECT_TRUE((*store)
                        ->visit_log([&](const providers::sim::LogLine& line, const auto&) {
                            count += line.entry.op == "stop" && line.entry.system == "foo" ? 1 : 0;
                        })
                        .ok());
        return count;
    }
    void expect_one_verified_stop()
    {
        const Outcome outcome = stop_foo();
        EXPECT_EQ(outcome.status, Status::verified) << outcome.message;
        EXPECT_TRUE(outcome.changed);
        EXPECT_EQ(kills, 1);
        EXPECT_EQ(provider().starts(), 2U);
        EXPECT_EQ(requests(), 1);
    }

    static inline std::function<void(const std::string&, bool)> at_point;
    test::TempDir folder;
    io::EventLoop loop;
    io::SystemClock clock;
    test::RecordedLog log;
    providers::Registry registry{
        loop, clock, log, {providers::RegistrySettings::default_helper_folders(), folder / "sim"}};
    PowerPerformer performer{loop,
                             clock,
                             registry,
                             {milliseconds(5),
                              milliseconds(20),
                              milliseconds(5),
                              milliseconds(50),
                              seconds(5),
                              seconds(5)}};
    int kills = 0;
};

TEST_F(KilledInTheMiddle, WhileTheHostIsStopping)
{
    const auto watch = provider().watch("foo", [this](providers::PowerState state) {
        if (state == providers::PowerState::stopping && kills == 0)
            kill_helper();
    });
    expect_one_verified_stop();
}

#ifdef REOPS_CHECKED
TEST_F(KilledInTheMiddle, BeforeItIsAsked)
{
    kill_at("effect-begin:stop", false);
    expect_one_verified_stop();
}

TEST_F(KilledInTheMiddle, AfterItWasAskedAndBeforeItAnswered)
{
    kill_at("effect-begin:stop", true);
    expect_one_verified_stop();
}
#endif

}  // namespace
}  // namespace reops::actions

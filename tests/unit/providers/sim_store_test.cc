// SPDX-License-Identifier: Apache-2.0
#include "providers/sim/commands.hh"
#include "providers/sim/log_line.hh"
#include "providers/sim/store.hh"
#include "tests/support/fake_clock.hh"
#include "tests/support/temp_dir.hh"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace reops::providers::sim {
namespace {

using data::Value;

class SimStore : public testing::Test {
protected:
    std::unique_ptr<Store> open()
    {
        auto store = Store::open(folder.path(), clock);
        EXPECT_TRUE(store.ok()) << store.failure().message;
        return std::move(store).value();
    }
    std::string log_text() const
    {
        std::ifstream file{folder / "log.jsonl"};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    void write_log(std::string_view text) const
    {
        std::ofstream file{folder / "log.jsonl", std::ios::trunc};
        file << text;
    }
    static PowerState state(Store& store, const char* system)
    {
        EXPECT_TRUE(store.refresh().ok());
        const Machine* machine = store.world().find(system);
        return machine == nullptr ? PowerState::absent : machine->state;
    }

    test::TempDir folder;
    test::FakeClock clock;
};

TEST_F(SimStore, MachinesGoOnWhileNobodyRuns)
{
    {
        const auto store = open();
        ASSERT_TRUE(store->declare("foo", {}).ok());
        ASSERT_TRUE(store->request("stop", "foo", {}).ok());
        EXPECT_EQ(state(*store, "foo"), PowerState::stopping);
        EXPECT_EQ(store->until_next_due(), seconds(1));
    }
    clock.advance(seconds(10));
    EXPECT_EQ(state(*open(), "foo"), PowerState::off);
}

TEST_F(SimStore, TwoProcessesSeeEachOther)
{
    const auto one = open();
    const auto two = open();
    ASSERT_TRUE(one->declare("foo", {}).ok());
    ASSERT_TRUE(two->request("stop-hard", "foo", {}).ok());
    EXPECT_EQ(state(*one, "foo"), PowerState::off);
    ASSERT_TRUE(one->reset().ok());
    EXPECT_EQ(two->world().machines().size(), 1U);
    ASSERT_TRUE(two->refresh().ok());
    EXPECT_TRUE(two->world().machines().empty());
    ASSERT_TRUE(two->declare("bar", {}).ok());
    EXPECT_EQ(state(*one, "bar"), PowerState::on);
}

TEST_F(SimStore, AStepOfTheWallClockNeitherHangsNorHurriesAMachine)
{
    const auto store = open();
    ASSERT_TRUE(store->declare("foo", {}).ok());
    ASSERT_TRUE(store->request("stop", "foo", {}).ok());
    clock.step_wall(hours(2));
    EXPECT_EQ(state(*store, "foo"), PowerState::stopping);
    clock.step_wall(-hours(4));
    clock.advance(seconds(1));
    EXPECT_EQ(state(*store, "foo"), PowerState::off);
}

TEST_F(SimStore, AfterARebootWallTimeCounts)
{
    const auto store = open();
    ASSERT_TRUE(store->declare("foo", {}).ok());
    ASSERT_TRUE(store->request("stop", "foo", {}).ok());
    clock.reboot("boot-2", minutes(3));
    EXPECT_EQ(state(*open(), "foo"), PowerState::off);
}

TEST_F(SimStore, DeclaringTwiceWritesOnce)
{
    const auto store = open();
    const data::Map words = data::make_map({{Value::keyword("stop"), Value::string("3s")}});
    ASSERT_TRUE(store->declare("foo", words).ok());
    const std::string once = log_text();
    ASSERT_TRUE(store->declare("foo", words).ok());
    ASSERT_TRUE(open()->declare("foo", words).ok());
    EXPECT_EQ(log_text(), once);
    ASSERT_TRUE(store->declare("foo", {}).ok());
    EXPECT_NE(log_text(), once);
}

TEST_F(SimStore, RefusedRequestsAreInTheLogWithTheirReason)
{
    const auto store = open();
    const data::Map words =
        data::make_map({{Value::keyword("fail-stop"), Value::string("no agent")}});
    ASSERT_TRUE(store->declare("foo", words).ok());
    EXPECT_EQ(store->request("stop", "foo", {}).failure().message, "no agent");
    EXPECT_NE(log_text().find(R"("outcome":"no agent")"), std::string::npos);
}

// Every prefix of the file is what a kill may have left: all whole lines count, the torn one does
// not, and the next request goes on from there.
TEST_F(SimStore, AKillAtAnyInstantLosesNothingAcceptedAndHalfDoesNothing)
{
    {
        const auto store = open();
        ASSERT_TRUE(store->declare("foo", {}).ok());
        ASSERT_TRUE(store->request("stop-hard", "foo", {}).ok());
    }
    const std::string whole = log_text();
    const std::size_t first_end = whole.find('\n') + 1;
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        write_log(std::string_view{whole}.substr(0, cut));
        const auto store = open();
        const PowerState expected = cut == whole.size() ? PowerState::off
                                    : cut >= first_end  ? PowerState::on
                                                        : PowerState::absent;
        ASSERT_EQ(state(*store, "foo"), expected) << "cut at " << cut;
        ASSERT_TRUE(store->request("set", "bar", {}).ok()) << "cut at " << cut;
        ASSERT_EQ(state(*open(), "bar"), PowerState::on) << "cut at " << cut;
    }
}

TEST_F(SimStore, DamageInTheMiddleIsNamedByItsLine)
{
    const auto store = open();
    ASSERT_TRUE(store->declare("foo", {}).ok());
    write_log(log_text() + "{\"n\":\n");
    const auto damaged = Store::open(folder.path(), clock);
    ASSERT_FALSE(damaged.ok());
    EXPECT_EQ(damaged.failure().code, Code::corrupt);
    EXPECT_NE(damaged.failure().message.find("line 2"), std::string::npos);
}

TEST_F(SimStore, ATimeThatNoClockShowsIsDamage)
{
    for (const char* time : {"9223372036854775807", "-1", "1.5"}) {
        for (const char* key : {"sim_us", "boot_us"}) {
            std::string text =
                R"({"n":1,"sim_us":5,"boot_us":7,"boot":"b","op":"start","system":"foo"})";
            ASSERT_TRUE(parse_log_line(text).ok());
            const std::size_t place = text.find(':', text.find(key)) + 1;
            text.replace(place, 1, time);
            EXPECT_EQ(parse_log_line(text).failure().code, Code::corrupt) << text;
        }
    }
}

TEST_F(SimStore, LinesRoundTrip)
{
    const LogLine line{
        3,
        {Time{5}, "set", "foo", data::make_map({{Value::keyword("stop"), Value::string("1s")}})},
        Duration{7},
        "boot-1",
        "accepted"};
    const std::string text = print_log_line(line);
    const auto read = parse_log_line(std::string_view{text}.substr(0, text.size() - 1));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(print_log_line(read.value()), text);
}

TEST_F(SimStore, CommandsListSetAndShowTheLog)
{
    const auto store = open();
    const auto run = [&](auto... words) {
        const std::array<std::string_view, sizeof...(words)> list{words...};
        return run_command(*store, list);
    };
    ASSERT_TRUE(run("set", "foo", "runs-on=big-iron", "stop=2s").ok());
    ASSERT_TRUE(run("set", "big-iron", "ignore-stop=true").ok());
    ASSERT_TRUE(store->request("stop-hard", "big-iron", {}).ok());
    EXPECT_NE(run("list").value().find("foo                  off"), std::string::npos);
    const std::string log = run("log").value();
    EXPECT_LT(log.find("big-iron             stop-hard"),
              log.find("lost power: big-iron went off"));
    EXPECT_EQ(run("log", "--json").value(), log_text());
    EXPECT_EQ(run("set", "foo", "bot=1s").failure().code, Code::invalid_argument);
    EXPECT_EQ(run("set", "foo", "bot").failure().code, Code::invalid_argument);
    EXPECT_EQ(run("lisst").failure().code, Code::invalid_argument);
    ASSERT_TRUE(run("reset").ok());
    EXPECT_EQ(run("list").value(), "");
}

}  // namespace
}  // namespace reops::providers::sim

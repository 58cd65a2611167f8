// SPDX-License-Identifier: Apache-2.0
// Runs of sensor flows that act or tell, as incidents.
#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using test::closet_heat;
using test::EngineBench;
using test::mail;
using test::make;
using test::over;
using test::publish;
using test::stop;

struct Row {
    const char* rule;
    const char* script;
    const char* reasons;
    const char* acts;
};

const char* const all_stop = "stop foo, stop bar, stop big-iron, mail too hot";

TEST(Incidents, OneRunOneMailPerIncident)
{
    const std::vector<Row> rows = {
        {"a passing event opens a run", "71 +1m", "run", all_stop},
        {"a passing event while it is open is joined", "71 +1s 71 +1m", "run joined", all_stop},
        {"flapping around the level at one reading a second is one run",
         "71 +1s 69 +1s 71 +1s 69 +1s 71 +1m",
         "run clear joined clear joined",
         all_stop},
        {"within a minute of the last run it is only counted",
         "71 +59s 71",
         "run counted",
         all_stop},
        {"then a repeat run probes, finds all there, and tells nobody",
         "71 +60s 71 +1m",
         "run repeated",
         "stop foo, stop bar, stop big-iron, mail too hot, stop foo, stop bar, stop big-iron"},
        {"at most once a minute",
         "71 +60s 71 +30s 71 +29s 71 +1s 71",
         "run repeated counted counted repeated",
         "stop foo, stop bar, stop big-iron, mail too hot, stop foo, stop bar, stop big-iron, "
         "stop foo, stop bar, stop big-iron"},
        {"a clear within :calm does not close it",
         "71 +4m 60 +59s 71",
         "run clear repeated",
         "stop foo, stop bar, stop big-iron, mail too hot, stop foo, stop bar, stop big-iron"},
        {"a clear after :calm closes it: the next is another, with another mail",
         "71 +5m 60 71 +1m",
         "run clear run",
         "stop foo, stop bar, stop big-iron, mail too hot, "
         "stop foo, stop bar, stop big-iron, mail too hot"},
        {"retained, late, superseded and implausible readings do not close it",
         "71 +5m retained:60 late:60 superseded:60 implausible:200 71",
         "run retained late superseded implausible repeated",
         "stop foo, stop bar, stop big-iron, mail too hot, stop foo, stop bar, stop big-iron"},
        {"nor do they open one",
         "retained:71 late:71 superseded:71",
         "retained late superseded",
         ""},
        {"another key is another incident",
         "71 attic=71 +1m",
         "run run",
         "stop foo, stop bar, stop big-iron, mail too hot, mail too hot"},
    };
    for (const Row& row : rows) {
        EngineBench bench{closet_heat()};
        EXPECT_EQ(bench.play(row.script), row.reasons) << row.rule;
        EXPECT_EQ(bench.acts(), row.acts) << row.rule;
    }
}

TEST(Incidents, ARepeatRunThatChangesNothingIsOnlyCounted)
{
    EngineBench bench{closet_heat()};
    bench.play("71 +60s 71 +60s 71 +5m");
    ASSERT_EQ(bench.state().incidents.size(), 1U);
    const Incident& incident = bench.state().incidents.rows().begin()->second;
    EXPECT_EQ(incident.runs, 1U);
    EXPECT_EQ(incident.repeats, 2U);
    EXPECT_EQ(bench.last("run-closed", "status"), "unchanged");
    bench.play("60");
    EXPECT_EQ(bench.last("incident-closed", "why"), "clear");
}

TEST(Incidents, AClearDoesNotCloseItWhileItsRunIsOpen)
{
    EngineBench bench{closet_heat()};
    bench.host["foo"].silent = true;
    EXPECT_EQ(bench.play("71 +6m 60 71"), "run clear joined");
    EXPECT_EQ(bench.count("incident-closed"), 0U);
}

TEST(Incidents, CalmAndQuietAreOptions)
{
    EngineBench bench{
        make("f", {over(70), stop({"foo"})}, {.calm = minutes(1), .quiet = minutes(2)})};
    bench.play("71 +60s 60");
    EXPECT_EQ(bench.last("incident-closed", "why"), "clear");
    bench.play("71 +119s");
    EXPECT_EQ(bench.count("incident-closed"), 1U);
    bench.play("+1s");
    EXPECT_EQ(bench.last("incident-closed", "why"), "silent");
}

TEST(Incidents, AfterThirtyMinutesWithoutAnEventItClosesSilently)
{
    EngineBench bench{closet_heat()};
    bench.play("71 +20m 60 +1m 71 +29m");
    EXPECT_EQ(bench.count("incident-closed"), 1U) << "closed by the clear";
    EngineBench other{closet_heat()};
    other.play("71 +2m 60 +29m");
    EXPECT_EQ(other.count("incident-closed"), 0U) << "any event of the key counts";
    other.play("+1m");
    EXPECT_EQ(other.last("incident-closed", "why"), "silent");
    EXPECT_EQ(other.held(), "bar big-iron foo") << "its holds stay";
    other.play("60");
    EXPECT_EQ(other.held(), "") << "until a clear event";
    EXPECT_EQ(other.acts(), all_stop) << "closing mails nothing";
}

TEST(Incidents, ASilentIncidentDoesNotCloseWhileItsRunIsOpen)
{
    EngineBench bench{closet_heat()};
    bench.host["foo"].silent = true;
    bench.play("71 +2h");
    EXPECT_EQ(bench.count("incident-closed"), 0U);
}

TEST(Incidents, AChangedOutcomeSendsOneMoreMailInTheThread)
{
    EngineBench bench{closet_heat()};
    bench.play("71 +60s");
    ASSERT_EQ(bench.mails().size(), 1U);
    EXPECT_EQ(EngineBench::text(bench.mails()[0], "thread"), "");
    bench.host["foo"].on = true;
    bench.play("71 +30s");
    ASSERT_EQ(bench.mails().size(), 2U) << "a host came back";
    EXPECT_EQ(EngineBench::text(bench.mails()[1], "thread"), "1.closet-heat.2.0");
    bench.host["bar"].on = true;
    bench.host["bar"].next = {{.status = Status::unreachable, .changed = false}};
    bench.play("+30s 71 +30s");
    ASSERT_EQ(bench.mails().size(), 3U) << "another failed";
    EXPECT_EQ(EngineBench::text(bench.mails()[2], "thread"), "1.closet-heat.2.0");
    EXPECT_EQ(EngineBench::text(bench.mails()[2], "subject"), "too hot (1 of 3, 2 failed)");
}

TEST(Incidents, ClosingMailsOnlyWhenTheFlowSaysSo)
{
    for (const bool recovered : {false, true}) {
        EngineBench bench{make("f", {over(70), stop({"foo"}), mail("hot", recovered)})};
        bench.play("71 +5m 60");
        ASSERT_EQ(bench.mails().size(), recovered ? 2U : 1U);
        if (!recovered)
            continue;
        EXPECT_EQ(EngineBench::text(bench.mails()[1], "subject"), "over: hot");
        EXPECT_EQ(EngineBench::text(bench.mails()[1], "thread"), "1.f.2.0");
    }
}

TEST(Incidents, AFlowThatOnlyTellsHasIncidentsToo)
{
    EngineBench bench{make("f", {over(70), mail("hot")})};
    EXPECT_EQ(bench.play("71 +1s 71 +60s 71"), "run counted repeated");
    EXPECT_EQ(bench.acts(), "mail hot");
}

TEST(Incidents, ARepeatRunThatFoundNothingNewPublishesNothing)
{
    EngineBench bench{make("f", {over(70), stop({"foo"}), publish("out"), mail("hot")})};
    bench.play("71 +60s 71 +60s");
    EXPECT_EQ(bench.acts(), "stop foo, publish out, mail hot, stop foo");
}

TEST(Incidents, DisarmingClosesThemAndTheirHoldsAndSaysSo)
{
    EngineBench bench{closet_heat()};
    bench.play("71 +1m");
    bench.command("disarm", "flow", "closet-heat");
    EXPECT_EQ(bench.last("incident-closed", "why"), "disarmed");
    EXPECT_EQ(bench.count("hold-released"), 3U);
    EXPECT_EQ(bench.held(), "");
    EXPECT_EQ(bench.play("71"), "");
}

TEST(Incidents, AReloadUnderTheSameNameKeepsThem)
{
    EngineBench bench{closet_heat()};
    bench.play("71 +2m");
    bench.arm(make("closet-heat", {over(75), stop({"foo", "bar", "big-iron"}), mail("too hot")}));
    EXPECT_EQ(bench.held(), "bar big-iron foo");
    EXPECT_EQ(bench.play("76"), "repeated");
}

TEST(Incidents, ARunFinishesWithTheVersionThatBeganIt)
{
    EngineBench bench{closet_heat()};
    bench.play("71");
    bench.arm(make("closet-heat", {over(75), stop({"foo"}), mail("other text")}));
    bench.play("+1m");
    EXPECT_EQ(bench.acts(), all_stop);
}

}  // namespace
}  // namespace reops::engine

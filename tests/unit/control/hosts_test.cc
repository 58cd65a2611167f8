// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/control/control_case.hh"

#include <string>

#include <gtest/gtest.h>

namespace reops::control {
namespace {

class HostsAndFlows : public ControlCase {
protected:
    /// The entry of that name in a list.
    static Said named(const Said& list, std::string_view path, std::string_view name)
    {
        const data::Value rows = list.at(path);  // lives as long as the loop
        for (const data::Value& each : rows.as_vector())
            if (each.as_map().get("name") == data::Value::string(name))
                return {.status = list.status, .text = list.text, .body = each};
        return {};
    }
    Said host(std::string_view name) { return named(get("/v1/hosts"), "hosts", name); }
    Said flow(std::string_view name) { return named(get("/v1/flows"), "flows", name); }
};

TEST_F(HostsAndFlows, BeforeAnythingHappened)
{
    const Said foo = host("foo");
    EXPECT_EQ(foo.word("state"), "unknown");
    EXPECT_EQ(foo.word("provider"), "sim");
    EXPECT_EQ(foo.word("runs_on"), "big-iron");
    EXPECT_EQ(foo.word("type"), "plex");
    EXPECT_EQ(foo.word("reach"), "by its provider `sim`");
    EXPECT_EQ(foo.count("holds"), 0U);
    EXPECT_EQ(host("big-iron").count("guests"), 2U);
}

TEST_F(HostsAndFlows, AfterTheClosetRunHostsAreOffAndHeld)
{
    emit("71.4");
    ASSERT_TRUE(settles());
    const Said foo = host("foo");
    EXPECT_EQ(foo.word("state"), "off");
    EXPECT_EQ(foo.word("last_stop"), "1s900ms");
    ASSERT_EQ(foo.count("holds"), 1U);
    EXPECT_EQ(foo.word("holds.0.flow"), "closet-heat");
    EXPECT_EQ(foo.word("holds.0.key"), "closet");
    EXPECT_EQ(foo.word("holds.0.since"), "2026-11-23T14:00:00.000Z");
}

TEST_F(HostsAndFlows, AStopInFlightIsShown)
{
    world.performer.hold("foo");
    emit("71.4");
    EXPECT_EQ(host("foo").word("in_flight.action"), "stop");
    world.performer.let_go("foo");
    EXPECT_TRUE(settles());
}

TEST_F(HostsAndFlows, ReleaseFreesAHost)
{
    emit("71.4");
    ASSERT_TRUE(settles());
    const Said wrong = post("/v1/release", R"({"host":"fooo"})");
    EXPECT_EQ(wrong.status, 404);
    EXPECT_EQ(wrong.word("error"), "nothing holds `fooo`");
    EXPECT_EQ(wrong.word("hint"), "did you mean `foo`?");
    const Said done = post("/v1/release", R"({"host":"foo"})");
    EXPECT_EQ(done.status, 200) << done.text;
    EXPECT_EQ(done.word("text"), "foo is released from 1 hold(s)");
    EXPECT_EQ(host("foo").count("holds"), 0U);
    EXPECT_EQ(host("bar").count("holds"), 1U);
}

TEST_F(HostsAndFlows, FlowsAreShownWithTheirIncidents)
{
    const Said before = flow("closet-heat");
    EXPECT_EQ(before.word("state"), "armed");
    EXPECT_EQ(before.word("event"), "temperature");
    EXPECT_EQ(before.word("mode"), "single");
    EXPECT_EQ(before.count("stages"), 3U);
    EXPECT_EQ(before.count("incidents"), 0U);
    emit("71.4");
    ASSERT_TRUE(settles());
    const Said after = flow("closet-heat");
    ASSERT_EQ(after.count("incidents"), 1U);
    EXPECT_EQ(after.word("incidents.0.key"), "closet");
    EXPECT_EQ(after.word("incidents.0.last_run"), "r-1");
}

TEST_F(HostsAndFlows, DisarmAndResume)
{
    EXPECT_EQ(post("/v1/disarm", R"({"flow":"closet-hea"})").word("hint"),
              "did you mean `closet-heat`?");
    EXPECT_EQ(post("/v1/disarm", R"({"flow":"closet-heat"})").status, 200);
    EXPECT_EQ(flow("closet-heat").word("state"), "disarmed");
    EXPECT_EQ(emit("71.4").count("flows"), 0U);
    EXPECT_EQ(post("/v1/resume", R"({"flow":"solar"})").word("error"), "no paused flow `solar`");
}

TEST_F(HostsAndFlows, AFlowThatFailsTooOftenIsPausedAndResumed)
{
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(emit("warm").word("flows.0.reason"), "failed");
    EXPECT_EQ(flow("closet-heat").word("state"), "paused");
    EXPECT_EQ(post("/v1/resume", R"({"flow":"closet-heat"})").status, 200);
    EXPECT_EQ(flow("closet-heat").word("state"), "armed");
}

TEST_F(HostsAndFlows, CancelEndsARunAfterTheActionsInFlight)
{
    world.performer.hold("foo");
    emit("71.4");
    EXPECT_EQ(post("/v1/cancel", R"({"run":"r-7"})").status, 404);
    const Said done = post("/v1/cancel", R"({"run":"r-1"})");
    EXPECT_EQ(done.word("text"), "r-1 ends after the actions in flight");
    world.performer.let_go("foo");
    ASSERT_TRUE(settles());
    EXPECT_EQ(get("/v1/runs/r-1").word("run.status"), "cancelled");
}

TEST_F(HostsAndFlows, CommandsCarryTheirActorIntoTheHistory)
{
    post("/v1/disarm", R"({"flow":"closet-heat"})");
    store::NoteQuery query;
    query.kind = "command";
    const auto notes = world.runtime->history().notes(query);
    ASSERT_TRUE(notes.ok());
    ASSERT_EQ(notes->size(), 1U);
    EXPECT_NE(notes->front().detail.find(":actor \"uid "), std::string::npos)
        << notes->front().detail;
}

TEST_F(HostsAndFlows, LookAsksTheProvidersAndTakesWhatComesInTime)
{
    control::ControlParts parts = world.parts();
    parts.look = [](const hosts::System& system, Duration, const auto& done) {
        if (system.name == "foo")
            done(engine::make_detail({{"state", engine::text("starting")}}));
        else
            done(Failure{Code::unreachable, "no helper"});
    };
    world.server.reset();
    world.serve(std::move(parts));
    const Said said = get("/v1/hosts", {{"look", "true"}});
    EXPECT_EQ(named(said, "hosts", "foo").word("state"), "starting");
    EXPECT_EQ(named(said, "hosts", "bar").word("trouble"), "no helper");
    EXPECT_EQ(named(said, "hosts", "bar").word("state"), "unknown");
}

}  // namespace
}  // namespace reops::control

// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/control/control_case.hh"

#include <array>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reops::control {
namespace {

class Runs : public ControlCase {};

TEST_F(Runs, EmitTellsWhatEachFlowMadeOfIt)
{
    const Said cool = emit("69.5");
    EXPECT_EQ(cool.status, 200) << cool.text;
    EXPECT_EQ(cool.word("event.name"), "temperature");
    EXPECT_EQ(cool.word("event.key"), "closet");
    EXPECT_EQ(cool.at("event.value"), data::Value::real(69.5));
    EXPECT_EQ(cool.word("flows.0.reason"), "clear");
    EXPECT_EQ(cool.word("flows.0.text"),
              "`closet-heat` stage 1 (pick t > 70): the predicate was false");

    const Said hot = emit("71.4");
    EXPECT_EQ(hot.word("flows.0.reason"), "run");
    EXPECT_EQ(hot.word("flows.0.run"), "r-1");
}

TEST_F(Runs, EmitRecordsThePeerAsActorAndTheDefaultKey)
{
    const Said said = post("/v1/emit", R"({"name":"temperature","value":71})");
    EXPECT_EQ(said.word("event.key"), "emit");
    EXPECT_TRUE(said.word("event.actor").starts_with("uid " + std::to_string(::getuid())))
        << said.text;
    EXPECT_EQ(said.at("event.emitted"), data::Value::boolean(true));
}

TEST_F(Runs, EmitOfAnEventThatNobodyWantsNamesTheNearestOne)
{
    const Said said = post("/v1/emit", R"({"name":"temperatur","value":71})");
    EXPECT_EQ(said.status, 200);
    EXPECT_EQ(said.count("flows"), 0U);
    EXPECT_EQ(said.word("hint"), "did you mean `temperature`?");
}

TEST_F(Runs, EmitReadsTheValueAsASensorWouldSendIt)
{
    struct Row {
        const char* typed;
        data::Value value;
    };
    const std::array<Row, 6> rows = {{
        {R"("71.4")", data::Value::real(71.4)},
        {R"("on")", data::Value::boolean(true)},
        {R"("off")", data::Value::boolean(false)},
        {R"("true")", data::Value::boolean(true)},
        {R"("warm")", data::Value::string("warm")},
        {R"(7)", data::Value::integer(7)},
    }};
    for (const Row& row : rows) {
        const Said said =
            post("/v1/emit", std::string{R"({"name":"mood","value":)"} + row.typed + "}");
        EXPECT_EQ(said.at("event.value"), row.value) << row.typed << ": " << said.text;
    }
}

TEST_F(Runs, EmitRefusesWhatItCannotRead)
{
    EXPECT_EQ(post("/v1/emit", R"({"value":71})").status, 400);
    EXPECT_EQ(post("/v1/emit", R"({"name":"t"})").status, 400);
    EXPECT_EQ(post("/v1/emit", "[1]").status, 400);
    EXPECT_EQ(post("/v1/emit", "{").status, 400);
    EXPECT_EQ(post("/v1/emit", "").status, 400);
    EXPECT_EQ(post("/v1/emit", R"({"name":"t","value":1,"key":7})").status, 400);
    EXPECT_EQ(post("/v1/emit", R"({"name":"a\u0000b","value":1})").status, 400);
}

TEST_F(Runs, ListsRunsNewestFirstAndFilters)
{
    emit("71.4");
    ASSERT_TRUE(settles());
    emit("72", "attic");
    ASSERT_TRUE(settles());

    const Said all = get("/v1/runs");
    ASSERT_EQ(all.count("runs"), 2U) << all.text;
    EXPECT_EQ(all.word("runs.0.id"), "r-2");
    EXPECT_EQ(all.word("runs.1.id"), "r-1");
    EXPECT_EQ(all.word("runs.1.status"), "done");
    EXPECT_EQ(all.count("runs.1.good"), 3U);

    EXPECT_EQ(get("/v1/runs", {{"limit", "1"}}).count("runs"), 1U);
    EXPECT_EQ(get("/v1/runs", {{"host", "foo"}}).count("runs"), 2U);
    EXPECT_EQ(get("/v1/runs", {{"flow", "closet-heat"}}).count("runs"), 2U);
    EXPECT_EQ(get("/v1/runs", {{"flow", "solar"}}).count("runs"), 0U);
}

TEST_F(Runs, RepeatsThatChangedNothingAreListedOnlyWhenAskedFor)
{
    emit("71.4");
    ASSERT_TRUE(settles());
    for (const char* host : {"foo", "bar", "big-iron"})
        world.performer.answer(
            host, {.status = engine::Status::verified, .exit_code = 0, .changed = false});
    world.clock.advance(minutes(2));
    EXPECT_EQ(emit("71.5").word("flows.0.reason"), "repeated");
    ASSERT_TRUE(settles());
    EXPECT_EQ(get("/v1/runs").count("runs"), 1U);
    const Said all = get("/v1/runs", {{"with_repeats", "true"}});
    ASSERT_EQ(all.count("runs"), 2U);
    EXPECT_EQ(all.word("runs.0.status"), "unchanged");
}

TEST_F(Runs, AMisspeltFilterNamesTheNearestWord)
{
    const Said flow = get("/v1/runs", {{"flow", "closet-haet"}});
    EXPECT_EQ(flow.status, 404);
    EXPECT_EQ(flow.word("error"), "no flow `closet-haet`");
    EXPECT_EQ(flow.word("hint"), "did you mean `closet-heat`?");
    EXPECT_EQ(get("/v1/runs", {{"host", "fo"}}).word("hint"), "did you mean `foo`?");
    const Said filter = get("/v1/runs", {{"hots", "foo"}});
    EXPECT_EQ(filter.status, 400);
    EXPECT_EQ(filter.word("hint"), "did you mean `host`?");
    EXPECT_EQ(get("/v1/runs", {{"limit", "0"}}).status, 400);
    EXPECT_EQ(get("/v1/runs", {{"limit", "100000"}}).status, 400);
    EXPECT_EQ(get("/v1/runs", {{"limit", "3x"}}).status, 400);
}

TEST_F(Runs, OneRunTellsItsStory)
{
    world.performer.answer(
        "bar",
        {.status = engine::Status::timeout, .message = "did not stop", .took = seconds(180)});
    world.performer.answer(
        "email", {.status = engine::Status::failed, .message = "451 try later", .retry = true});
    emit("71.4");
    const engine::State& state = world.runtime->engine().state();
    ASSERT_TRUE(world.loop.run_until(
        [&] {
            return state.runs.size() == 0 && state.outbox.size() == 1 &&
                   state.outbox.rows().begin()->second.waits_for_retry;
        },
        patience));

    const Said said = get("/v1/runs/r-1");
    EXPECT_EQ(said.word("run.flow"), "closet-heat");
    EXPECT_EQ(said.at("opening.event.value"), data::Value::real(71.4));
    EXPECT_EQ(said.word("opening.trace.reason"), "run");
    ASSERT_EQ(said.count("stages"), 3U);
    EXPECT_EQ(said.word("stages.0.text"), "(pick t > 70)");
    EXPECT_EQ(said.word("stages.0.state"), "passed");
    ASSERT_EQ(said.count("outcomes"), 3U) << said.text;
    std::map<std::string, std::string> outcomes;
    const data::Value rows = said.at("outcomes");  // lives as long as the loop
    for (const data::Value& each : rows.as_vector())
        outcomes[std::string{each.as_map().get("host").as_string()}] =
            each.as_map().get("outcome").as_string();
    EXPECT_EQ(outcomes["foo"], "verified");
    EXPECT_EQ(outcomes["bar"], "timeout") << "even when it was switched off hard";
    EXPECT_EQ(outcomes["big-iron"], "refused");
    EXPECT_EQ(said.word("told.0.subject").substr(0, 11), "stopped all");
    EXPECT_EQ(said.word("told.0.to.0"), "me@home");
    EXPECT_EQ(said.word("told.0.message"), "451 try later");
}

TEST_F(Runs, OutcomesCarryTheEvidenceOfTheJournal)
{
    emit("71.4");
    ASSERT_TRUE(settles());
    const Said said = get("/v1/runs/r-1");
    for (const char* place : {"outcomes.0", "outcomes.1", "outcomes.2"})
        EXPECT_EQ(said.word(std::string{place} + ".evidence.state"), "off") << said.text;
    EXPECT_EQ(said.word("outcomes.2.host"), "big-iron");
    EXPECT_EQ(said.word("outcomes.0.took"), "1s900ms");
}

TEST_F(Runs, AnOpenRunShowsWhatItWaitsFor)
{
    world.performer.hold("foo");
    emit("71.4");
    const Said said = get("/v1/runs/r-1");
    EXPECT_EQ(said.word("run.status"), "open");
    EXPECT_EQ(said.word("stages.1.state"), "now");
    EXPECT_EQ(said.word("stages.2.state"), "ahead");
    ASSERT_GE(said.count("pending"), 2U) << said.text;
    EXPECT_EQ(said.word("pending.0.host"), "foo");
    EXPECT_EQ(said.word("pending.0.state"), "in progress");
    world.performer.let_go("foo");
    EXPECT_TRUE(settles());
}

TEST_F(Runs, UnknownAndMistypedRuns)
{
    EXPECT_EQ(get("/v1/runs/r-99").status, 404);
    EXPECT_EQ(get("/v1/runs/12x").status, 400);
    EXPECT_EQ(get("/v1/runs/").status, 404);
}

}  // namespace
}  // namespace reops::control

// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/control/control_case.hh"

#include <string>

#include <gtest/gtest.h>

namespace reops::control {
namespace {

class WhyNot : public ControlCase {
protected:
    Said why_not(const std::string& of) { return get("/v1/why-not", {{"of", of}}); }
};

TEST_F(WhyNot, AnEventTellsForEveryFlow)
{
    const std::string event = emit("69.5").word("event.id");
    const Said said = why_not(event);
    EXPECT_EQ(said.at("entries.0.event.value"), data::Value::real(69.5));
    EXPECT_EQ(said.word("entries.0.flows.0.reason"), "clear");
    EXPECT_EQ(said.word("entries.0.flows.0.stage"), "1");
    EXPECT_EQ(said.word("entries.0.flows.0.stage_text"), "(pick t > 70)");
    EXPECT_EQ(said.word("entries.0.flows.0.text"),
              "`closet-heat` stage 1 (pick t > 70): the predicate was false");
    EXPECT_EQ(said.word("others.0.text"), "`solar` listens to power");
}

TEST_F(WhyNot, AFlowShowsItsNewestEventsOldestFirst)
{
    for (const char* value : {"65", "66", "67", "68", "69", "71.4"})
        emit(value);
    post("/v1/emit", R"({"name":"power","value":3})");
    ASSERT_TRUE(settles());
    const Said said = why_not("closet-heat");
    EXPECT_EQ(said.word("flow"), "closet-heat");
    EXPECT_EQ(said.word("state"), "armed");
    ASSERT_EQ(said.count("entries"), 5U);
    EXPECT_EQ(said.word("entries.0.event.value"), "66");
    EXPECT_EQ(said.word("entries.4.event.value"), "71.4");
    EXPECT_EQ(said.word("entries.4.flows.0.reason"), "run");
    EXPECT_EQ(said.word("entries.4.flows.0.run"), "r-1");
    EXPECT_EQ(get("/v1/why-not", {{"of", "closet-heat"}, {"limit", "2"}}).count("entries"), 2U);
}

TEST_F(WhyNot, ANameAndAKey)
{
    emit("65", "attic");
    emit("66", "closet");
    const Said attic = why_not("temperature/attic");
    ASSERT_EQ(attic.count("entries"), 1U);
    EXPECT_EQ(attic.word("entries.0.event.key"), "attic");
    EXPECT_EQ(why_not("temperature").count("entries"), 2U);
}

TEST_F(WhyNot, EachReasonHasItsSentence)
{
    world.performer.hold("foo");
    emit("71");
    EXPECT_EQ(emit("72").word("flows.0.text"), "`closet-heat`: it joined the open run of its key");
    world.performer.let_go("foo");
    ASSERT_TRUE(settles());
    EXPECT_EQ(emit("73").word("flows.0.reason"), "counted");
    EXPECT_EQ(emit("warm").word("flows.0.text"),
              "`closet-heat` stage 1 (pick t > 70): the function of the stage failed: expected a "
              "number");
}

TEST_F(WhyNot, WhatIsUnknownNamesTheNearest)
{
    const Said flow = why_not("closet-haet");
    EXPECT_EQ(flow.status, 404);
    EXPECT_EQ(flow.word("hint"), "did you mean `closet-heat`?");
    EXPECT_EQ(why_not("temperatur").word("hint"), "did you mean `temperature`?");
    EXPECT_EQ(why_not("e-999").status, 404);
    EXPECT_EQ(why_not("").status, 400);
    const Said silent = why_not("solar");
    EXPECT_EQ(silent.word("error"),
              "no event power for `solar` has arrived lately; the flow is armed");
    EXPECT_EQ(silent.word("hint"), "reops emit power VALUE --key KEY");
}

TEST_F(WhyNot, AnEntryThatIsNoEventSaysSo)
{
    const Said said = why_not("e-1");
    EXPECT_EQ(said.status, 404);
    EXPECT_EQ(said.word("error"), "e-1 is no event: the journal holds something else there");
}

class Doctor : public ControlCase {
protected:
    Said check(const std::string& name)
    {
        const Said all = get("/v1/doctor");
        const data::Value rows = all.at("checks");  // lives as long as the loop
        for (const data::Value& each : rows.as_vector())
            if (each.as_map().get("name") == data::Value::string(name))
                return {.status = all.status, .text = all.text, .body = each};
        return {.status = all.status, .text = all.text, .body = {}};
    }
};

TEST_F(Doctor, AWellSystemIsAllGreen)
{
    for (const char* name : {"intake", "history", "flows", "outbox"})
        EXPECT_EQ(check(name).word("health"), "ok") << name;
    EXPECT_EQ(check("flows").word("text"), "2 armed");
}

TEST_F(Doctor, APausedFlowIsRedAndSaysWhatToType)
{
    for (int i = 0; i < 20; ++i)
        emit("warm");
    EXPECT_EQ(check("flows").word("health"), "fail");
    EXPECT_EQ(check("flows").word("type"), "reops resume closet-heat");
    EXPECT_EQ(check("alert").word("health"), "warn");
}

TEST_F(Doctor, AMailThatWaitsIsYellow)
{
    world.performer.answer(
        "email", {.status = engine::Status::failed, .message = "451 try later", .retry = true});
    emit("71");
    const engine::State& state = world.runtime->engine().state();
    ASSERT_TRUE(world.loop.run_until(
        [&] {
            return state.outbox.size() == 1 && state.outbox.rows().begin()->second.waits_for_retry;
        },
        patience));
    EXPECT_EQ(check("outbox").word("health"), "warn");
    EXPECT_EQ(check("outbox").word("type"), "reops why r-1");
}

TEST_F(Doctor, TheComposersChecksComeBehind)
{
    ControlParts parts = world.parts();
    parts.run_checks = [](Duration, const auto& done) {
        done({{"mail", Health::fail, "mail goes to files", "edit :smtp"}});
    };
    world.server.reset();
    world.serve(std::move(parts));
    EXPECT_EQ(check("mail").word("health"), "fail");
    EXPECT_EQ(check("mail").word("type"), "edit :smtp");
}

}  // namespace
}  // namespace reops::control

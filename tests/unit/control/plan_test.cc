// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/control/control_case.hh"

#include <map>

#include <gtest/gtest.h>

namespace reops::control {
namespace {

class Plans : public ControlCase {
protected:
    static Said step(const Said& plan, std::string_view host)
    {
        const data::Value rows = plan.at("steps");
        for (const data::Value& each : rows.as_vector())
            if (each.as_map().get("host") == data::Value::string(host))
                return {.status = plan.status, .text = plan.text, .body = each};
        return {};
    }
};

TEST_F(Plans, AStepForEachHostInOrderAndNothingIsDone)
{
    const Said said =
        get("/v1/plan", {{"flow", "closet-heat"}, {"value", "71.4"}, {"key", "closet"}});
    EXPECT_EQ(said.word("opens_run"), "true");
    ASSERT_EQ(said.count("steps"), 3U) << said.text;
    EXPECT_EQ(said.word("steps.2.host"), "big-iron");
    EXPECT_EQ(said.count("steps.2.waits_for"), 2U);
    EXPECT_EQ(said.word("mails.0.to.0"), "me@home");
    EXPECT_TRUE(world.performer.asked().empty());
    EXPECT_EQ(get("/v1/runs").count("runs"), 0U);
}

TEST_F(Plans, AValueThatIsDroppedSaysWhere)
{
    const Said said = get("/v1/plan", {{"flow", "closet-heat"}, {"value", "60"}});
    EXPECT_EQ(said.word("opens_run"), "false");
    EXPECT_EQ(said.word("looks.0.stage"), "(pick t > 70)");
    EXPECT_EQ(said.word("looks.0.text"), "the predicate was false");
}

TEST_F(Plans, WhatIsOffByItsProvidersWordNeedsNoStop)
{
    control::ControlParts parts = world.parts();
    std::map<std::string, int> asked;
    parts.look = [&](const hosts::System& system, Duration, const auto& done) {
        ++asked[system.name];
        if (system.name == "foo")
            done(engine::make_detail({{"state", engine::text("off")}}));
        else if (system.name == "bar")
            done(engine::make_detail({{"state", engine::text("on")}}));
        else
            done(Failure{Code::unreachable, "no helper"});
    };
    world.server.reset();
    world.serve(std::move(parts));
    const Said said = get("/v1/plan", {{"flow", "closet-heat"}, {"value", "71.4"}});
    const Said foo = step(said, "foo");
    EXPECT_EQ(foo.word("now"), "off");
    EXPECT_EQ(foo.word("already_there"), "true");
    const Said bar = step(said, "bar");
    EXPECT_EQ(bar.word("now"), "on");
    EXPECT_EQ(bar.word("already_there"), "nil");
    EXPECT_EQ(step(said, "big-iron").word("now"), "nil");
    EXPECT_EQ(asked, (std::map<std::string, int>{{"bar", 1}, {"big-iron", 1}, {"foo", 1}}));
}

TEST_F(Plans, AnUnknownFlowNamesTheNearest)
{
    EXPECT_EQ(get("/v1/plan", {{"flow", "closet-hea"}}).word("hint"),
              "did you mean `closet-heat`?");
    EXPECT_EQ(get("/v1/plan").status, 404);
}

}  // namespace
}  // namespace reops::control

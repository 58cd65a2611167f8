// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/control/control_case.hh"

#include <gtest/gtest.h>

namespace reops::control {
namespace {

class Plans : public ControlCase {};

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

TEST_F(Plans, AnUnknownFlowNamesTheNearest)
{
    EXPECT_EQ(get("/v1/plan", {{"flow", "closet-hea"}}).word("hint"),
              "did you mean `closet-heat`?");
    EXPECT_EQ(get("/v1/plan").status, 404);
}

}  // namespace
}  // namespace reops::control

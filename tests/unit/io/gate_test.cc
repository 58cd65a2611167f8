// SPDX-License-Identifier: Apache-2.0
#include "io/gate.hh"

#include <optional>
#include <utility>

#include <gtest/gtest.h>

namespace reops::io {
namespace {

TEST(Gate, TellsWhenTheLastOneHasLeft)
{
    Gate gate;
    auto first = std::make_optional(gate.enter());
    auto second = std::make_optional(gate.enter());
    EXPECT_TRUE(*first);
    EXPECT_EQ(gate.inside(), 2U);
    int empty = 0;
    gate.close([&] { ++empty; });
    EXPECT_TRUE(gate.is_closed());
    EXPECT_FALSE(gate.enter());
    first.reset();
    EXPECT_EQ(empty, 0);
    second.reset();
    EXPECT_EQ(empty, 1);
}

TEST(Gate, ClosedWhileEmptyTellsAtOnce)
{
    Gate gate;
    bool empty = false;
    gate.close([&] { empty = true; });
    EXPECT_TRUE(empty);
}

TEST(Gate, PassesMove)
{
    Gate gate;
    Gate::Pass pass = gate.enter();
    Gate::Pass moved = std::move(pass);
    EXPECT_EQ(gate.inside(), 1U);
    moved = gate.enter();
    EXPECT_EQ(gate.inside(), 1U);
    moved = Gate::Pass{};
    EXPECT_EQ(gate.inside(), 0U);
}

TEST(Gate, MayBeDestroyedByWhoIsTold)
{
    auto gate = std::make_optional<Gate>();
    {
        const Gate::Pass pass = gate->enter();
        gate->close([&] { gate.reset(); });
        EXPECT_TRUE(gate.has_value());
    }
    EXPECT_FALSE(gate.has_value());
}

#ifdef REOPS_CHECKED
TEST(GateDeathTest, NobodyMayBeInsideAtItsEnd)
{
    EXPECT_DEATH(
        {
            auto gate = std::make_optional<Gate>();
            const Gate::Pass pass = gate->enter();
            gate.reset();
        },
        "somebody inside");
}
#endif

}  // namespace
}  // namespace reops::io

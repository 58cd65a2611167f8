// SPDX-License-Identifier: Apache-2.0
// Bounds: what happens when more comes in than goes out.
#include "tests/unit/runtime/runtime_fixture.hh"

namespace reops::runtime {
namespace {

class PressureTest : public RuntimeTest {
protected:
    void watch()
    {
        runtime->on_accepting([this](bool accepting) { changes.push_back(accepting); });
    }
    std::vector<bool> changes;
};

TEST_F(PressureTest, IntakeWaitsAtTheMostUnacknowledged)
{
    options.most_unacknowledged = 10;
    options.commit_window = milliseconds(50);
    start();
    watch();
    commit(reading(1));
    int offered = 0;
    for (; runtime->is_accepting() && offered < 1000; ++offered)
        runtime->offer(reading(1));
    EXPECT_EQ(offered, 10);
    EXPECT_EQ(changes, std::vector<bool>{false});
    EXPECT_FALSE(runtime->submit(engine::Command{.verb = "release", .args = {}, .actor = "me"}, {}))
        << "a person is told, not queued without end";
    ASSERT_TRUE(until([&] { return runtime->is_accepting(); }));
    EXPECT_EQ(changes, (std::vector<bool>{false, true}));
}

TEST_F(PressureTest, IntakeWaitsWhileTooManyEffectsAreInFlight)
{
    options.most_in_flight = 4;
    flows = {relay()};
    start();
    watch();
    for (int i = 0; i < 6; ++i)
        commit(reading(80 + i, "key-" + std::to_string(i)));
    EXPECT_EQ(performer.count("publish"), 6U) << "what is committed is performed";
    EXPECT_FALSE(runtime->is_accepting());
    for (int i = 0; i < 4; ++i) {
        EXPECT_FALSE(runtime->is_accepting()) << i;
        performer.end_one(good());
    }
    EXPECT_FALSE(runtime->is_accepting()) << "half of the bound, so that it does not flutter";
    performer.end_one(good());
    EXPECT_TRUE(runtime->is_accepting());
    EXPECT_EQ(changes, (std::vector<bool>{false, true}));
}

}  // namespace
}  // namespace reops::runtime

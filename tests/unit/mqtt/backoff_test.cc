// SPDX-License-Identifier: Apache-2.0
#include "mqtt/backoff.hh"

#include "mqtt/packet_ids.hh"
#include "mqtt/takeover_watch.hh"
#include "tests/unit/mqtt/session_fixture.hh"

namespace reops::mqtt {

namespace {

class FixedRandom final : public Random {
public:
    explicit FixedRandom(std::uint64_t value) : value_(value) {}
    std::uint64_t next() override { return value_; }

private:
    std::uint64_t value_;
};

}  // namespace

TEST(Backoff, DoublesToItsCapForEver)
{
    FixedRandom none{0};
    Backoff backoff{none, seconds(1), seconds(60)};
    for (const int expected : {1, 2, 4, 8, 16, 32, 60, 60, 60})
        EXPECT_EQ(backoff.next(), Duration{seconds(expected)});
    backoff.reset();
    EXPECT_EQ(backoff.next(), Duration{seconds(1)});
}

TEST(Backoff, JitterTakesAtMostHalf)
{
    test::CountingRandom random{123'456'789};
    Backoff backoff{random, seconds(60), seconds(60)};
    for (int i = 0; i < 1000; ++i) {
        const Duration wait = backoff.next();
        EXPECT_GE(wait, Duration{seconds(30)});
        EXPECT_LE(wait, Duration{seconds(60)});
    }
    FixedRandom most{30'000'000};
    EXPECT_EQ((Backoff{most, seconds(60), seconds(60)}.next()), Duration{seconds(30)});
}

TEST(TakeoverWatch, TwiceInAMinuteIsTheft)
{
    TakeoverWatch watch;
    EXPECT_FALSE(watch.stolen(seconds(10)));
    EXPECT_FALSE(watch.stolen(seconds(71)));
    EXPECT_TRUE(watch.stolen(seconds(131)));
    watch.reset();
    EXPECT_FALSE(watch.stolen(seconds(132)));
}

TEST(PacketIds, SkipsZeroAndWhatIsInUse)
{
    PacketIds ids{65'534};
    EXPECT_EQ(ids.take(), 65'535);
    EXPECT_EQ(ids.take(), 1);
    EXPECT_EQ(ids.take(), 2);
    ids.give_back(1);
    ids.give_back(1);
    EXPECT_EQ(ids.in_use(), 2U);
    for (int i = 3; i < 65'535; ++i)
        ASSERT_EQ(ids.take(), i);
    EXPECT_EQ(ids.take(), 1) << "65535 is in use";
    EXPECT_EQ(ids.take(), 0) << "all are in use";
    ids.give_back(700);
    EXPECT_EQ(ids.take(), 700);
}

}  // namespace reops::mqtt

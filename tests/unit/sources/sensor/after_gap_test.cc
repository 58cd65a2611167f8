// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/after_gap.hh"

#include <gtest/gtest.h>

namespace reops::sources::test {

namespace {

class AfterGapTest : public testing::Test {
protected:
    engine::Event reading(std::string key, std::int64_t value, std::optional<Time> observed = {})
    {
        engine::Event event;
        event.name = "temperature";
        event.key = std::move(key);
        event.value = data::Value::integer(value);
        event.observed = observed;
        return event;
    }
    void make(GapTimes times, std::size_t most = 100)
    {
        gap.emplace(
            loop,
            times,
            most,
            [this](const engine::Event& event) {
                decided += event.key + ' ' + std::to_string(event.value.as_integer()) + ' ';
            },
            [this] { ++finished; });
    }
    bool finish()
    {
        return loop.run_until([this] { return finished > 0; }, seconds(5));
    }

    io::EventLoop loop;
    std::optional<AfterGap> gap;
    std::string decided;
    int finished = 0;
};

}  // namespace

TEST_F(AfterGapTest, DecidesTheNewestOfEachKeyWhenItIsQuiet)
{
    make({.quiet = milliseconds(20), .longest = seconds(60)});
    gap->begin();
    for (std::int64_t i = 1; i <= 3; ++i) {
        gap->keep(reading("closet", i));
        gap->keep(reading("attic", 10 * i));
        gap->delivered();
    }
    EXPECT_EQ(decided, "");
    EXPECT_TRUE(gap->is_open());
    ASSERT_TRUE(finish());
    EXPECT_EQ(decided, "attic 30 closet 3 ");
    EXPECT_FALSE(gap->is_open());
}

TEST_F(AfterGapTest, IsOverAfterAWhileWhateverComes)
{
    make({.quiet = seconds(60), .longest = milliseconds(30)});
    gap->begin();
    gap->keep(reading("closet", 1));
    gap->delivered();
    ASSERT_TRUE(finish());
    EXPECT_EQ(decided, "closet 1 ");
}

TEST_F(AfterGapTest, EveryDeliveryMovesTheQuietTime)
{
    make({.quiet = milliseconds(200), .longest = seconds(60)});
    const Duration begun = loop.now();
    gap->begin();
    int deliveries = 0;
    io::Timer next{loop};
    const std::function<void()> deliver = [&] {
        gap->keep(reading("closet", ++deliveries));
        gap->delivered();
        if (deliveries < 6)
            next.after(milliseconds(10), deliver);
    };
    deliver();
    ASSERT_TRUE(finish());
    EXPECT_EQ(decided, "closet 6 ");
    EXPECT_GE(loop.now() - begun, milliseconds(50 + 200)) << "counted from the last";
}

TEST_F(AfterGapTest, OwnTimesSayWhatIsNewer)
{
    make({.quiet = milliseconds(1), .longest = seconds(60)});
    gap->begin();
    gap->keep(reading("closet", 2, Time{2}));
    gap->keep(reading("closet", 1, Time{1}));
    gap->keep(reading("attic", 1, Time{1}));
    gap->keep(reading("attic", 2));
    ASSERT_TRUE(finish());
    EXPECT_EQ(decided, "attic 2 closet 2 ");
}

TEST_F(AfterGapTest, TooManyKeysAreDecidedBeforehand)
{
    make({.quiet = milliseconds(1), .longest = seconds(60)}, 2);
    gap->begin();
    for (const char* key : {"a", "b", "c"})
        gap->keep(reading(key, 1));
    EXPECT_EQ(decided, "a 1 b 1 c 1 ");
    EXPECT_TRUE(gap->is_open());
}

TEST_F(AfterGapTest, CancelledItCallsNobody)
{
    make({.quiet = milliseconds(1), .longest = seconds(60)});
    gap->begin();
    gap->keep(reading("closet", 1));
    gap->cancel();
    EXPECT_FALSE(loop.run_until([this] { return finished > 0; }, milliseconds(20)));
    EXPECT_EQ(decided, "");
}

}  // namespace reops::sources::test

// SPDX-License-Identifier: Apache-2.0
#include "app/nightly.hh"

#include "app/zone.hh"
#include "tests/support/fake_clock.hh"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::app {
namespace {

using test::FakeClock;

ZoneOffset in(const std::string& zone)
{
    return [zone](Time at) { return utc_offset(zone, at).value(); };
}

Time at(const std::string& iso)
{
    return parse_iso(iso).value();
}

/// The times at which a week's work was done, with a clock that is looked at every half hour.
std::vector<std::string> nights(const std::string& from, const std::string& zone, int hours_on)
{
    FakeClock clock;
    clock.step_wall(at(from) - clock.wall());
    io::EventLoop loop;
    std::vector<std::string> out;
    Nightly nightly{loop, clock, in(zone), [&] { out.push_back(to_iso(clock.wall())); }};
    for (int half = 0; half < 2 * hours_on; ++half) {
        clock.advance(minutes(30));
        nightly.look_at_clock();
    }
    return out;
}

struct NightCase {
    const char* name;
    const char* zone;
    const char* now;
    const char* next;
};

class NextNight : public testing::TestWithParam<NightCase> {};

TEST_P(NextNight, IsAtThree)
{
    EXPECT_EQ(to_iso(next_night(at(GetParam().now), in(GetParam().zone))), GetParam().next);
}

INSTANTIATE_TEST_SUITE_P(
    Zones,
    NextNight,
    testing::Values(
        NightCase{"BeforeIt", "UTC", "2026-11-23T02:59:59Z", "2026-11-23T03:00:00Z"},
        NightCase{"AtIt", "UTC", "2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z"},
        NightCase{"EastOfUtc", "Australia/Sydney", "2026-11-23T15:59:00Z", "2026-11-23T16:00:00Z"},
        NightCase{"WestOfUtc", "America/New_York", "2026-11-23T04:00:00Z", "2026-11-23T08:00:00Z"},
        NightCase{
            "ClocksGoForward", "Europe/Berlin", "2026-03-28T20:00:00Z", "2026-03-29T01:00:00Z"},
        NightCase{"ClocksGoBack", "Europe/Berlin", "2026-10-24T20:00:00Z", "2026-10-25T02:00:00Z"},
        NightCase{"Before1970", "UTC", "1969-12-31T22:00:00Z", "1970-01-01T03:00:00Z"}),
    [](const auto& one) { return one.param.name; });

TEST(Nightly, OnceANightAndNotAtTheStart)
{
    EXPECT_EQ(nights("2026-11-23T14:10:00Z", "UTC", 72),
              (std::vector<std::string>{
                  "2026-11-24T03:10:00Z", "2026-11-25T03:10:00Z", "2026-11-26T03:10:00Z"}));
}

TEST(Nightly, OnceOnDaysWhenTheClocksChange)
{
    EXPECT_EQ(nights("2026-10-24T00:00:00Z", "Europe/Berlin", 72),
              (std::vector<std::string>{
                  "2026-10-24T01:00:00Z", "2026-10-25T02:00:00Z", "2026-10-26T02:00:00Z"}));
    // there is no 03:00 on one night and there are two of them on the other
    EXPECT_EQ(nights("2026-03-28T12:00:00Z", "Europe/Helsinki", 48).size(), 2U);
    EXPECT_EQ(nights("2026-10-24T12:00:00Z", "Europe/Helsinki", 48).size(), 2U);
}

TEST(Nightly, FollowsAClockThatIsSet)
{
    FakeClock clock;  // 14:00
    io::EventLoop loop;
    int done = 0;
    Nightly nightly{loop, clock, in("UTC"), [&] { ++done; }};
    clock.step_wall(hours(14));
    nightly.look_at_clock();
    EXPECT_EQ(done, 1) << "the night was stepped over";
    clock.step_wall(-hours(14));
    nightly.look_at_clock();
    clock.advance(hours(13));
    nightly.look_at_clock();
    EXPECT_EQ(done, 2) << "set back, this night comes again";
}

}  // namespace
}  // namespace reops::app

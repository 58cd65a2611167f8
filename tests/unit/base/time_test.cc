// SPDX-License-Identifier: Apache-2.0
#include "base/time.hh"

#include <gtest/gtest.h>

namespace reops {

TEST(Duration, ReadsWhatItPrints)
{
    for (const char* text : {"0s", "500ms", "30s", "5m", "1h30m", "7d", "1d2h3m4s5ms6us"})
        EXPECT_EQ(to_string(parse_duration(text).value()), text);
}

TEST(Duration, RefusesWithTheTextAndAnExample)
{
    for (const char* text : {"", "5", "m", "5x", "5 m", "-5m", "99999999999999999999s", "40000d"}) {
        const auto result = parse_duration(text);
        ASSERT_FALSE(result.ok()) << text;
        EXPECT_EQ(result.failure().message,
                  std::string{"expected a duration such as \"5m\" or \"1h30m\" but found \""} +
                      text + "\"");
    }
}

TEST(Iso, ReadsWhatItPrints)
{
    const Time time = parse_iso("2026-11-23T14:02:07.250Z").value();
    EXPECT_EQ(to_iso(time, true), "2026-11-23T14:02:07.250Z");
    EXPECT_EQ(to_iso(time), "2026-11-23T14:02:07Z");
}

TEST(Iso, KnowsOffsets)
{
    EXPECT_EQ(to_iso(parse_iso("2026-11-24T01:02:07+11:00").value()), "2026-11-23T14:02:07Z");
}

TEST(Iso, RefusesNonsense)
{
    for (const char* text : {"", "2026-11-23", "2026-13-01T00:00:00Z", "2026-11-23T25:00:00Z", "x"})
        EXPECT_FALSE(parse_iso(text).ok()) << text;
}

}  // namespace reops

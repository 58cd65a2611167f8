// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Points in time and spans of time, in microseconds. Nothing here reads a clock.
/// Zones and calendars are elsewhere; a Time is only a count since 1970-01-01T00:00:00Z.

#include "base/result.hh"

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace reops {

using Duration = std::chrono::microseconds;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// A point in time: microseconds since 1970-01-01T00:00:00Z. Engine time and wall time are both
/// Times; which one it is, the name of the variable says.
struct Time {
    std::int64_t us = 0;

    auto operator<=>(const Time&) const = default;
    friend Time operator+(Time t, Duration d) { return Time{t.us + d.count()}; }
    friend Time operator-(Time t, Duration d) { return Time{t.us - d.count()}; }
    friend Duration operator-(Time a, Time b) { return Duration{a.us - b.us}; }
    static constexpr Time never() { return Time{INT64_MAX}; }
};

/// Reads "500ms", "30s", "5m", "2h", "7d", and sums of these such as "1h30m".
/// Fails with invalid_argument, showing the text and an example.
Result<Duration> parse_duration(std::string_view text);

/// The shortest exact spelling that parse_duration reads back: "1h30m", "250ms", "0s".
std::string to_string(Duration duration);

/// "2026-11-23T14:02:07Z" (UTC, whole seconds); with_millis adds ".123".
std::string to_iso(Time time, bool with_millis = false);

/// Reads what to_iso writes, and a numeric zone offset ("+11:00"). Fails with invalid_argument.
Result<Time> parse_iso(std::string_view text);

}  // namespace reops

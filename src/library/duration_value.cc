// SPDX-License-Identifier: Apache-2.0
#include "library/duration_value.hh"

#include "lang/error.hh"
#include "lang/error_class.hh"

#include <array>
#include <cmath>

namespace reops::library {

namespace {

using data::Value;
using lang::Arguments;
using lang::Task;

constexpr double longest_seconds = 366.0 * 24 * 3600 * 100;  // a hundred years

template <std::int64_t each_seconds>
Value span_of(Task&, Arguments arguments)
{
    const auto count = arguments[0].number();
    if (!count)
        lang::fail_type("a number", arguments[0]);
    const double length = *count * static_cast<double>(each_seconds);
    if (!(length >= 0 && length <= longest_seconds))
        lang::fail(lang::errors::illegal_argument, "expected a span of time from 0 to 100 years");
    return data::make_native<DurationValue>(
        Duration{static_cast<std::int64_t>(std::llround(length * 1e6))});
}

constexpr std::array<lang::Builtin, 4> table = {{
    {.name = "seconds",
     .args = "[n]",
     .doc = "A span of n seconds.\n(hold-for (seconds 30))",
     .since = "0.1",
     .run = span_of<1>},
    {.name = "minutes",
     .args = "[n]",
     .doc = "A span of n minutes.\n(once-within (minutes 5))",
     .since = "0.1",
     .run = span_of<60>},
    {.name = "hours",
     .args = "[n]",
     .doc = "A span of n hours.\n(once-within (hours 1))",
     .since = "0.1",
     .run = span_of<3600>},
    {.name = "days",
     .args = "[n]",
     .doc = "A span of n days of 24 hours.\n(once-within (days 1))",
     .since = "0.1",
     .run = span_of<24 * 3600>},
}};

}  // namespace

std::string DurationValue::print() const
{
    return "#duration \"" + reops::to_string(span_) + '"';
}

bool DurationValue::equal(const Native& other) const
{
    return span_ == static_cast<const DurationValue&>(other).span_;
}

std::uint32_t DurationValue::hash_value() const
{
    return Value::integer(span_.count()).hash();
}

std::optional<Duration> find_duration(const Value& value)
{
    if (const auto* span = data::find_native<DurationValue>(value))
        return span->span();
    if (!value.is_string())
        return std::nullopt;
    const auto parsed = parse_duration(value.as_string());
    return parsed.ok() ? std::optional{*parsed} : std::nullopt;
}

std::span<const lang::Builtin> duration_words()
{
    return table;
}

}  // namespace reops::library

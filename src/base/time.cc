// SPDX-License-Identifier: Apache-2.0
#include "base/time.hh"

#include <array>
#include <cctype>

#include <fmt/format.h>

namespace reops {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t us;
};

// Longest names first where one is a prefix of another ("ms" before "m").
constexpr std::array<Unit, 6> units = {{
    {"us", 1},
    {"ms", 1'000},
    {"s", 1'000'000},
    {"m", 60'000'000},
    {"h", 3'600'000'000},
    {"d", 86'400'000'000},
}};

constexpr std::int64_t longest_us = 36'500LL * 86'400'000'000LL;  // a hundred years

Failure bad_duration(std::string_view text)
{
    return Failure{
        Code::invalid_argument,
        fmt::format("expected a duration such as \"5m\" or \"1h30m\" but found \"{}\"", text)};
}

struct Number {
    std::int64_t value = 0;
    std::size_t length = 0;
};

Number leading_number(std::string_view text)
{
    Number out;
    while (out.length < text.size() && text[out.length] >= '0' && text[out.length] <= '9') {
        if (out.value > longest_us)
            return Number{};
        out.value = out.value * 10 + (text[out.length] - '0');
        ++out.length;
    }
    return out;
}

const Unit* leading_unit(std::string_view text)
{
    std::size_t n = 0;
    while (n < text.size() && text[n] >= 'a' && text[n] <= 'z')
        ++n;
    for (const Unit& unit : units)
        if (unit.name == text.substr(0, n))
            return &unit;
    return nullptr;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text)
{
    std::string_view rest = text;
    std::int64_t total = 0;
    if (rest.empty())
        return bad_duration(text);
    while (!rest.empty()) {
        const Number number = leading_number(rest);
        if (number.length == 0)
            return bad_duration(text);
        rest.remove_prefix(number.length);
        const Unit* unit = leading_unit(rest);
        if (unit == nullptr || number.value > longest_us / unit->us)
            return bad_duration(text);
        rest.remove_prefix(unit->name.size());
        total += number.value * unit->us;
        if (total > longest_us)
            return bad_duration(text);
    }
    return Duration{total};
}

std::string to_string(Duration duration)
{
    std::int64_t left = duration.count();
    std::string out = left < 0 ? "-" : "";
    left = left < 0 ? -left : left;
    if (left == 0)
        return "0s";
    for (std::size_t i = units.size(); i-- > 0;) {
        if (left >= units[i].us) {
            out += fmt::format("{}{}", left / units[i].us, units[i].name);
            left %= units[i].us;
        }
    }
    return out;
}

std::string to_iso(Time time, bool with_millis)
{
    using namespace std::chrono;
    const sys_time<microseconds> point{microseconds{time.us}};
    const auto day = floor<days>(point);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<milliseconds>(point - day)};
    std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                                  static_cast<int>(date.year()),
                                  static_cast<unsigned>(date.month()),
                                  static_cast<unsigned>(date.day()),
                                  clock.hours().count(),
                                  clock.minutes().count(),
                                  clock.seconds().count());
    if (with_millis)
        out += fmt::format(".{:03}", clock.subseconds().count());
    return out + "Z";
}

namespace {

/// Cuts decimal digits of a fixed width off the front.
bool take_digits(std::string_view& text, std::size_t width, int& out)
{
    if (text.size() < width)
        return false;
    out = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        out = out * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return true;
}

bool take_char(std::string_view& text, char wanted)
{
    if (text.empty() || text.front() != wanted)
        return false;
    text.remove_prefix(1);
    return true;
}

/// ".123" to microseconds; digits beyond the sixth are dropped.
std::int64_t take_fraction(std::string_view& text)
{
    if (!take_char(text, '.'))
        return 0;
    std::int64_t us = 0;
    std::int64_t scale = 100'000;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        us += (text.front() - '0') * scale;
        scale /= 10;
        text.remove_prefix(1);
    }
    return us;
}

/// "Z", "+11:00" or "-0330" to seconds east of UTC.
bool take_offset(std::string_view& text, int& out)
{
    if (take_char(text, 'Z')) {
        out = 0;
        return true;
    }
    const bool west = !text.empty() && text.front() == '-';
    if (!take_char(text, '+') && !take_char(text, '-'))
        return false;
    int hour = 0;
    int minute = 0;
    if (!take_digits(text, 2, hour))
        return false;
    take_char(text, ':');
    if (!take_digits(text, 2, minute))
        return false;
    out = (hour * 3600 + minute * 60) * (west ? -1 : 1);
    return true;
}

}  // namespace

Result<Time> parse_iso(std::string_view text)
{
    std::string_view rest = text;
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset = 0;
    const bool date = take_digits(rest, 4, year) && take_char(rest, '-') &&
                      take_digits(rest, 2, month) && take_char(rest, '-') &&
                      take_digits(rest, 2, day) && (take_char(rest, 'T') || take_char(rest, ' '));
    const bool clock = date && take_digits(rest, 2, hour) && take_char(rest, ':') &&
                       take_digits(rest, 2, minute) && take_char(rest, ':') &&
                       take_digits(rest, 2, second);
    const std::int64_t fraction = clock ? take_fraction(rest) : 0;
    using namespace std::chrono;
    const year_month_day ymd{std::chrono::year{year},
                             std::chrono::month{static_cast<unsigned>(month)},
                             std::chrono::day{static_cast<unsigned>(day)}};
    if (!clock || !take_offset(rest, offset) || !rest.empty() || !ymd.ok() || hour > 23 ||
        minute > 59 || second > 60)
        return Failure{
            Code::invalid_argument,
            fmt::format("expected a time such as \"2026-11-23T14:02:07Z\" but found \"{}\"", text)};
    const auto since = sys_days{ymd}.time_since_epoch();
    const auto in_day = hours{hour} + minutes{minute} + seconds{second - offset};
    const std::int64_t whole = duration_cast<seconds>(since + in_day).count();
    return Time{whole * 1'000'000 + fraction};
}

}  // namespace reops

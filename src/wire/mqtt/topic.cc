// SPDX-License-Identifier: Apache-2.0
#include "wire/mqtt/topic.hh"

#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace reops::wire::mqtt {

namespace {

constexpr std::uint64_t low_bits = 0x0101010101010101;
constexpr std::uint64_t high_bits = 0x8080808080808080;

// High bit set in (at least) the lowest byte of `word` that is zero; "Bit Twiddling Hacks",
// determine if a word has a zero byte. Bytes over 0x7f are sorted out before.
constexpr std::uint64_t zero_byte(std::uint64_t word)
{
    return (word - low_bits) & ~word & high_bits;
}

constexpr std::uint64_t byte_equals(std::uint64_t word, std::uint8_t byte)
{
    return zero_byte(word ^ (low_bits * byte));
}

// Length of the well-formed sequence at the front of `text` (RFC 3629), 0 when there is none.
std::size_t sequence_length(std::string_view text)
{
    const auto at = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    const auto continues = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
    const std::uint8_t first = at(0);
    if (first < 0x80)
        return first != 0 ? 1 : 0;
    if (first >= 0xc2 && first <= 0xdf)
        return continues(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool overlong = first == 0xe0 && at(1) < 0xa0;
        const bool surrogate = first == 0xed && at(1) >= 0xa0;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool overlong = first == 0xf0 && at(1) < 0x90;
        const bool too_high = first == 0xf4 && at(1) >= 0x90;
        return continues(1) && continues(2) && continues(3) && !overlong && !too_high ? 4 : 0;
    }
    return 0;
}

template <bool wildcards_allowed>
bool scan(std::string_view text)
{
    std::size_t i = 0;
    while (i < text.size()) {
        if (text.size() - i >= sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + i, sizeof word);
            std::uint64_t found = (word & high_bits) | zero_byte(word);
            if constexpr (!wildcards_allowed)
                found |= byte_equals(word, '+') | byte_equals(word, '#');
            if (found == 0) {
                i += sizeof word;
                continue;
            }
        }
        if constexpr (!wildcards_allowed) {
            if (text[i] == '+' || text[i] == '#')
                return false;
        }
        const std::size_t length = sequence_length(text.substr(i));
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

constexpr std::size_t max_text = 65'535;
constexpr std::string_view share_prefix = "$share/";

// The next level and what follows its slash; without a slash nothing follows.
std::pair<std::string_view, std::optional<std::string_view>> split_level(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return {text, std::nullopt};
    return {text.substr(0, slash), text.substr(slash + 1)};
}

Failure bad_filter(std::string_view filter, std::string_view why)
{
    return {Code::invalid_argument, fmt::format("`{}` is no topic filter: {}", filter, why)};
}

Result<void> check_levels(std::string_view filter, std::string_view levels)
{
    std::optional<std::string_view> rest = levels;
    while (rest) {
        const auto [level, after] = split_level(*rest);
        const bool has_wildcard = level.find_first_of("+#") != std::string_view::npos;
        if (has_wildcard && level.size() > 1)
            return bad_filter(filter, "`+` and `#` stand for whole levels");
        if (level == "#" && after)
            return bad_filter(filter, "nothing may follow `#`");
        rest = after;
    }
    return {};
}

}  // namespace

bool is_mqtt_text(std::string_view text)
{
    return scan<true>(text);
}

bool is_topic_name(std::string_view name)
{
    return !name.empty() && scan<false>(name);
}

Result<void> check_topic_name(std::string_view name)
{
    if (name.empty())
        return Failure{Code::invalid_argument, "a topic has at least one character"};
    if (name.size() > max_text)
        return Failure{
            Code::invalid_argument,
            fmt::format("a topic is at most {} bytes long, this one is {}", max_text, name.size())};
    if (!is_mqtt_text(name))
        return Failure{Code::invalid_argument, "a topic is UTF-8 without the NUL character"};
    if (!is_topic_name(name))
        return Failure{Code::invalid_argument,
                       fmt::format("`{}` is no topic: `+` and `#` stand only in filters", name)};
    return {};
}

Result<void> check_topic_filter(std::string_view filter)
{
    if (filter.empty())
        return Failure{Code::invalid_argument, "a topic filter has at least one character"};
    if (filter.size() > max_text)
        return Failure{Code::invalid_argument,
                       fmt::format("a topic filter is at most {} bytes long, this one is {}",
                                   max_text,
                                   filter.size())};
    if (!is_mqtt_text(filter))
        return Failure{Code::invalid_argument, "a topic filter is UTF-8 without the NUL character"};
    if (!filter.starts_with(share_prefix))
        return check_levels(filter, filter);
    const auto [group, levels] = split_level(filter.substr(share_prefix.size()));
    if (group.empty() || group.find_first_of("+#") != std::string_view::npos)
        return bad_filter(filter, "`$share/` is followed by the name of a group");
    if (!levels || levels->empty())
        return bad_filter(filter, "the filter after the group is missing");
    return check_levels(filter, *levels);
}

bool matches(std::string_view filter, std::string_view name)
{
    if (filter.starts_with(share_prefix))
        filter = split_level(filter.substr(share_prefix.size())).second.value_or("");
    if (name.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#')))
        return false;
    std::optional<std::string_view> filters = filter;
    std::optional<std::string_view> names = name;
    while (filters) {
        const auto [wanted, more_filters] = split_level(*filters);
        if (wanted == "#")
            return true;  // the parent level too: `a/#` matches `a` (4.7.1.2)
        if (!names)
            return false;
        const auto [level, more_names] = split_level(*names);
        if (wanted != "+" && wanted != level)
            return false;
        filters = more_filters;
        names = more_names;
    }
    return !names;
}

}  // namespace reops::wire::mqtt

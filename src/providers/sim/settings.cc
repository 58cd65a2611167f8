// SPDX-License-Identifier: Apache-2.0
#include "providers/sim/settings.hh"

#include "providers/helper_protocol.hh"

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::providers::sim {

namespace {

using data::Map;
using data::Value;

struct Word {
    std::string_view name;
    bool (*read)(const Value& value, Settings& settings);
    std::string_view expected;
};

bool read_span(const Value& value, Duration& into)
{
    if (!value.is_string())
        return false;
    const auto span = parse_duration(value.as_string());
    // longer ones would carry times beyond what a Time can hold
    if (!span || *span < Duration::zero() || *span > hours(24 * 365))
        return false;
    into = *span;
    return true;
}

bool read_flag(const Value& value, bool& into)
{
    if (!value.is_boolean())
        return false;
    into = value.as_boolean();
    return true;
}

bool read_text(const Value& value, std::string& into)
{
    if (value.is_nil())
        into.clear();
    else if (value.is_string())
        into = value.as_string();
    else
        return false;
    return true;
}

bool read_initial(const Value& value, Settings& settings)
{
    if (!value.is_string() && !value.is_keyword())
        return false;
    settings.initial = parse_power_state(value.is_string() ? value.as_string() : value.name());
    return settings.initial == PowerState::on || settings.initial == PowerState::off ||
           settings.initial == PowerState::absent;
}

constexpr std::string_view a_span = "a duration such as \"2s\"";
constexpr std::string_view a_flag = "true or false";
constexpr std::string_view a_text = "a text";

constexpr std::array<Word, 13> known_words{{
    {"boot", [](const Value& v, Settings& s) { return read_span(v, s.boot); }, a_span},
    {"stop", [](const Value& v, Settings& s) { return read_span(v, s.stop); }, a_span},
    {"state", read_initial, "on, off or absent"},
    {"runs-on", [](const Value& v, Settings& s) { return read_text(v, s.runs_on); }, a_text},
    {"type", [](const Value& v, Settings& s) { return read_text(v, s.type); }, a_text},
    {"fail-start", [](const Value& v, Settings& s) { return read_text(v, s.fail_start); }, a_text},
    {"fail-stop", [](const Value& v, Settings& s) { return read_text(v, s.fail_stop); }, a_text},
    {"ignore-stop",
     [](const Value& v, Settings& s) { return read_flag(v, s.ignore_stop); },
     a_flag},
    {"never-boots",
     [](const Value& v, Settings& s) { return read_flag(v, s.never_boots); },
     a_flag},
    {"unreachable",
     [](const Value& v, Settings& s) { return read_flag(v, s.unreachable); },
     a_flag},
    {"denied", [](const Value& v, Settings& s) { return read_flag(v, s.denied); }, a_flag},
    {"silent", [](const Value& v, Settings& s) { return read_flag(v, s.silent); }, a_flag},
    {"vanish",
     [](const Value& v, Settings& s) {
         bool vanish = false;
         if (!read_flag(v, vanish))
             return false;
         if (vanish)
             s.initial = PowerState::absent;
         return true;
     },
     a_flag},
}};

Result<void> read_word(std::string_view name, const Value& value, Settings& settings)
{
    for (const Word& word : known_words) {
        if (word.name != name)
            continue;
        if (!word.read(value, settings))
            return Failure{
                Code::invalid_argument,
                fmt::format("`{}` of a simulated machine expects {}", name, word.expected)};
        return {};
    }
    std::vector<std::string_view> names;
    names.reserve(known_words.size());
    for (const Word& word : known_words)
        names.push_back(word.name);
    return Failure{
        Code::invalid_argument,
        fmt::format("simulated machines have no `{}`; they have {}", name, fmt::join(names, ", "))};
}

std::string_view name_of(const Value& key)
{
    return key.is_keyword() ? key.name() : key.is_string() ? key.as_string() : std::string_view{};
}

}  // namespace

Map declared_words(const Value& options)
{
    Map words;
    for (const std::string_view word : {"runs-on", "type"})
        if (const std::string said = text_field(options, word); !said.empty())
            words = words.assoc(Value::outside_keyword(word), Value::string(said));
    return merge_words(words, field(options, "sim"));
}

Map merge_words(const Map& words, const Value& more)
{
    Map merged = words;
    if (more.is_map())
        for (const auto& [key, value] : more.as_map())
            merged = std::move(merged).assoc(Value::outside_keyword(name_of(key)), value);
    return merged;
}

Result<Settings> read_settings(const Map& words)
{
    Settings settings;
    for (const auto& [key, value] : words)
        if (auto read = read_word(name_of(key), value, settings); !read)
            return read.failure();
    return settings;
}

}  // namespace reops::providers::sim

// SPDX-License-Identifier: Apache-2.0
// The words of one system in the configuration, as a table.
#include "base/nearest.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "hosts/inventory.hh"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace reops::hosts {

namespace {

using data::Value;

struct Word {
    std::string_view key;
    /// Nothing when it fits, else what was expected.
    std::optional<std::string_view> (*read)(const Value& value, System& system);
};

std::optional<std::string> word_of(const Value& value)
{
    if (value.is_keyword())
        return std::string{value.name()};
    if (value.is_string())
        return std::string{value.as_string()};
    return std::nullopt;
}

template <std::string System::*Member>
std::optional<std::string_view> read_word(const Value& value, System& system)
{
    auto word = word_of(value);
    if (!word || word->empty())
        return "a keyword or a string";
    system.*Member = std::move(*word);
    return std::nullopt;
}

template <Duration System::*Member>
std::optional<std::string_view> read_span(const Value& value, System& system)
{
    if (!value.is_string())
        return "a duration such as \"3m\"";
    const auto span = parse_duration(value.as_string());
    if (!span.ok() || *span <= Duration{})
        return "a duration such as \"3m\"";
    system.*Member = *span;
    return std::nullopt;
}

std::optional<std::string_view> read_role(const Value& value, System& system)
{
    if (value.is_keyword("self"))
        system.role = Role::self;
    else if (value.is_keyword("other"))
        system.role = Role::other;
    else
        return ":self or :other";
    return std::nullopt;
}

std::optional<std::string_view> read_stagger(const Value& value, System& system)
{
    if (!value.is_integer() || value.as_integer() < 1 || value.as_integer() > 1000)
        return "a whole number from 1 to 1000";
    system.stagger = static_cast<std::uint32_t>(value.as_integer());
    return std::nullopt;
}

std::optional<std::string_view> read_unknown_guests(const Value& value, System& system)
{
    if (!value.is_boolean())
        return "true or false";
    system.unknown_guests = value.as_boolean();
    return std::nullopt;
}

std::optional<std::string_view> check_port(const Value& value, System&)
{
    if (!value.is_integer() || value.as_integer() < 1 || value.as_integer() > 65535)
        return "a port from 1 to 65535";
    return std::nullopt;
}

std::optional<std::string_view> check_text(const Value& value, System&)
{
    if (!value.is_string() || value.as_string().empty())
        return "a string";
    return std::nullopt;
}

std::optional<std::string_view> check_command(const Value& value, System&)
{
    const bool is_command = value.is_vector() && value.as_vector().size() > 0 &&
                            std::all_of(value.as_vector().begin(),
                                        value.as_vector().end(),
                                        [](const Value& word) { return word.is_string(); });
    if (!is_command)
        return "a command as words such as [\"sudo\" \"-n\" \"/sbin/poweroff\"]";
    return std::nullopt;
}

/// Read by the provider from `options`.
std::optional<std::string_view> left_to_provider(const Value&, System&)
{
    return std::nullopt;
}

constexpr std::array<Word, 25> words = {{
    {"type", read_word<&System::type>},
    {"provider", read_word<&System::provider>},
    {"address", read_word<&System::address>},
    {"runs-on", read_word<&System::runs_on>},
    {"role", read_role},
    {"stop-within", read_span<&System::stop_within>},
    {"start-within", read_span<&System::start_within>},
    {"stagger", read_stagger},
    {"unknown-guests", read_unknown_guests},
    {"uri", left_to_provider},
    {"domain", left_to_provider},
    {"shutdown", left_to_provider},
    {"mac", check_text},
    {"ssh-key", check_text},
    {"ssh-port", check_port},
    {"power-off", check_command},
    {"broadcast", check_text},
    {"gateway", check_text},
    {"guests-uri", check_text},
    {"ports", left_to_provider},
    {"sim", left_to_provider},
    {"networks", left_to_provider},
    {"user", check_text},
    {"description", left_to_provider},
    {"options", left_to_provider},
}};

const Word* find_word(const Value& key)
{
    for (const Word& word : words)
        if (key.is_keyword(word.key))
            return &word;
    return nullptr;
}

Failure unknown_word(std::string_view name, const Value& key)
{
    std::vector<std::string> known;
    known.reserve(words.size());
    for (const Word& word : words)
        known.push_back(":" + std::string{word.key});
    const std::string found = data::print(key);
    return Failure{Code::invalid_argument,
                   fmt::format("no key {} in system \"{}\"", found, name),
                   did_you_mean(nearest_words(found, known))};
}

Result<System> read_system(std::string_view name, const Value& map)
{
    if (!map.is_map())
        return Failure{
            Code::invalid_argument,
            fmt::format("system \"{}\" expected a map but found {}", name, data::print(map))};
    System system;
    system.name = name;
    system.options = map;
    for (const auto& [key, value] : map.as_map()) {
        const Word* word = find_word(key);
        if (word == nullptr)
            return unknown_word(name, key);
        if (const auto wanted = word->read(value, system))
            return Failure{Code::invalid_argument,
                           fmt::format("{} of system \"{}\" expected {} but found {}",
                                       data::print(key),
                                       name,
                                       *wanted,
                                       data::print(value))};
    }
    return system;
}

}  // namespace

Result<std::vector<System>> read_systems(const Value& systems)
{
    if (!systems.is_map())
        return Failure{Code::invalid_argument,
                       "`:systems` expected a map such as {\"foo\" {:provider :sim}} but found " +
                           data::print(systems)};
    std::vector<System> out;
    for (const auto& [key, map] : systems.as_map()) {
        const auto name = word_of(key);
        if (!name || name->empty() || name->starts_with('-') ||
            name->find('\0') != std::string::npos)
            return Failure{
                Code::invalid_argument,
                "a system's name expected a string that does not begin with `-` but found " +
                    data::print(key)};
        auto system = read_system(*name, map);
        if (!system.ok())
            return system.failure();
        out.push_back(std::move(*system));
    }
    return out;
}

}  // namespace reops::hosts

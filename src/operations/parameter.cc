// SPDX-License-Identifier: Apache-2.0
#include "operations/parameter.hh"

#include "base/nearest.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "operations/command_line.hh"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

constexpr std::size_t longest_text = 64UL * 1024;
constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_path = 4096;
constexpr std::size_t most_words = 1000;
constexpr std::int64_t highest_count = 1000000;
constexpr std::size_t most_shown = 200;

bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view name, std::string_view others)
{
    return !name.empty() && name.size() <= longest_name &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
           });
}

bool is_one_line(std::string_view text)
{
    return text.size() <= longest_text &&
           text.find_first_of(std::string_view{"\0\n\r", 3}) == std::string_view::npos;
}

/// What a kind asks of a text.
struct TextKind {
    ParameterKind kind;
    std::string_view expected;
    bool (*fits)(std::string_view text);
};

/// `@` in front is a group of dnf; `-` at the end would mean "remove" to apt.
bool is_package(std::string_view text)
{
    return is_name(text, ".+-_:~=@/") && (is_letter_or_digit(text.front()) || text[0] == '@') &&
           text.back() != '-';
}

bool is_service(std::string_view text)
{
    return is_name(text, ".-_:@\\") && is_letter_or_digit(text.front());
}

bool is_host(std::string_view text)
{
    return check_host_name(text).ok();
}

bool is_path(std::string_view text)
{
    return !text.empty() && text.size() <= longest_path && is_one_line(text);
}

bool is_network(std::string_view text)
{
    return is_name(text, ".-_:/,%*");
}

constexpr std::array<TextKind, 6> text_kinds = {{
    {ParameterKind::path, "a path of one line", is_path},
    {ParameterKind::package, "a package's name such as \"htop\"", is_package},
    {ParameterKind::service, "a service's name such as \"nginx\"", is_service},
    {ParameterKind::host, "a host's name or address", is_host},
    {ParameterKind::network, "a network such as \"192.168.1.0/24\"", is_network},
    {ParameterKind::text, "a text of one line, at most 64 KiB", is_one_line},
}};

std::string shown(const Value& value)
{
    std::string text = data::print(value);
    if (text.size() > most_shown)
        text = text.substr(0, most_shown) + "...";
    return text;
}

Failure unfit(std::string_view verb,
              const Parameter& parameter,
              std::string_view expected,
              const Value& value)
{
    return {
        Code::invalid_argument,
        fmt::format(
            "`{}` expected {} for `{}` but got {}", verb, expected, parameter.name, shown(value))};
}

std::vector<std::string> split(std::string_view words)
{
    std::vector<std::string> parts;
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        if (end > 0)
            parts.emplace_back(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return parts;
}

Result<Value> check_choice(std::string_view verb, const Parameter& parameter, const Value& value)
{
    const std::vector<std::string> choices = split(parameter.choices);
    const bool is_word = value.is_keyword() || value.is_string();
    const std::string word{value.is_keyword()  ? value.name()
                           : value.is_string() ? value.as_string()
                                               : std::string_view{}};
    if (is_word && std::find(choices.begin(), choices.end(), word) != choices.end())
        return Value::string(word);
    Failure failure = unfit(verb, parameter, fmt::format("one of: {}", parameter.choices), value);
    if (is_word)
        failure.details = did_you_mean(nearest_words(word, choices));
    return failure;
}

Result<Value> check_command(std::string_view verb, const Parameter& parameter, const Value& value)
{
    static constexpr std::string_view expected =
        "a command of one line such as \"uptime\" or [\"ls\" \"a b\"]";
    const auto is_word = [](const Value& word) {
        return word.is_string() && is_one_line(word.as_string());
    };
    if (is_word(value) && value.as_string().find_first_not_of(" \t") != std::string_view::npos)
        return value;
    if (value.is_vector() && !value.as_vector().empty() && value.as_vector().size() <= most_words) {
        const data::Vector& words = value.as_vector();
        if (std::all_of(words.begin(), words.end(), is_word) && !words[0].as_string().empty())
            return value;
    }
    return unfit(verb, parameter, expected, value);
}

Result<Value> check_count(std::string_view verb, const Parameter& parameter, const Value& value)
{
    if (value.is_integer() && value.as_integer() >= 1 && value.as_integer() <= highest_count)
        return value;
    return unfit(verb, parameter, "a whole number from 1 to 1000000", value);
}

Result<Value> check_text(std::string_view verb, const Parameter& parameter, const Value& value)
{
    for (const TextKind& kind : text_kinds)
        if (kind.kind == parameter.kind) {
            if (value.is_string() && kind.fits(value.as_string()))
                return value;
            return unfit(verb, parameter, kind.expected, value);
        }
    return value;  // a setting: its verb knows what it must be
}

}  // namespace

Result<Value> check_argument(std::string_view verb, const Parameter& parameter, const Value& value)
{
    switch (parameter.kind) {
        case ParameterKind::flag:
        case ParameterKind::choice:
            return check_choice(verb, parameter, value);
        case ParameterKind::command:
            return check_command(verb, parameter, value);
        case ParameterKind::count:
            return check_count(verb, parameter, value);
        default:
            return check_text(verb, parameter, value);
    }
}

std::string_view to_string(ParameterKind kind)
{
    switch (kind) {
        case ParameterKind::command:
            return "command";
        case ParameterKind::path:
            return "path";
        case ParameterKind::package:
            return "package";
        case ParameterKind::service:
            return "service";
        case ParameterKind::host:
            return "host";
        case ParameterKind::network:
            return "network";
        case ParameterKind::text:
            return "text";
        case ParameterKind::flag:
            return "flag";
        case ParameterKind::choice:
            return "choice";
        case ParameterKind::count:
            return "count";
        case ParameterKind::setting:
            return "setting";
    }
    return {};
}

}  // namespace reops::operations

// SPDX-License-Identifier: Apache-2.0
#include "operations/command_line.hh"

#include "data/print.hh"
#include "data/value.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace reops::operations {

namespace {

constexpr std::size_t longest_name = 255;

bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Characters that no POSIX shell gives a meaning to, wherever they stand but in front.
bool is_plain(char c)
{
    return is_letter_or_digit(c) || std::string_view{"%+,-./:@_"}.find(c) != std::string_view::npos;
}

/// Words that a shell takes for syntax where a program's name is expected, unless quoted.
bool is_reserved(std::string_view word)
{
    static constexpr std::array<std::string_view, 17> reserved = {"if",
                                                                  "then",
                                                                  "else",
                                                                  "elif",
                                                                  "fi",
                                                                  "do",
                                                                  "done",
                                                                  "case",
                                                                  "esac",
                                                                  "while",
                                                                  "until",
                                                                  "for",
                                                                  "in",
                                                                  "select",
                                                                  "function",
                                                                  "time",
                                                                  "coproc"};
    return std::find(reserved.begin(), reserved.end(), word) != reserved.end();
}

std::string shown(std::string_view text)
{
    return data::print(data::Value::string(text));
}

bool is_name(std::string_view name, std::string_view others)
{
    return std::all_of(name.begin(), name.end(), [&](char c) {
        return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
}

}  // namespace

std::string quote_word(std::string_view word)
{
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain))
        return std::string{word};
    std::string out = "'";
    for (const char c : word) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

Result<std::string> quote_command(const std::vector<std::string>& words)
{
    if (words.empty() || words.front().empty())
        return Failure{Code::invalid_argument,
                       "expected a command as words such as [\"uptime\"] but got none"};
    std::string line;
    for (const std::string& word : words) {
        if (word.find_first_of(std::string_view{"\0\n\r", 3}) != std::string::npos)
            return Failure{
                Code::invalid_argument,
                fmt::format("expected words without NUL and line ends but got {}", shown(word))};
        // In front `a=b` would be an assignment and `if` a keyword: quoted they are programs.
        if (line.empty() && is_reserved(word))
            line = "'" + word + "'";
        else
            line += (line.empty() ? "" : " ") + quote_word(word);
    }
    return line;
}

Result<void> check_host_name(std::string_view name)
{
    if (!name.empty() && name.size() <= longest_name && name.front() != '-' &&
        is_name(name, ".-_:%"))
        return {};
    return Failure{Code::invalid_argument,
                   fmt::format("expected a host name or address but got {}",
                               shown(name.substr(0, longest_name))),
                   "a host's name has letters, digits and . - _ : and does not begin with -"};
}

Result<void> check_user_name(std::string_view name)
{
    if (!name.empty() && name.size() <= longest_name &&
        (is_letter_or_digit(name.front()) || name.front() == '_') && is_name(name, ".-_@\\"))
        return {};
    return Failure{
        Code::invalid_argument,
        fmt::format("expected a user's name but got {}", shown(name.substr(0, longest_name)))};
}

}  // namespace reops::operations

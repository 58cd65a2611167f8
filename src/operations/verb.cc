// SPDX-License-Identifier: Apache-2.0
#include "operations/verb.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "operations/printable.hh"

#include <array>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;
using Words = std::vector<std::string>;

constexpr std::string_view power_off_program = "/sbin/poweroff";

Value argument(const Value& args, std::string_view key)
{
    return args.is_map() ? args.as_map().get(key) : Value{};
}

std::string text_of(const Value& value)
{
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

Result<Words> words_of(const Value& value, std::string_view what)
{
    Words words;
    if (value.is_vector())
        for (const Value& word : value.as_vector())
            if (word.is_string())
                words.emplace_back(word.as_string());
    if (words.empty() || words.size() != value.as_vector().size())
        return Failure{Code::invalid_argument,
                       fmt::format("{} expected words such as [\"uptime\" \"-p\"] but got {}",
                                   what,
                                   data::print(value))};
    return words;
}

Result<Words> exec_command(const Value& args)
{
    return words_of(argument(args, "command"), "`exec`");
}

Result<Words> power_off_words(const Value& args)
{
    Words given;
    if (const Value value = argument(args, "power-off"); !value.is_nil()) {
        auto words = words_of(value, "`:power-off`");
        if (!words.ok())
            return words;
        given = std::move(*words);
    }
    return power_off_command(given, text_of(argument(args, "user")));
}

Result<Words> power_check_words(const Value& args)
{
    auto words = power_off_words(args);
    if (!words.ok())
        return words;
    return power_check_command(*words);
}

Value say_output(const CommandReply& reply)
{
    return Value::string(printable(reply.out));
}

Value say_nothing(const CommandReply&)
{
    return Value{};
}

std::string first_line(const CommandReply& reply)
{
    const std::string& said =
        reply.err.find_first_not_of(" \r\n") != std::string::npos ? reply.err : reply.out;
    const std::size_t begin = said.find_first_not_of(" \r\n");
    if (begin == std::string::npos)
        return {};
    const std::size_t end = said.find_first_of("\r\n", begin);
    return printable(said.substr(begin, end == std::string::npos ? end : end - begin));
}

constexpr std::array<Verb, 3> table = {{
    {.name = "exec",
     .about = "run a command, given as words",
     .args = "{:command [\"uptime\" \"-p\"]}",
     .command = exec_command,
     .parse = say_output,
     .explain = first_line},
    {.name = "power-off",
     .about = "switch the machine off, cleanly",
     .args = "{:user \"re-ops\" :power-off [\"sudo\" \"-n\" \"/sbin/poweroff\"]}",
     .command = power_off_words,
     .parse = say_nothing,
     .explain = first_line},
    {.name = "power-check",
     .about = "would power-off be allowed; changes nothing",
     .args = "{:user \"re-ops\" :power-off [\"sudo\" \"-n\" \"/sbin/poweroff\"]}",
     .command = power_check_words,
     .parse = say_output,
     .explain = first_line},
}};

bool uses_sudo(const Words& words)
{
    return !words.empty() && (words.front() == "sudo" || words.front().ends_with("/sudo"));
}

/// What sudo is asked to run: the words behind its own options.
Words behind_sudo(const Words& words)
{
    std::size_t at = 1;
    while (at < words.size() && words[at].starts_with('-'))
        ++at;
    return {words.begin() + static_cast<std::ptrdiff_t>(at), words.end()};
}

}  // namespace

std::span<const Verb> verbs()
{
    return table;
}

const Verb* find_verb(std::string_view name)
{
    for (const Verb& verb : table)
        if (verb.name == name)
            return &verb;
    return nullptr;
}

Words power_off_command(const Words& words, std::string_view user)
{
    if (!words.empty())
        return words;
    if (user == "root")
        return {std::string{power_off_program}};
    return {"sudo", "-n", std::string{power_off_program}};
}

Words power_check_command(const Words& power_off)
{
    if (!uses_sudo(power_off))
        return {"test", "-x", power_off.empty() ? "" : power_off.front()};
    Words check = {power_off.front(), "-n", "-l"};
    for (std::string& word : behind_sudo(power_off))
        check.push_back(std::move(word));
    return check;
}

std::string sudoers_line(std::string_view user, const Words& power_off)
{
    if (!uses_sudo(power_off))
        return {};
    std::string command;
    for (const std::string& word : behind_sudo(power_off)) {
        if (!command.empty())
            command += ' ';
        for (const char c : word) {
            if (std::string_view{",:=\\ "}.find(c) != std::string_view::npos)
                command += '\\';
            command += c;
        }
    }
    return fmt::format("{} ALL=(root) NOPASSWD: {}", user, command);
}

}  // namespace reops::operations

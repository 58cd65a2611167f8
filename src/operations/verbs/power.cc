// SPDX-License-Identifier: Apache-2.0
// Switching the machine off over its own shell.
#include "operations/verbs/parts.hh"
#include "operations/verbs/subjects.hh"

#include <array>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

constexpr std::string_view power_off_program = "/sbin/poweroff";

Result<Words> power_off_words(const Value& args)
{
    Words given;
    if (const Value value = argument(args, "power-off"); !value.is_nil()) {
        auto words = words_of(value, "`:power-off`");
        if (!words.ok())
            return words;
        given = std::move(*words);
    }
    return power_off_command(given, text_argument(args, "user"));
}

Result<Words> power_check_words(const Value& args)
{
    auto words = power_off_words(args);
    if (!words.ok())
        return words;
    return power_check_command(*words);
}

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

constexpr std::array<Parameter, 2> parameters = {{
    {.name = "user",
     .about = "who asks; root needs no sudo",
     .kind = ParameterKind::setting,
     .presence = Presence::optional},
    {.name = "power-off",
     .about = "the command as words, `[\"sudo\" \"-n\" \"/sbin/poweroff\"]` unless it is there",
     .kind = ParameterKind::setting,
     .presence = Presence::optional},
}};

constexpr std::array<Verb, 2> table = {{
    {.name = "power-off",
     .about = "switch the machine off, cleanly",
     .parameters = parameters,
     .example = "(power-off closet)",
     .result = "nil",
     .needs = "poweroff",
     .changes = true,
     .is_internal = true,
     .command = power_off_words,
     .parse = say_nothing,
     .explain = first_line},
    {.name = "power-check",
     .about = "would power-off be allowed; changes nothing",
     .parameters = parameters,
     .example = "(power-check closet)",
     .result = "a text: the command that is allowed",
     .needs = "",
     .is_internal = true,
     .command = power_check_words,
     .parse = say_output,
     .explain = first_line},
}};

}  // namespace

std::span<const Verb> power_verbs()
{
    return table;
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

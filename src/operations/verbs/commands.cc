// SPDX-License-Identifier: Apache-2.0
// Commands of the user.
#include "data/map.hh"
#include "data/vector.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/subjects.hh"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

/// A text is for the shell of the host; words are a program and its arguments, which no shell
/// reads.
Result<Words> command_words(const Value& args, std::string_view verb)
{
    const Value command = argument(args, "command");
    if (command.is_string() && !command.as_string().empty())
        return Words{"sh", "-c", std::string{command.as_string()}};
    return words_of(command, verb);
}

Result<Words> exec_command(const Value& args)
{
    return command_words(args, "`exec`");
}

// The shell that reports the number of the process is gone at once; `nohup` keeps the hang-up of
// the connection away from the command.
constexpr std::string_view nohup_script = R"sh(
    if command -v "$1" >/dev/null; then
        nohup "$@" </dev/null >/dev/null 2>&1 & echo $!;
    else
        echo "$1: not found" >&2; exit 127;
    fi
)sh";

Result<Words> nohup_command(const Value& args)
{
    auto words = command_words(args, "`nohup`");
    if (!words.ok())
        return words;
    return script_command(nohup_script, *words);
}

Result<Value> nohup_result(const CommandReply& reply)
{
    std::int64_t process = 0;
    const char* end = reply.out.data() + reply.out.size();
    const auto [after, error] = std::from_chars(reply.out.data(), end, process);
    if (error != std::errc{} || process <= 0)
        return Failure{Code::corrupt, "`nohup` expected a process number but got other output"};
    return Value{data::make_map({{Value::keyword("pid"), Value::integer(process)}})};
}

constexpr std::array<Parameter, 1> command_parameters = {{
    {.name = "command",
     .about = "a text for the shell, or words that no shell reads",
     .kind = ParameterKind::command},
}};

constexpr std::array<Verb, 2> table = {{
    {.name = "exec",
     .about = "run a command and take what it writes",
     .parameters = command_parameters,
     .example = "(exec web \"uptime -p\")",
     .result = "a text: what the command wrote to its output",
     .needs = "",
     .changes = true,
     .takes_part = true,
     .limit = minutes(10),
     .command = exec_command,
     .parse = say_output,
     .explain = first_line_or_sudo},
    {.name = "nohup",
     .about = "begin a command that goes on when the connection ends; its output is dropped",
     .parameters = command_parameters,
     .example = "(nohup web [\"sleep\" \"60\"])",
     .result = "{:pid 4711}: the number of the process",
     .needs = "nohup",
     .changes = true,
     .command = nohup_command,
     .parse = nohup_result,
     .explain = first_line_or_sudo},
}};

}  // namespace

std::span<const Verb> command_verbs()
{
    return table;
}

}  // namespace reops::operations

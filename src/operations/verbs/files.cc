// SPDX-License-Identifier: Apache-2.0
// Files and folders of a host.
#include "data/print.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/subjects.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

/// The steps of a path without `.` and empty ones, `a/..` taken away; links are not looked at.
Words steps_of(std::string_view path)
{
    Words steps;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view step = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (step == ".." && !steps.empty() && steps.back() != "..")
            steps.pop_back();
        else if (!step.empty() && step != ".")
            steps.emplace_back(step);
    }
    return steps;
}

/// Folders of the system itself, which nobody means to remove as a whole.
bool is_of_the_system(std::string_view name)
{
    static constexpr std::array<std::string_view, 16> folders = {"bin",
                                                                 "boot",
                                                                 "dev",
                                                                 "etc",
                                                                 "home",
                                                                 "lib",
                                                                 "lib32",
                                                                 "lib64",
                                                                 "opt",
                                                                 "proc",
                                                                 "root",
                                                                 "run",
                                                                 "sbin",
                                                                 "sys",
                                                                 "usr",
                                                                 "var"};
    return std::find(folders.begin(), folders.end(), name) != folders.end();
}

/// Why `rm` does not take this path; empty when it does.
std::string why_kept(const std::string& path)
{
    const bool is_absolute = path.starts_with('/');
    Words steps = steps_of(path);
    if (is_absolute)  // above the root is the root
        steps.erase(std::remove(steps.begin(), steps.end(), ".."), steps.end());
    if (steps.empty())
        return is_absolute ? "the root of the file system" : "the home of the user";
    if (!is_absolute && steps.back() == "..")
        return "a folder above the home of the user";
    if (is_absolute && steps.size() == 1 && is_of_the_system(steps.front()))
        return "a folder of the system";
    return {};
}

Result<Words> with_path(Words words, const Value& args)
{
    for (std::string& flag : words_argument(args, "flags"))
        words.push_back(std::move(flag));
    words.emplace_back("--");
    words.push_back(plain_path(text_argument(args, "path")));
    return words;
}

Result<Words> mkdir_command(const Value& args)
{
    return with_path({"mkdir"}, args);
}

Result<Words> rm_command(const Value& args)
{
    const std::string path = plain_path(text_argument(args, "path"));
    if (const std::string why = why_kept(path); !why.empty())
        return Failure{Code::invalid_argument,
                       fmt::format("`rm` expected something to remove but got {}: {}",
                                   data::print(argument(args, "path")),
                                   why),
                       "name what is in it, or use `exec` if that is really meant"};
    return with_path({"rm"}, args);
}

constexpr std::array<Parameter, 2> mkdir_parameters = {{
    {.name = "path", .about = "the folder to make", .kind = ParameterKind::path},
    {.name = "flags",
     .about = "-p: with the folders above it, and it may be there already",
     .kind = ParameterKind::flag,
     .presence = Presence::rest,
     .choices = "-p"},
}};

constexpr std::array<Parameter, 2> rm_parameters = {{
    {.name = "path",
     .about = "what to remove; a `*` is a name like any other",
     .kind = ParameterKind::path},
    {.name = "flags",
     .about = "-r: folders with all that is in them, -f: it may be absent",
     .kind = ParameterKind::flag,
     .presence = Presence::rest,
     .choices = "-r -f -rf -fr"},
}};

constexpr std::array<Verb, 2> table = {{
    {.name = "mkdir",
     .about = "make a folder",
     .parameters = mkdir_parameters,
     .example = "(mkdir web \"backups/today\" \"-p\")",
     .result = "nil",
     .needs = "",
     .changes = true,
     .command = mkdir_command,
     .parse = say_nothing,
     .explain = first_line},
    {.name = "rm",
     .about = "remove a file or a folder; the root, a home and the system's folders are refused",
     .parameters = rm_parameters,
     .example = "(rm web \"backups/yesterday\" \"-rf\")",
     .result = "nil",
     .needs = "",
     .changes = true,
     .limit = minutes(10),
     .command = rm_command,
     .parse = say_nothing,
     .explain = first_line},
}};

}  // namespace

std::span<const Verb> file_verbs()
{
    return table;
}

}  // namespace reops::operations

// SPDX-License-Identifier: Apache-2.0
// Files and folders of a host.
#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

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

// --- ls

// `find` hands names over as they are and `stat` writes each behind its numbers. A name has no `/`,
// so a line that begins with one begins an entry, whatever line ends names have.
constexpr std::string_view ls_script = R"sh(
    f='/%f/%s/%Y/%U/%G/%n';
    if [ ! -d "$2" ]; then
        stat -c "$f" -- "$2";
    elif cd "$2"; then
        if [ "$1" = all ]; then
            find . ! -name . -prune -exec stat -c "$f" {} +;
        else
            find . ! -name . -prune ! -name '.*' -exec stat -c "$f" {} +;
        fi;
    fi
)sh";

Result<Words> ls_command(const Value& args)
{
    const Words flags = words_argument(args, "flags");
    const bool is_all = std::any_of(flags.begin(), flags.end(), [](const std::string& flag) {
        return flag.find('a') != std::string::npos || flag.find('A') != std::string::npos;
    });
    const std::string path = text_argument(args, "path");
    return script_command(ls_script,
                          {is_all ? "all" : "plain", plain_path(path.empty() ? "~" : path)});
}

/// The kind of a file by the upper bits of its mode (inode(7)).
std::string_view type_of(std::uint32_t mode)
{
    switch (mode & 0170000U) {
        case 0100000U:
            return "file";
        case 0040000U:
            return "folder";
        case 0120000U:
            return "link";
        case 0140000U:
            return "socket";
        case 0060000U:
        case 0020000U:
            return "device";
        case 0010000U:
            return "pipe";
        default:
            return "other";
    }
}

std::optional<std::uint32_t> read_mode(std::string_view hex)
{
    std::uint32_t mode = 0;
    const char* end = hex.data() + hex.size();
    const auto [after, error] = std::from_chars(hex.data(), end, mode, 16);
    return error == std::errc{} && after == end ? std::optional{mode} : std::nullopt;
}

std::optional<Value> read_entry(std::string_view entry)
{
    const auto cells = cells_of(entry, '/');
    if (cells.size() < 7 || !cells[0].empty() || cells.back().empty())
        return std::nullopt;
    const auto mode = read_mode(cells[1]);
    const auto size = to_whole(cells[2]);
    // Before 1970 it is negative.
    const auto changed = to_real(cells[3]);
    constexpr double most_seconds = 1e15;
    if (!mode || !size || !changed || !(std::abs(*changed) <= most_seconds))
        return std::nullopt;
    return row({{"name", text(cells.back())},
                {"type", Value::keyword(type_of(*mode))},
                {"size-bytes", Value::integer(*size)},
                {"mode", Value::string(fmt::format("{:04o}", *mode & 07777U))},
                {"user", text(cells[4])},
                {"group", text(cells[5])},
                {"modified", Value::integer(static_cast<std::int64_t>(*changed))}});
}

Result<Value> ls_result(const CommandReply& reply)
{
    std::vector<std::pair<std::string, Value>> entries;
    std::string_view rest = reply.out;
    while (!rest.empty()) {
        const std::size_t end = rest.find("\n/");
        std::string_view entry = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (rest.empty() && entry.ends_with('\n'))
            entry.remove_suffix(1);
        auto read = read_entry(entry);
        if (!read)
            return not_understood("ls", "entries of `stat`", entry);
        entries.emplace_back(read->as_map().get("name").as_string(), std::move(*read));
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    data::VectorBuilder sorted;
    for (auto& [name, entry] : entries)
        sorted.push_back(std::move(entry));
    return Value{sorted.finish()};
}

constexpr std::array<Parameter, 2> ls_parameters = {{
    {.name = "path",
     .about = "a folder, or one file; the home of the user when it is not said",
     .kind = ParameterKind::path,
     .presence = Presence::optional},
    {.name = "flags",
     .about = "-a: with names that begin with a point; -l changes nothing",
     .kind = ParameterKind::flag,
     .presence = Presence::rest,
     .choices = "-a -A -l -la -al"},
}};

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

constexpr std::array<Verb, 3> table = {{
    {.name = "ls",
     .about = "the entries of a folder, by name",
     .parameters = ls_parameters,
     .example = "(ls web \"/etc\" \"-a\")",
     .result = "[{:name \"hosts\", :type :file, :size-bytes 187, :mode \"0644\", :user \"root\", "
               ":group \"root\", :modified 1795590895}]; :type is :file :folder :link :socket "
               ":device :pipe or :other, :modified counts seconds since 1970",
     .needs = "find, stat",
     .command = ls_command,
     .parse = ls_result,
     .explain = first_line},
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

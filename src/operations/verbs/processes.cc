// SPDX-License-Identifier: Apache-2.0
// What runs on a host, and who is logged in over SSH.
#include "data/map.hh"
#include "data/vector.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

// The words `reops_list` in it let the script leave itself out: its own text stands in its line of
// the list, and in that of the login shell.
constexpr std::string_view processes_script = R"sh(
    reops_list=$(ps -eo pid,ppid,user:32,pcpu,rss,etimes,args 2>/dev/null) ||
    reops_list=$(ps -o pid,ppid,user,rss,args) || exit 1;
    printf '%s\n' "$reops_list" | head -n 1;
    printf '%s\n' "$reops_list" | tail -n +2 | grep -vF -e reops_list -e ' -eo pid,' -e ' -o pid,' |
    grep -F -e "$1" || true
)sh";

Result<Words> processes_command(const Value& args)
{
    return script_command(processes_script, {text_argument(args, "matching")});
}

/// `1234`, and busybox's `12m` and `1.5g`, in KiB.
std::optional<std::int64_t> read_size(std::string_view size)
{
    std::int64_t unit = 1;
    if (size.ends_with('m') || size.ends_with('g')) {
        unit = size.back() == 'm' ? 1024 : 1024L * 1024;
        size.remove_suffix(1);
    }
    const auto number = to_real(size);
    if (!number || *number < 0 || *number > 1e12)
        return std::nullopt;
    return static_cast<std::int64_t>(*number * static_cast<double>(unit));
}

/// The columns by their heading; the last of them is the rest of the line.
std::optional<Value> read_process(const std::vector<std::string_view>& headings,
                                  std::string_view line)
{
    const auto fields = fields_of(line, headings.size());
    std::map<std::string_view, std::string_view> said;
    for (std::size_t i = 0; i < headings.size() && i < fields.size(); ++i)
        said[headings[i]] = fields[i];
    const auto pid = to_whole(said["PID"]);
    const auto parent = to_whole(said["PPID"]);
    const auto size = read_size(said["RSS"]);
    if (!pid || !parent || !size)
        return std::nullopt;
    data::MapBuilder process;
    const auto set = [&](std::string_view key, Value value) {
        process.set(Value::keyword(key), std::move(value));
    };
    set("pid", Value::integer(*pid));
    set("parent", Value::integer(*parent));
    set("user", text(said["USER"]));
    if (const auto share = to_real(said["%CPU"]))
        set("cpu-percent", Value::real(*share));
    set("memory-bytes", bytes(*size, 1024));
    if (const auto age = to_whole(said["ELAPSED"]))
        set("age-seconds", Value::integer(*age));
    set("command", text(said["COMMAND"]));
    return process.finish();
}

Result<Value> processes_result(const CommandReply& reply)
{
    const auto lines = lines_of(reply.out);
    const auto headings = lines.empty() ? std::vector<std::string_view>{} : fields_of(lines[0]);
    if (headings.size() < 5 || headings.size() > 16 || headings.back() != "COMMAND")
        return not_understood("processes", "a heading of `ps`", reply.out);
    data::VectorBuilder processes;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        auto process = read_process(headings, lines[i]);
        if (!process)
            return not_understood("processes", "a line of `ps`", lines[i]);
        processes.push_back(std::move(*process));
    }
    return Value{processes.finish()};
}

// --- ssh-sessions

// sshd writes who it serves into its process title. The peers are known for sessions with a
// terminal (utmp, where there is one) and, as root, for all (ss).
constexpr std::string_view sessions_script = R"sh(
    reops_list=$(ps -eo pid,etimes,args 2>/dev/null) ||
    reops_list=$(ps -o pid,args) || exit 1;
    printf '%s\n' "$reops_list" | head -n 1;
    printf '%s\n' "$reops_list" | grep -vF reops_list | grep -E 'sshd(-session)?: [^ ]+@' || true;
    echo; who 2>/dev/null; echo; ss -tnpH state established 2>/dev/null | grep '"sshd' || true
)sh";

Result<Words> sessions_command(const Value&)
{
    return script_command(sessions_script, {});
}

struct Session {
    std::string_view user;
    std::string_view terminal;  ///< empty without one
};

/// `sshd: ops@pts/0`, `sshd-session: ops@notty`, `sshd: ops@pts/0,pts/1`.
std::optional<Session> read_title(std::string_view title)
{
    const std::size_t colon = title.find(": ");
    if (colon == std::string_view::npos || !title.starts_with("sshd"))
        return std::nullopt;
    const std::string_view who = trimmed(title.substr(colon + 2));
    const std::size_t at = who.rfind('@');
    if (at == std::string_view::npos || at == 0 || who.find(' ') != std::string_view::npos)
        return std::nullopt;
    const std::string_view terminal = who.substr(at + 1);
    return Session{who.substr(0, at), terminal == "notty" ? std::string_view{} : terminal};
}

/// From `who`: terminals and the `(10.0.0.7)` at the end of their lines.
std::map<std::string_view, std::string_view> peers_by_terminal(
    const std::vector<std::string_view>& lines)
{
    std::map<std::string_view, std::string_view> peers;
    for (const std::string_view line : lines) {
        const auto fields = fields_of(line);
        if (fields.size() < 3)
            continue;
        std::string_view peer = fields.back();
        if (peer.size() > 2 && peer.front() == '(' && peer.back() == ')')
            peers[fields[1]] = peer.substr(1, peer.size() - 2);
    }
    return peers;
}

/// From `ss`: `0 0 10.0.0.9:22 10.0.0.7:51514 users:(("sshd",pid=812,fd=4),...)`.
std::map<std::int64_t, std::string_view> peers_by_process(
    const std::vector<std::string_view>& lines)
{
    std::map<std::int64_t, std::string_view> peers;
    for (std::string_view line : lines) {
        const auto fields = fields_of(line);
        if (fields.size() < 5)
            continue;
        const std::string_view peer = fields[3].substr(0, fields[3].rfind(':'));
        for (std::size_t at = line.find("pid="); at != std::string_view::npos;
             at = line.find("pid=")) {
            line.remove_prefix(at + 4);
            if (const auto pid = to_whole(line.substr(0, line.find_first_not_of("0123456789"))))
                peers[*pid] = peer;
        }
    }
    return peers;
}

Result<Value> sessions_result(const CommandReply& reply)
{
    const auto blocks = blocks_of(reply.out);
    const auto headings =
        blocks[0].empty() ? std::vector<std::string_view>{} : fields_of(blocks[0][0]);
    if (blocks.size() < 3 || headings.size() < 2 || headings.size() > 3)
        return not_understood("ssh-sessions", "a heading of `ps` and two lists", reply.out);
    const auto by_terminal = peers_by_terminal(blocks[1]);
    const auto by_process = peers_by_process(blocks[2]);
    data::VectorBuilder sessions;
    for (std::size_t i = 1; i < blocks[0].size(); ++i) {
        const auto fields = fields_of(blocks[0][i], headings.size());
        const auto session =
            fields.size() < 2 ? std::optional<Session>{} : read_title(fields.back());
        const auto pid = fields.empty() ? std::nullopt : to_whole(fields[0]);
        if (!session || !pid)
            continue;  // a command that talks about sshd
        data::MapBuilder map;
        map.set(Value::keyword("user"), text(session->user));
        map.set(Value::keyword("pid"), Value::integer(*pid));
        if (!session->terminal.empty())
            map.set(Value::keyword("terminal"), text(session->terminal));
        if (const auto age = headings.size() == 3 ? to_whole(fields[1]) : std::nullopt)
            map.set(Value::keyword("age-seconds"), Value::integer(*age));
        if (const auto peer = by_process.find(*pid); peer != by_process.end())
            map.set(Value::keyword("from"), text(peer->second));
        else if (const auto seen = by_terminal.find(session->terminal); seen != by_terminal.end())
            map.set(Value::keyword("from"), text(seen->second));
        sessions.push_back(map.finish());
    }
    return Value{sessions.finish()};
}

constexpr std::array<Parameter, 1> processes_parameters = {{
    {.name = "matching",
     .about = "only those whose line has this text",
     .kind = ParameterKind::text,
     .presence = Presence::optional},
}};

constexpr std::array<Verb, 2> table = {{
    {.name = "processes",
     .about = "what runs",
     .parameters = processes_parameters,
     .example = "(processes web \"nginx\")",
     .result = "[{:pid 812, :parent 1, :user \"www-data\", :cpu-percent 0.4, :memory-bytes "
               "8388608, :age-seconds 3600, :command \"nginx: worker process\"}]; busybox knows no "
               ":cpu-percent and no :age-seconds",
     .needs = "ps",
     .most_output = 4UL << 20,
     .command = processes_command,
     .parse = processes_result,
     .explain = first_line},
    {.name = "ssh-sessions",
     .about = "who is logged in over SSH, this session among them",
     .example = "(ssh-sessions web)",
     .result = "[{:user \"ops\", :pid 812, :terminal \"pts/0\", :age-seconds 60, :from "
               "\"10.0.0.7\"}]; :from is known for terminals, and for all when root asks",
     .needs = "ps, who, ss",
     .command = sessions_command,
     .parse = sessions_result,
     .explain = first_line},
}};

}  // namespace

std::span<const Verb> process_verbs()
{
    return table;
}

}  // namespace reops::operations

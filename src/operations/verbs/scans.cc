// SPDX-License-Identifier: Apache-2.0
// Networks as a host sees them, through nmap.
#include "data/map.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"
#include "wire/nmap/nmap_report.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

// As root, or by a line of sudoers for nmap alone, nmap sees hardware addresses and can scan
// faster; without either it connects, which everybody may.
constexpr std::string_view scan_script = R"sh(
    n=$(command -v nmap) || { echo "nmap is not installed" >&2; exit 127; };
    if [ "$(id -u)" = 0 ]; then set -- "$n" "$@";
    elif sudo -n -l "$n" >/dev/null 2>&1; then set -- sudo -n "$n" "$@";
    else set -- "$n" "$@"; fi;
    exec "$@" -oX - </dev/null
)sh";

/// Flags that choose what is looked at and how fast: none that runs a script, reads or writes a
/// file, forges a sender or goes through others.
constexpr std::array<std::string_view, 18> plain_flags = {"-T0",
                                                          "-T1",
                                                          "-T2",
                                                          "-T3",
                                                          "-T4",
                                                          "-T5",
                                                          "-sS",
                                                          "-sT",
                                                          "-sU",
                                                          "-sP",
                                                          "-sn",
                                                          "-Pn",
                                                          "-n",
                                                          "-R",
                                                          "-F",
                                                          "-r",
                                                          "-6",
                                                          "--open"};

bool has_only(std::string_view text, std::string_view characters)
{
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_allowed(std::string_view flag)
{
    if (std::find(plain_flags.begin(), plain_flags.end(), flag) != plain_flags.end())
        return true;
    static constexpr std::string_view top = "--top-ports=";
    if (flag.starts_with(top))
        return has_only(flag.substr(top.size()), "0123456789");
    return flag.starts_with("-p") && has_only(flag.substr(2), "0123456789,-TU:");
}

Result<Words> scan_words(std::string_view verb, const Value& args, std::string_view kind_of_scan)
{
    Words flags;
    Words networks;
    Words given = words_argument(args, "networks");
    for (std::string& word : given) {
        if (!word.starts_with('-')) {
            networks.push_back(std::move(word));
            continue;
        }
        if (!is_allowed(word))
            return Failure{
                Code::invalid_argument,
                fmt::format("`{}` expected a flag of nmap that it lets through but got {}",
                            verb,
                            text(word).as_string()),
                fmt::format("these are let through: {}, -pPORTS, --top-ports=N",
                            fmt::join(plain_flags, " "))};
        flags.push_back(std::move(word));
    }
    if (networks.empty())  // flags alone: those networks that the host's entry names
        networks = words_argument(args, "known-networks");
    if (networks.empty())
        return Failure{Code::invalid_argument,
                       fmt::format("`{}` has no networks to look at", verb),
                       fmt::format("name them: ({} scanner \"192.168.1.0/24\"), or put "
                                   ":networks into the scanner's entry",
                                   verb)};
    if (!kind_of_scan.empty())
        flags.emplace_back(kind_of_scan);
    flags.insert(flags.end(), networks.begin(), networks.end());
    return script_command(scan_script, flags);
}

Result<Words> open_ports_command(const Value& args)
{
    return scan_words("open-ports", args, {});
}

Result<Words> host_scan_command(const Value& args)
{
    return scan_words("host-scan", args, "-sn");
}

/// A host that answered without any open port is a result, too: an empty set.
Result<Value> open_ports_result(const CommandReply& reply)
{
    const auto report = wire::read_nmap_report(reply.out);
    if (!report.ok())
        return report.failure();
    data::VectorBuilder hosts;
    for (const wire::NmapHost& host : report->hosts) {
        if (!host.is_up)
            continue;
        data::Set ports;
        for (const wire::NmapPort& port : host.ports)
            if (port.state == "open")
                ports = std::move(ports).insert(Value::integer(port.number));
        hosts.push_back(row({{"host", text(host.address)}, {"result", std::move(ports)}}));
    }
    return Value{hosts.finish()};
}

Result<Value> host_scan_result(const CommandReply& reply)
{
    const auto report = wire::read_nmap_report(reply.out);
    if (!report.ok())
        return report.failure();
    data::VectorBuilder hosts;
    for (const wire::NmapHost& host : report->hosts) {
        if (!host.is_up)
            continue;
        data::MapBuilder seen;
        const auto set = [&](std::string_view key, const std::string& said) {
            if (!said.empty())
                seen.set(Value::keyword(key), text(said));
        };
        set("name", host.name);
        set("mac", host.mac);
        set("vendor", host.vendor);
        hosts.push_back(row({{"host", text(host.address)}, {"result", seen.finish()}}));
    }
    return Value{hosts.finish()};
}

constexpr std::array<Parameter, 2> parameters = {{
    {.name = "networks",
     .about = "networks, ranges or names, and flags of nmap such as \"-T5\" and \"-p22,80\"; those "
              "of the host's entry when none is said",
     .kind = ParameterKind::network,
     .presence = Presence::rest},
    {.name = "known-networks",
     .about = "`:networks` of the host's entry",
     .kind = ParameterKind::setting,
     .presence = Presence::optional},
}};

constexpr std::array<Verb, 2> table = {{
    {.name = "open-ports",
     .about = "which ports are open on the machines of a network, seen from the hosts",
     .parameters = parameters,
     .example = "(open-ports scanner \"-T5\" \"192.168.1.0/24\")",
     .result = "[{:host \"192.168.1.7\", :result #{22 80}}], one for each machine that is up",
     .needs = "nmap; for hardware addresses a line of sudoers for it",
     .limit = minutes(30),
     .most_output = wire::longest_nmap_report,
     .spreads = true,
     .command = open_ports_command,
     .parse = open_ports_result,
     .explain = first_line},
    {.name = "host-scan",
     .about = "which machines of a network are up, seen from the hosts",
     .parameters = parameters,
     .example = "(host-scan scanner \"192.168.1.0/24\")",
     .result = "[{:host \"192.168.1.7\", :result {:name \"plex\", :mac \"52:54:00:12:34:56\", "
               ":vendor \"QEMU virtual NIC\"}}]; what is not known is left out",
     .needs = "nmap; for hardware addresses a line of sudoers for it",
     .limit = minutes(30),
     .most_output = wire::longest_nmap_report,
     .spreads = true,
     .command = host_scan_command,
     .parse = host_scan_result,
     .explain = first_line},
}};

}  // namespace

std::span<const Verb> scan_verbs()
{
    return table;
}

}  // namespace reops::operations

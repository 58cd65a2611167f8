// SPDX-License-Identifier: Apache-2.0
// Who answers the host.
#include "data/map.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"

#include <array>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

Result<Words> ping_command(const Value& args)
{
    return Words{
        "env", "LC_ALL=C", "ping", "-q", "-c", "3", "-W", "2", text_argument(args, "target")};
}

/// `3 packets transmitted, 2 received, 33.3333% packet loss, time 2003ms`; busybox says `2 packets
/// received` and no time.
std::optional<std::pair<std::int64_t, std::int64_t>> read_counts(std::string_view line)
{
    if (line.find("packets transmitted") == std::string_view::npos)
        return std::nullopt;
    const auto parts = cells_of(line, ',');
    const auto sent = fields_of(parts[0]);
    const auto received = parts.size() < 2 ? std::vector<std::string_view>{} : fields_of(parts[1]);
    if (sent.empty() || received.empty())
        return std::nullopt;
    const auto a = to_whole(sent[0]);
    const auto b = to_whole(received[0]);
    if (!a || !b)
        return std::nullopt;
    return std::pair{*a, *b};
}

/// `rtt min/avg/max/mdev = 0.022/0.029/0.041/0.008 ms`, busybox: `round-trip min/avg/max = ...`.
std::optional<std::array<double, 3>> read_times(std::string_view line)
{
    const std::size_t at = line.find("min/avg/max");
    const std::size_t equal = line.find('=');
    if (at == std::string_view::npos || equal == std::string_view::npos)
        return std::nullopt;
    const auto fields = fields_of(line.substr(equal + 1));
    const auto cells = fields.empty() ? std::vector<std::string_view>{} : cells_of(fields[0], '/');
    std::array<double, 3> times{};
    for (std::size_t i = 0; i < times.size(); ++i) {
        const auto time = i < cells.size() ? to_real(cells[i]) : std::nullopt;
        if (!time)
            return std::nullopt;
        times[i] = *time;
    }
    return times;
}

Result<Value> ping_result(const CommandReply& reply)
{
    std::optional<std::pair<std::int64_t, std::int64_t>> counts;
    std::optional<std::array<double, 3>> times;
    for (const std::string_view line : lines_of(reply.out)) {
        if (!counts)
            counts = read_counts(line);
        if (!times)
            times = read_times(line);
    }
    if (!counts || !times)
        return not_understood("ping", "its two lines of statistics", reply.out);
    const auto [sent, received] = *counts;
    return row({{"sent", Value::integer(sent)},
                {"received", Value::integer(received)},
                {"least-ms", Value::real((*times)[0])},
                {"mean-ms", Value::real((*times)[1])},
                {"most-ms", Value::real((*times)[2])}});
}

std::string ping_explained(const CommandReply& reply)
{
    for (const std::string_view line : lines_of(reply.out))
        if (const auto counts = read_counts(line))
            return fmt::format("no answer: {} sent, {} received", counts->first, counts->second);
    return first_line(reply);
}

constexpr std::array<Parameter, 1> ping_parameters = {{
    {.name = "target", .about = "whom the hosts ask for an answer", .kind = ParameterKind::host},
}};

constexpr std::array<Verb, 1> table = {{
    {.name = "ping",
     .about = "does a target answer the hosts; three tries",
     .parameters = ping_parameters,
     .example = "(ping web \"10.0.0.1\")",
     .result = "{:sent 3, :received 3, :least-ms 0.022, :mean-ms 0.029, :most-ms 0.041}; no answer "
               "at all is a failure",
     .needs = "ping",
     .command = ping_command,
     .parse = ping_result,
     .explain = ping_explained},
}};

}  // namespace

std::span<const Verb> network_verbs()
{
    return table;
}

}  // namespace reops::operations

// SPDX-License-Identifier: Apache-2.0
// File systems and network cards of a host.
#include "data/map.hh"
#include "data/vector.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

// --- du

// A mount that does not answer makes df end with 1, though the others are there.
constexpr std::string_view du_script = R"sh(
    df -P -k -T "$@" || test $# -eq 0
)sh";

Result<Words> du_command(const Value& args)
{
    const std::string path = text_argument(args, "path");
    return script_command(du_script, path.empty() ? Words{} : Words{plain_path(path)});
}

/// One line of df. Names of file systems and folders may have blanks: the four numbers in a row
/// are looked for.
struct DiskLine {
    std::string_view source;
    std::string_view type;
    std::array<std::int64_t, 3> kibibytes{};  ///< size, used, available
    std::string_view mount;
};

std::optional<DiskLine> read_disk_line(std::string_view line)
{
    const auto fields = fields_of(line);
    for (std::size_t at = 2; at + 4 < fields.size(); ++at) {
        DiskLine disk;
        bool fits = fields[at + 3].ends_with('%') || fields[at + 3] == "-";
        for (std::size_t i = 0; fits && i < 3; ++i) {
            const auto number = to_whole(fields[at + i]);
            fits = number.has_value();
            disk.kibibytes[i] = number.value_or(0);
        }
        if (!fits)
            continue;
        disk.type = fields[at - 1];
        disk.source =
            trimmed(line.substr(0, static_cast<std::size_t>(disk.type.data() - line.data())));
        disk.mount =
            trimmed(line.substr(static_cast<std::size_t>(fields[at + 4].data() - line.data())));
        return disk;
    }
    return std::nullopt;
}

/// Memory and images: full or empty by nature.
bool is_no_disk(std::string_view type)
{
    return type == "tmpfs" || type == "devtmpfs" || type == "squashfs" || type == "efivarfs";
}

Result<Value> du_result(const CommandReply& reply)
{
    const auto lines = lines_of(reply.out);
    if (lines.empty() || !lines[0].starts_with("Filesystem"))
        return not_understood("du", "the table of `df -P -k -T`", reply.out);
    data::VectorBuilder disks;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto disk = read_disk_line(lines[i]);
        if (!disk)
            return not_understood("du", "a line of `df -P -k -T`", lines[i]);
        const auto [size, used, available] = disk->kibibytes;
        if (size == 0 || (is_no_disk(disk->type) && lines.size() > 2))
            continue;
        disks.push_back(row({{"mount", text(disk->mount)},
                             {"type", text(disk->type)},
                             {"size-bytes", bytes(size, 1024)},
                             {"used-bytes", bytes(used, 1024)},
                             {"available-bytes", bytes(available, 1024)},
                             // As df: of what its users could have, reserved blocks left out.
                             {"used-percent",
                              percent(static_cast<double>(used),
                                      static_cast<double>(used) + static_cast<double>(available))},
                             {"filesystem", text(disk->source)}}));
    }
    return Value{disks.finish()};
}

// --- net

constexpr std::string_view net_script = R"sh(
    cat /proc/uptime /proc/net/dev && sleep 1 && echo && cat /proc/uptime /proc/net/dev
)sh";

Result<Words> net_command(const Value&)
{
    return script_command(net_script, {});
}

/// The columns of /proc/net/dev: received bytes packets errs drop ..., then the same of sent.
struct CardCounters {
    std::int64_t received = 0;
    std::int64_t sent = 0;
    std::int64_t errors = 0;
    std::int64_t dropped = 0;
};

struct CardsAt {
    double seconds = 0;
    std::vector<std::pair<std::string_view, CardCounters>> cards;
};

std::optional<CardCounters> read_counters(std::string_view columns)
{
    const auto fields = fields_of(columns);
    if (fields.size() < 12)
        return std::nullopt;
    std::array<std::int64_t, 12> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto number = to_whole(fields[i]);
        if (!number)
            return std::nullopt;
        numbers[i] = std::min(*number, INT64_MAX / 4);
    }
    return CardCounters{numbers[0], numbers[8], numbers[2] + numbers[10], numbers[3] + numbers[11]};
}

std::optional<CardsAt> read_cards(const std::vector<std::string_view>& lines)
{
    CardsAt at;
    const auto seconds = lines.size() < 3 ? std::nullopt : to_real(cells_of(lines[0], ' ').front());
    if (!seconds)
        return std::nullopt;
    at.seconds = *seconds;
    for (std::size_t i = 3; i < lines.size(); ++i) {
        const std::size_t colon = lines[i].rfind(':');
        if (colon == std::string_view::npos)
            return std::nullopt;
        const auto counters = read_counters(lines[i].substr(colon + 1));
        if (!counters)
            return std::nullopt;
        at.cards.emplace_back(trimmed(lines[i].substr(0, colon)), *counters);
    }
    return at;
}

Result<Value> net_result(const CommandReply& reply)
{
    const auto blocks = blocks_of(reply.out);
    const auto before = blocks.size() < 2 ? std::nullopt : read_cards(blocks[0]);
    const auto after = blocks.size() < 2 ? std::nullopt : read_cards(blocks[1]);
    if (!before || !after || after->seconds <= before->seconds)
        return not_understood("net", "/proc/uptime and /proc/net/dev, twice,", reply.out);
    const double span = after->seconds - before->seconds;
    const std::map<std::string_view, CardCounters> earlier{before->cards.begin(),
                                                           before->cards.end()};
    data::VectorBuilder cards;
    for (const auto& [name, now] : after->cards) {
        const auto found = earlier.find(name);
        const CardCounters& then = found == earlier.end() ? now : found->second;
        const auto rate = [&](std::int64_t a, std::int64_t b) {
            return tenths(static_cast<double>(std::max<std::int64_t>(0, b - a)) / span);
        };
        cards.push_back(row({{"interface", text(name)},
                             {"received-bytes", Value::integer(now.received)},
                             {"sent-bytes", Value::integer(now.sent)},
                             {"received-bytes-per-second", rate(then.received, now.received)},
                             {"sent-bytes-per-second", rate(then.sent, now.sent)},
                             {"errors", Value::integer(now.errors)},
                             {"dropped", Value::integer(now.dropped)}}));
    }
    return Value{cards.finish()};
}

constexpr std::array<Parameter, 1> du_parameters = {{
    {.name = "path",
     .about = "only the file system that this is on",
     .kind = ParameterKind::path,
     .presence = Presence::optional},
}};

constexpr std::array<Verb, 2> table = {{
    {.name = "du",
     .about = "how full the file systems are; those in memory and images are left out",
     .parameters = du_parameters,
     .example = "(du web \"/var\")",
     .result = "[{:mount \"/\", :type \"ext4\", :size-bytes 270553309184, :used-bytes 24807862272, "
               ":available-bytes 77937418240, :used-percent 24.1, :filesystem \"/dev/vda1\"}]",
     .needs = "df",
     .command = du_command,
     .parse = du_result,
     .explain = first_line},
    {.name = "net",
     .about = "what went through the network cards, since the start and over one second",
     .example = "(net web)",
     .result = "[{:interface \"eth0\", :received-bytes 1733206, :sent-bytes 523881, "
               ":received-bytes-per-second 2016.4, :sent-bytes-per-second 310.0, :errors 0, "
               ":dropped 0}]",
     .needs = "",
     .command = net_command,
     .parse = net_result,
     .explain = first_line},
}};

}  // namespace

std::span<const Verb> disk_verbs()
{
    return table;
}

}  // namespace reops::operations

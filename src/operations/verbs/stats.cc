// SPDX-License-Identifier: Apache-2.0
// Numbers about a host, from the kernel's own files: the same on every distribution. The name of a
// key carries the unit.
#include "data/map.hh"
#include "data/vector.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

constexpr std::int64_t kib = 1024;

// --- cpu

constexpr std::string_view cpu_script = R"sh(
    grep '^cpu' /proc/stat && sleep 1 && echo && grep '^cpu' /proc/stat
)sh";

Result<Words> cpu_command(const Value&)
{
    return script_command(cpu_script, {});
}

/// user nice system idle iowait irq softirq steal, in ticks since the start; what guests used is
/// in user and nice already (proc(5)).
using Ticks = std::array<double, 8>;

std::optional<Ticks> ticks_of(std::string_view line)
{
    const auto fields = fields_of(line);
    Ticks ticks{};
    if (fields.size() < 5 || !fields[0].starts_with("cpu"))
        return std::nullopt;
    for (std::size_t i = 0; i < ticks.size() && i + 1 < fields.size(); ++i) {
        const auto number = to_whole(fields[i + 1]);
        if (!number)
            return std::nullopt;
        ticks[i] = static_cast<double>(*number);
    }
    return ticks;
}

/// What passed between two lines. Counters of idle time can run backwards a little (proc(5)).
std::optional<Ticks> ticks_between(std::string_view before, std::string_view after)
{
    const auto first = ticks_of(before);
    const auto second = ticks_of(after);
    if (!first || !second)
        return std::nullopt;
    Ticks passed{};
    for (std::size_t i = 0; i < passed.size(); ++i)
        passed[i] = std::max(0.0, (*second)[i] - (*first)[i]);
    return passed;
}

double sum(const Ticks& ticks)
{
    return std::accumulate(ticks.begin(), ticks.end(), 0.0);
}

Value used(const Ticks& ticks)
{
    return percent(sum(ticks) - ticks[3] - ticks[4], sum(ticks));
}

Result<Value> cpu_result(const CommandReply& reply)
{
    static constexpr std::string_view expected = "the cpu lines of /proc/stat, twice,";
    const auto blocks = blocks_of(reply.out);
    if (blocks.size() < 2 || blocks[0].empty() || blocks[0].size() != blocks[1].size())
        return not_understood("cpu", expected, reply.out);
    data::VectorBuilder each;
    for (std::size_t i = 1; i < blocks[0].size(); ++i) {
        const auto passed = ticks_between(blocks[0][i], blocks[1][i]);
        if (!passed)
            return not_understood("cpu", expected, blocks[1][i]);
        each.push_back(used(*passed));
    }
    const auto all = ticks_between(blocks[0][0], blocks[1][0]);
    if (!all)
        return not_understood("cpu", expected, blocks[1][0]);
    const double whole = sum(*all);
    return row({{"used-percent", used(*all)},
                {"user-percent", percent((*all)[0] + (*all)[1], whole)},
                {"system-percent", percent((*all)[2] + (*all)[5] + (*all)[6], whole)},
                {"wait-percent", percent((*all)[4], whole)},
                {"steal-percent", percent((*all)[7], whole)},
                {"idle-percent", percent((*all)[3], whole)},
                {"cpus", Value::integer(static_cast<std::int64_t>(each.size()))},
                {"each-used-percent", each.finish()}});
}

// --- free

Result<Words> free_command(const Value&)
{
    return Words{"cat", "/proc/meminfo"};
}

Result<Value> free_result(const CommandReply& reply)
{
    std::map<std::string_view, std::int64_t> kibibytes;
    for (const std::string_view line : lines_of(reply.out)) {
        const auto fields = fields_of(line);
        if (fields.size() < 2 || !fields[0].ends_with(':'))
            continue;
        if (const auto number = to_whole(fields[1]))
            kibibytes[fields[0].substr(0, fields[0].size() - 1)] = *number;
    }
    const auto of = [&](std::string_view name) {
        const auto found = kibibytes.find(name);
        return found == kibibytes.end() ? std::int64_t{0} : std::min(found->second, INT64_MAX / 4);
    };
    if (of("MemTotal") == 0)
        return not_understood("free", "`MemTotal: 8041168 kB` and other lines", reply.out);
    // MemAvailable is there since Linux 3.14.
    std::int64_t available = of("MemAvailable");
    if (!kibibytes.contains("MemAvailable"))
        available = of("MemFree") + of("Buffers") + of("Cached");
    const std::int64_t in_use = std::max<std::int64_t>(0, of("MemTotal") - available);
    const std::int64_t swapped = std::max<std::int64_t>(0, of("SwapTotal") - of("SwapFree"));
    return row({{"total-bytes", bytes(of("MemTotal"), kib)},
                {"used-bytes", bytes(in_use, kib)},
                {"used-percent",
                 percent(static_cast<double>(in_use), static_cast<double>(of("MemTotal")))},
                {"available-bytes", bytes(available, kib)},
                {"free-bytes", bytes(of("MemFree"), kib)},
                {"cached-bytes", bytes(of("Cached"), kib)},
                {"swap-total-bytes", bytes(of("SwapTotal"), kib)},
                {"swap-used-bytes", bytes(swapped, kib)}});
}

// --- load-avg

constexpr std::string_view load_script = R"sh(
    cat /proc/loadavg && grep -c '^cpu[0-9]' /proc/stat
)sh";

Result<Words> load_command(const Value&)
{
    return script_command(load_script, {});
}

Result<Value> load_result(const CommandReply& reply)
{
    static constexpr std::string_view expected =
        "`0.20 0.18 0.12 1/80 11206` and the number of processors";
    const auto lines = lines_of(reply.out);
    if (lines.size() != 2)
        return not_understood("load-avg", expected, reply.out);
    const auto fields = fields_of(lines[0]);
    const auto cpus = to_whole(lines[1]);
    if (fields.size() < 4 || !cpus)
        return not_understood("load-avg", expected, reply.out);
    const auto counts = cells_of(fields[3], '/');
    std::array<std::optional<double>, 3> loads;
    for (std::size_t i = 0; i < loads.size(); ++i)
        loads[i] = to_real(fields[i]);
    const auto running = to_whole(counts[0]);
    const auto processes = counts.size() == 2 ? to_whole(counts[1]) : std::nullopt;
    if (!loads[0] || !loads[1] || !loads[2] || !running || !processes)
        return not_understood("load-avg", expected, reply.out);
    return row({{"one", Value::real(*loads[0])},
                {"five", Value::real(*loads[1])},
                {"fifteen", Value::real(*loads[2])},
                {"running", Value::integer(*running)},
                {"threads", Value::integer(*processes)},
                {"cpus", Value::integer(*cpus)}});
}

// --- entropy, uptime

Result<Words> entropy_command(const Value&)
{
    return Words{
        "cat", "/proc/sys/kernel/random/entropy_avail", "/proc/sys/kernel/random/poolsize"};
}

Result<Value> entropy_result(const CommandReply& reply)
{
    const auto lines = lines_of(reply.out);
    const auto available = lines.empty() ? std::nullopt : to_whole(lines[0]);
    const auto pool = lines.size() < 2 ? std::nullopt : to_whole(lines[1]);
    if (!available || !pool)
        return not_understood("entropy", "two numbers of bits", reply.out);
    return row(
        {{"available-bits", Value::integer(*available)}, {"pool-bits", Value::integer(*pool)}});
}

Result<Words> uptime_command(const Value&)
{
    return Words{"cat", "/proc/uptime", "/proc/sys/kernel/random/boot_id"};
}

Result<Value> uptime_result(const CommandReply& reply)
{
    const auto lines = lines_of(reply.out);
    const auto fields = lines.empty() ? std::vector<std::string_view>{} : fields_of(lines[0]);
    const auto up = fields.empty() ? std::nullopt : to_real(fields[0]);
    if (!up || *up < 0 || lines.size() < 2)
        return not_understood("uptime", "seconds and the id of the boot", reply.out);
    return row({{"up-seconds", Value::real(*up)}, {"boot-id", text(lines[1])}});
}

constexpr std::array<Verb, 5> table = {{
    {.name = "cpu",
     .about = "how busy the processors are, over one second",
     .example = "(cpu web)",
     .result = "{:used-percent 12.5, :user-percent 9.0, :system-percent 3.5, :wait-percent 0.0, "
               ":steal-percent 0.0, :idle-percent 87.5, :cpus 2, :each-used-percent [20.0 5.0]}",
     .needs = "",
     .command = cpu_command,
     .parse = cpu_result,
     .explain = first_line},
    {.name = "free",
     .about = "how much memory there is and is in use; used is what is not available to programs",
     .example = "(free web)",
     .result = "{:total-bytes 8234156032, :used-bytes 2147483648, :used-percent 26.1, "
               ":available-bytes 6086672384, :free-bytes 524288000, :cached-bytes 4194304000, "
               ":swap-total-bytes 0, :swap-used-bytes 0}",
     .needs = "",
     .command = free_command,
     .parse = free_result,
     .explain = first_line},
    {.name = "load-avg",
     .about = "how many processes wanted to run, on average over 1, 5 and 15 minutes",
     .example = "(load-avg web)",
     .result = "{:one 0.2, :five 0.18, :fifteen 0.12, :running 1, :threads 80, :cpus 2}",
     .needs = "",
     .command = load_command,
     .parse = load_result,
     .explain = first_line},
    {.name = "entropy",
     .about = "how much randomness the kernel has at hand",
     .example = "(entropy web)",
     .result = "{:available-bits 256, :pool-bits 256}",
     .needs = "",
     .command = entropy_command,
     .parse = entropy_result,
     .explain = first_line},
    {.name = "uptime",
     .about = "how long the machine has been up; the id changes with every boot",
     .example = "(uptime web)",
     .result = "{:up-seconds 25189.13, :boot-id \"6f3a0c1e-...\"}",
     .needs = "",
     .command = uptime_command,
     .parse = uptime_result,
     .explain = first_line},
}};

}  // namespace

std::span<const Verb> stat_verbs()
{
    return table;
}

}  // namespace reops::operations

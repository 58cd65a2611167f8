// SPDX-License-Identifier: Apache-2.0
#include "providers/sim/log_line.hh"

#include "data/json.hh"
#include "data/map.hh"
#include "providers/helper_protocol.hh"

namespace reops::providers::sim {

using data::Value;

namespace {

/// Microseconds that a clock may show: up to the year 10000, so that sums stay within a Time.
bool is_time(const Value& value)
{
    constexpr std::int64_t end = 253'402'300'800'000'000;
    return value.is_integer() && value.as_integer() >= 0 && value.as_integer() < end;
}

}  // namespace

std::string print_log_line(const LogLine& line)
{
    data::MapBuilder map;
    const auto set = [&](std::string_view key, Value value) {
        map.set(Value::keyword(key), std::move(value));
    };
    set("n", Value::integer(static_cast<std::int64_t>(line.number)));
    set("sim_us", Value::integer(line.entry.at.us));
    set("boot_us", Value::integer(line.since_boot.count()));
    set("boot", Value::string(line.boot));
    set("op", Value::string(line.entry.op));
    set("system", Value::string(line.entry.system));
    set("arguments", line.entry.arguments.is_map() ? line.entry.arguments : Value{data::Map{}});
    set("outcome", Value::string(line.outcome));
    return data::write_json(map.finish()) + '\n';
}

Result<LogLine> parse_log_line(std::string_view text)
{
    const auto parsed = data::read_json(text);
    if (!parsed || !parsed->is_map())
        return Failure{Code::corrupt, "it is not a JSON object"};
    const Value number = field(*parsed, "n");
    const Value at = field(*parsed, "sim_us");
    const Value since_boot = field(*parsed, "boot_us");
    LogLine line;
    line.entry.op = text_field(*parsed, "op");
    line.entry.system = text_field(*parsed, "system");
    if (!number.is_integer() || number.as_integer() < 1 || !is_time(at) || !is_time(since_boot) ||
        line.entry.op.empty() || line.entry.system.empty())
        return Failure{Code::corrupt, "a key is missing or of another kind"};
    line.number = static_cast<std::uint64_t>(number.as_integer());
    line.entry.at = Time{at.as_integer()};
    line.since_boot = Duration{since_boot.as_integer()};
    line.boot = text_field(*parsed, "boot");
    line.entry.arguments = field(*parsed, "arguments");
    line.outcome = text_field(*parsed, "outcome");
    return line;
}

}  // namespace reops::providers::sim

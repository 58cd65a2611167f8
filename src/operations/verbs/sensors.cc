// SPDX-License-Identifier: Apache-2.0
// Temperatures, fans and voltages, from the kernel's hwmon and thermal classes: no program needed.
#include "data/vector.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"

#include <array>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

// Older drivers have their files below `device`. A sensor that cannot be read now is left out.
constexpr std::string_view sensors_script = R"sh(
    for f in "$1"/class/hwmon/hwmon*/*_input "$1"/class/hwmon/hwmon*/device/*_input; do
        v=$(cat "$f" 2>/dev/null) || continue;
        d=${f%/*}; b=${f##*/}; b=${b%_input};
        printf '%s\t%s\t%s\t%s\n' "$(cat "$d/name" 2>/dev/null)" "$b" "$v"
            "$(cat "$d/${b}_label" 2>/dev/null)";
    done;
    for z in "$1"/class/thermal/thermal_zone*; do
        v=$(cat "$z/temp" 2>/dev/null) || continue;
        printf 'thermal\t%s\t%s\t%s\n' "${z##*/}" "$v" "$(cat "$z/type" 2>/dev/null)";
    done
)sh";

Result<Words> sensors_command(const Value&)
{
    return script_command(sensors_script, {"/sys"});
}

/// The units of the kernel's documentation (hwmon/sysfs-interface), by the beginning of a name.
struct SensorKind {
    std::string_view prefix;
    std::string_view kind;
    std::string_view unit;
    double scale;
};

constexpr std::array<SensorKind, 8> kinds = {{
    {"temp", "temperature", "C", 1000},
    {"thermal_zone", "temperature", "C", 1000},
    {"fan", "fan", "rpm", 1},
    {"in", "voltage", "V", 1000},
    {"curr", "current", "A", 1000},
    {"power", "power", "W", 1e6},
    {"energy", "energy", "J", 1e6},
    {"humidity", "humidity", "percent", 1000},
}};

const SensorKind* find_kind(std::string_view sensor)
{
    for (const SensorKind& kind : kinds)
        if (sensor.starts_with(kind.prefix))
            return &kind;
    return nullptr;
}

Result<Value> sensors_result(const CommandReply& reply)
{
    data::VectorBuilder readings;
    for (const std::string_view line : lines_of(reply.out)) {
        const auto cells = cells_of(line, '\t');
        if (cells.size() != 4)
            return not_understood("sensor-readings", "chip, sensor, value, label", line);
        const SensorKind* kind = find_kind(cells[1]);
        const auto value = to_real(trimmed(cells[2]));
        if (kind == nullptr || !value)
            continue;
        const std::string_view label = cells[3].empty() ? cells[1] : cells[3];
        readings.push_back(row({{"chip", text(cells[0])},
                                {"sensor", text(cells[1])},
                                {"label", text(label)},
                                {"kind", Value::keyword(kind->kind)},
                                {"value", Value::real(*value / kind->scale)},
                                {"unit", Value::string(kind->unit)}}));
    }
    return Value{readings.finish()};
}

constexpr std::array<Verb, 1> table = {{
    {.name = "sensor-readings",
     .about = "temperatures, fans, voltages and what else the machine measures",
     .example = "(sensor-readings web)",
     .result = "[{:chip \"coretemp\", :sensor \"temp1\", :label \"Package id 0\", :kind "
               ":temperature, :value 45.0, :unit \"C\"}]; units are C rpm V A W J percent; empty "
               "on a machine without sensors",
     .needs = "",
     .command = sensors_command,
     .parse = sensors_result,
     .explain = first_line},
}};

}  // namespace

std::span<const Verb> sensor_verbs()
{
    return table;
}

}  // namespace reops::operations

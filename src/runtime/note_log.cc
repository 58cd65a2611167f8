// SPDX-License-Identifier: Apache-2.0
#include "runtime/note_log.hh"

#include "data/map.hh"

#include <array>
#include <string>
#include <string_view>

namespace reops::runtime {

namespace {

std::string text_of(const engine::Note& note, std::string_view key)
{
    if (!note.detail.is_map())
        return {};
    const data::Value value = note.detail.as_map().get(key);
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

std::string flow_of(const engine::Note& note)
{
    return "`" + note.flow + "`" + (note.key.empty() ? "" : " for " + note.key);
}

/// " (why)", nothing without one.
std::string in_brackets(const std::string& why)
{
    return why.empty() ? "" : " (" + why + ")";
}

std::string on_run_closed(const engine::Note& note)
{
    const std::string good = text_of(note, "good");
    const std::string bad = text_of(note, "bad");
    const std::string error = text_of(note, "error");
    if (good.empty() && bad.empty() && error.empty())
        return {};
    std::string line = to_string(note.run) + " of " + flow_of(note) + " " + text_of(note, "status");
    if (!good.empty())
        line += ": " + good;
    if (!bad.empty())
        line += (good.empty() ? ": not " : "; not ") + bad;
    return line + in_brackets(error);
}

std::string on_outcome(const engine::Note& note)
{
    const std::string message = text_of(note, "message");
    return to_string(note.run) + ": " + text_of(note, "action") + " " + note.host + ": " +
           text_of(note, "outcome") +
           in_brackets(message.empty() ? text_of(note, "took") : message);
}

std::string on_incident_opened(const engine::Note& note)
{
    return flow_of(note) + ": the condition holds";
}

std::string on_incident_closed(const engine::Note& note)
{
    return flow_of(note) + ": the condition is over" + in_brackets(text_of(note, "why"));
}

std::string on_armed(const engine::Note& note)
{
    return flow_of(note) + " is armed in version " + text_of(note, "version");
}

std::string on_disarmed(const engine::Note& note)
{
    return flow_of(note) + " is disarmed" + in_brackets(text_of(note, "why"));
}

std::string on_paused(const engine::Note& note)
{
    return flow_of(note) + " is paused (" + text_of(note, "why") + "); reops resume " + note.flow;
}

std::string on_resumed(const engine::Note& note)
{
    return flow_of(note) + " takes events again";
}

std::string on_stage_failed(const engine::Note& note)
{
    return flow_of(note) + ": " + text_of(note, "error");
}

std::string on_evaluated_again(const engine::Note& note)
{
    return flow_of(note) + ": a function that was at work when reops ended was called again";
}

std::string on_hold_released(const engine::Note& note)
{
    return note.host + " is free again, held by " + flow_of(note) + " until now";
}

std::string on_alert_raised(const engine::Note& note)
{
    return "alert: " + text_of(note, "text");
}

std::string on_alert_cleared(const engine::Note& note)
{
    return "over: " + text_of(note, "text");
}

std::string on_untold(const engine::Note& note)
{
    return to_string(note.effect) + ": not delivered" + in_brackets(text_of(note, "message"));
}

std::string on_command(const engine::Note& note)
{
    return text_of(note, "verb") + in_brackets(text_of(note, "actor")) + ": " +
           text_of(note, "text");
}

struct Row {
    std::string_view kind;
    Level level;
    std::string (*line)(const engine::Note& note);
};

constexpr std::array<Row, 15> rows = {{
    {"run-closed", Level::info, on_run_closed},
    {"outcome", Level::info, on_outcome},
    {"incident-opened", Level::info, on_incident_opened},
    {"incident-closed", Level::info, on_incident_closed},
    {"armed", Level::info, on_armed},
    {"disarmed", Level::info, on_disarmed},
    {"paused", Level::warning, on_paused},
    {"resumed", Level::info, on_resumed},
    {"stage-failed", Level::warning, on_stage_failed},
    {"evaluated-again", Level::info, on_evaluated_again},
    {"hold-released", Level::info, on_hold_released},
    {"alert-raised", Level::warning, on_alert_raised},
    {"alert-cleared", Level::info, on_alert_cleared},
    {"untold", Level::warning, on_untold},
    {"command", Level::info, on_command},
}};

}  // namespace

void log_note(Log& log, const engine::Note& note)
{
    for (const Row& row : rows) {
        if (row.kind != note.kind)
            continue;
        if (const std::string line = row.line(note); !line.empty())
            log.write(row.level, "flow", line);
        return;
    }
}

}  // namespace reops::runtime

// SPDX-License-Identifier: Apache-2.0
#include "control/routes.hh"
#include "data/vector.hh"
#include "io/process.hh"

namespace reops::control {

namespace {

data::Value show_alerts(const engine::State& state)
{
    data::VectorBuilder out;
    for (const auto& [cause, alert] : state.alerts.rows())
        out.push_back(make_detail({{"cause", text(alert.cause)},
                                   {"text", text(alert.text)},
                                   {"since", show_time(alert.since)}}));
    return out.finish();
}

data::Value show_numbers(const ControlParts& parts)
{
    const engine::State& state = parts.runtime.engine().state();
    const runtime::RuntimeCounts counts = parts.runtime.counts();
    return make_detail({{"events", number(counts.events)},
                        {"commits", number(counts.commits)},
                        {"syncs", number(counts.syncs)},
                        {"stalls", number(counts.stalls)},
                        {"open_runs", number(state.runs.size())},
                        {"open_incidents", number(state.incidents.size())},
                        {"outbox", number(state.outbox.size())},
                        {"holds", number(state.holds.size())}});
}

}  // namespace

void show_status(const ControlParts& parts, const Ask&, const Reply& reply)
{
    const engine::State& state = parts.runtime.engine().state();
    data::Map status = make_detail({{"version", text(parts.version)},
                                    {"started", show_time(state.started)},
                                    {"zone", text(parts.zone)},
                                    {"state_folder", text(parts.state_folder)},
                                    {"accepting", flag(parts.runtime.is_accepting())},
                                    {"position", number(state.position.number)},
                                    {"resident_bytes", number(io::resident_memory())},
                                    {"numbers", show_numbers(parts)},
                                    {"alerts", show_alerts(state)}})
                           .as_map();
    for (const StatusPart& part : parts.status)
        if (data::Value shown = part.show(); !shown.is_nil())
            status = std::move(status).assoc(data::Value::keyword(part.name), std::move(shown));
    reply(data::Value{std::move(status)});
}

}  // namespace reops::control

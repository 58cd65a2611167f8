// SPDX-License-Identifier: Apache-2.0
#include "control/routes.hh"
#include "data/vector.hh"
#include "engine/state.hh"

#include <array>

namespace reops::control {

namespace {

std::string_view mode_name(engine::Mode mode)
{
    static constexpr std::array<std::string_view, 6> names = {
        "automatic", "single", "each", "queue", "restart", "parallel"};
    return names.at(static_cast<std::size_t>(mode));
}

data::Value show_incidents(const engine::State& state, const std::string& flow)
{
    data::VectorBuilder out;
    for (const auto& [row, incident] : state.incidents.rows()) {
        if (incident.flow != flow)
            continue;
        const bool open = incident.open_run.number != 0;
        out.push_back(make_detail(
            {{"key", text(incident.key)},
             {"since", show_time(incident.opened)},
             {"last_pass", show_time(incident.last_pass)},
             {"runs", number(incident.runs)},
             {"joined", number(incident.joined)},
             {"repeats", number(incident.repeats)},
             {"open_run", open ? text(engine::to_string(incident.open_run)) : data::Value{}},
             {"last_run", text(engine::to_string(incident.last_run_id))}}));
    }
    return out.finish();
}

std::size_t open_runs(const engine::State& state, const std::string& flow)
{
    std::size_t count = 0;
    for (const auto& [key, run] : state.runs.rows())
        count += run.flow == flow ? 1U : 0U;
    return count;
}

std::string_view state_of(const engine::ArmedFlow& armed, const engine::Flow* flow)
{
    if (!armed.active)
        return "disarmed";
    if (armed.paused)
        return "paused";
    return flow != nullptr && flow->options.shadow ? "shadow" : "armed";
}

data::Value show_flow(const engine::Engine& engine, const engine::ArmedFlow& armed)
{
    const engine::State& state = engine.state();
    const engine::Flow* flow = engine.flows().find(armed.name, armed.version);
    return make_detail({{"name", text(armed.name)},
                        {"state", text(state_of(armed, flow))},
                        {"event", text(armed.event)},
                        {"key", armed.has_key ? data::Value::string(armed.key) : data::Value{}},
                        {"mode", flow != nullptr ? text(mode_name(flow->mode)) : data::Value{}},
                        {"version", text(armed.version)},
                        {"origin", text(armed.origin)},
                        {"armed", show_time(armed.armed)},
                        {"stages", texts(armed.stages)},
                        {"open_runs", number(open_runs(state, armed.name))},
                        {"incidents", show_incidents(state, armed.name)}});
}

}  // namespace

void show_flows(const ControlParts& parts, const Ask&, const Reply& reply)
{
    const engine::Engine& engine = parts.runtime.engine();
    data::VectorBuilder out;
    for (const auto& [name, flow] : engine.state().flows.rows())
        out.push_back(show_flow(engine, flow));
    reply(make_detail({{"flows", out.finish()}}));
}

}  // namespace reops::control

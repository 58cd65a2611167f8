// SPDX-License-Identifier: Apache-2.0
#include "engine/direct.hh"

#include "data/map.hh"
#include "engine/detail.hh"
#include "engine/runs.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace reops::engine {

namespace {

std::string text_arg(const Command& command, std::string_view key)
{
    const data::Value value =
        command.args.is_map() ? command.args.as_map().get(key) : data::Value{};
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

std::size_t open_runs(const Context& c)
{
    const auto& rows = c.state.runs.rows();
    return static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [](const auto& row) { return is_direct(row.second); }));
}

Answer open_direct(Context& c, const Flow& flow, const Command& command)
{
    if (open_runs(c) >= most_direct_runs)
        return {.text = fmt::format("{} direct runs are open, which is the most; see: reops runs",
                                    most_direct_runs)};
    Trigger trigger;
    trigger.event = c.position;
    trigger.at = c.now;
    trigger.name = direct_flow;
    trigger.value = text(text_arg(command, "form"));
    trigger.actor = command.actor;
    const RunId id = open_run(c, flow, std::move(trigger), false);
    return {.ok = true, .text = to_string(id)};
}

Run* find_direct(Context& c, const Command& command)
{
    const auto id = parse_id('r', text_arg(command, "run"));
    Run* run = id ? c.state.runs.edit(number_key(*id)) : nullptr;
    return run != nullptr && is_direct(*run) ? run : nullptr;
}

Answer no_run(const Command& command)
{
    return {.text =
                fmt::format("{} is not open any more: it was cancelled, or reops was started anew",
                            text_arg(command, "run"))};
}

}  // namespace

FlowPtr make_direct_step(std::vector<StagePtr> stages, std::string version)
{
    auto flow = std::make_shared<Flow>();
    flow->name = direct_flow;
    flow->event = direct_flow;
    flow->version = std::move(version);
    flow->stages = std::move(stages);
    flow->acts_on_hosts = true;
    flow->tells = true;  // who typed it sees what came of it
    return flow;
}

bool is_idle(const State& state, const FlowRegistry& flows, const Run& run)
{
    const Flow* flow = flows.find(run.flow, run.version);
    return !is_acting(state, run) && !run.evaluating &&
           (flow == nullptr || run.stage >= flow->stages.size());
}

Answer take_step(Context& c, const Command& command)
{
    const Flow* flow = c.flows.find(direct_flow, text_arg(command, "version"));
    if (flow == nullptr || flow->stages.empty())
        return {.text = "this step is not known here"};
    if (text_arg(command, "run").empty())
        return open_direct(c, *flow, command);
    Run* run = find_direct(c, command);
    if (run == nullptr)
        return no_run(command);
    if (!is_idle(c.state, c.flows, *run))
        return {.text = to_string(run->id) + " is still at its last step"};
    run->version = flow->version;
    run->stage = static_cast<std::uint32_t>(flow->stages.size() - 1);
    run->trigger.at = c.now;
    run->found_no_hosts = false;
    const RunId id = run->id;
    advance(c, id);
    return {.ok = true, .text = to_string(id)};
}

Answer end_direct(Context& c, const Command& command)
{
    Run* run = find_direct(c, command);
    if (run == nullptr)
        return no_run(command);
    const RunId id = run->id;
    run->error = text_arg(command, "error");
    if (is_idle(c.state, c.flows, *run))
        close_run(c, id);
    else
        cancel_run(c, id);
    return {.ok = true, .text = to_string(id) + " is closed"};
}

}  // namespace reops::engine

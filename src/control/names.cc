// SPDX-License-Identifier: Apache-2.0
#include "control/names.hh"

#include "engine/state.hh"

namespace reops::control {

std::vector<std::string> flow_names(const engine::State& state)
{
    std::vector<std::string> out;
    for (const auto& [name, flow] : state.flows.rows())
        out.push_back(name);
    return out;
}

std::vector<std::string> host_names(const engine::State& state)
{
    std::vector<std::string> out;
    for (const auto& [name, system] : state.inventory->systems())
        out.push_back(name);
    for (const auto& [name, system] : state.systems.rows())
        if (state.inventory->find(name) == nullptr)
            out.push_back(name);
    return out;
}

std::vector<std::string> run_names(const engine::State& state)
{
    std::vector<std::string> out;
    for (const auto& [key, run] : state.runs.rows())
        out.push_back(engine::to_string(run.id));
    return out;
}

const engine::ArmedFlow* find_flow(const engine::State& state, std::uint32_t ordinal)
{
    for (const auto& [name, flow] : state.flows.rows())
        if (flow.ordinal == ordinal)
            return &flow;
    return nullptr;
}

std::string stage_text(const engine::ArmedFlow& flow, std::size_t stage)
{
    return stage < flow.stages.size() ? flow.stages[stage] : std::string{};
}

}  // namespace reops::control

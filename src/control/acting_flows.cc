// SPDX-License-Identifier: Apache-2.0
#include "control/acting_flows.hh"

#include "engine/stages.hh"
#include "engine/state.hh"
#include "hosts/power_order.hh"

#include <algorithm>

namespace reops::control {

namespace {

/// Hosts of its power stages, with those that come along by `:runs-on`, in the order of the stages.
std::vector<std::string> hosts_of_flow(const engine::State& state, const engine::Flow& flow)
{
    std::vector<std::string> out;
    for (const engine::StagePtr& stage : flow.stages) {
        if (stage->role() != engine::StageRole::power)
            continue;
        const auto& options = static_cast<const engine::PowerStage&>(*stage).options();
        for (const hosts::PowerStep& step :
             hosts::power_order(options.direction, options.hosts.names, *state.inventory))
            if (std::find(out.begin(), out.end(), step.host) == out.end())
                out.push_back(step.host);
    }
    return out;
}

}  // namespace

std::vector<ActingFlow> acting_flows(const engine::Engine& engine, const std::string& only)
{
    std::vector<ActingFlow> out;
    for (const auto& [name, armed] : engine.state().flows.rows()) {
        const engine::Flow* flow = engine.flows().find(armed.name, armed.version);
        if (!armed.active || flow == nullptr || !flow->acts_on_hosts ||
            (!only.empty() && only != name))
            continue;
        out.push_back({name, hosts_of_flow(engine.state(), *flow), flow->tells});
    }
    return out;
}

std::vector<std::string> hosts_of(const std::vector<ActingFlow>& flows)
{
    std::vector<std::string> out;
    for (const ActingFlow& flow : flows)
        for (const std::string& host : flow.hosts)
            if (std::find(out.begin(), out.end(), host) == out.end())
                out.push_back(host);
    return out;
}

}  // namespace reops::control

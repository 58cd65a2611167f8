// SPDX-License-Identifier: Apache-2.0
#include "app/flow_check.hh"

#include "base/nearest.hh"
#include "engine/stages.hh"

#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace reops::app {

namespace {

using Sentences = std::vector<std::string>;

/// Calls `each` with the power stages of a flow.
template <class Each>
void for_power_stages(const engine::Flow& flow, Each each)
{
    for (const engine::StagePtr& stage : flow.stages)
        if (stage->role() == engine::StageRole::power)
            each(static_cast<const engine::PowerStage&>(*stage).options());
}

/// A name outside the inventory is reached by SSH: it can be stopped, not started.
void check_unknown_hosts(const engine::Flow& flow,
                         const hosts::Inventory& inventory,
                         Sentences& out)
{
    std::vector<std::string> known;
    for (const auto& [name, system] : inventory.systems())
        known.push_back(name);
    std::set<std::string> told;
    for_power_stages(flow, [&](const engine::PowerOptions& options) {
        for (const std::string& host : options.hosts.names) {
            if (inventory.find(host) != nullptr || !told.insert(host).second)
                continue;
            const auto near = nearest_words(host, known);
            const std::string hint =
                near.empty() ? "" : fmt::format("; did you mean `{}`?", near.front());
            out.push_back(
                options.direction == hosts::Direction::start
                    ? fmt::format("`{}` starts `{}`, which is no system of `:systems`: no MAC "
                                  "or provider is known for it, so it would be refused{}",
                                  flow.name,
                                  host,
                                  hint)
                    : fmt::format("`{}` stops `{}`, which is no system of `:systems`{}",
                                  flow.name,
                                  host,
                                  hint));
        }
    });
}

/// Who stops and who starts a host.
struct Directions {
    std::set<std::string> stopped_by;
    std::set<std::string> started_by;
};

void check_opposites(const std::vector<engine::FlowPtr>& flows, Sentences& out)
{
    std::map<std::string, Directions> by_host;
    for (const engine::FlowPtr& flow : flows)
        for_power_stages(*flow, [&](const engine::PowerOptions& options) {
            for (const std::string& host : options.hosts.names)
                (options.direction == hosts::Direction::start ? by_host[host].started_by
                                                              : by_host[host].stopped_by)
                    .insert(flow->name);
        });
    for (const auto& [host, directions] : by_host)
        for (const std::string& stopping : directions.stopped_by)
            for (const std::string& starting : directions.started_by)
                if (stopping != starting)
                    out.push_back(
                        fmt::format("`{}` stops `{}` and `{}` starts it; while the first "
                                    "has an incident it holds the host, and the other is "
                                    "refused",
                                    stopping,
                                    host,
                                    starting));
}

void check_keys(const engine::Flow& flow,
                const std::vector<sources::SensorMapping>& mappings,
                Sentences& out)
{
    if (flow.key || !flow.acts_on_hosts)
        return;
    for (const sources::SensorMapping& mapping : mappings)
        if (mapping.event == flow.event && mapping.topic.find_first_of("+#") != std::string::npos)
            out.push_back(
                fmt::format("`{}` acts on hosts and listens to every key of :{} (topic {}); "
                            "narrow it with :key \"closet\" if one sensor is meant",
                            flow.name,
                            flow.event,
                            mapping.topic));
}

}  // namespace

std::vector<std::string> check_flows(const std::vector<engine::FlowPtr>& flows,
                                     const hosts::Inventory& inventory,
                                     const std::vector<sources::SensorMapping>& mappings)
{
    Sentences out;
    for (const engine::FlowPtr& flow : flows) {
        check_unknown_hosts(*flow, inventory, out);
        check_keys(*flow, mappings, out);
    }
    check_opposites(flows, out);
    return out;
}

}  // namespace reops::app

// SPDX-License-Identifier: Apache-2.0
#include "app/sensor_mappings.hh"

#include <set>
#include <string>

namespace reops::app {

std::vector<sources::SensorMapping> sensor_mappings(const Config& config,
                                                    const std::vector<engine::FlowPtr>& flows)
{
    std::vector<sources::SensorMapping> out;
    for (const auto& [event, mapping] : config.sensors)
        out.push_back(mapping);
    std::set<std::string> seen;
    for (const engine::FlowPtr& flow : flows)
        if (!config.sensors.contains(flow->event) && seen.insert(flow->event).second)
            out.push_back(sources::default_mapping(flow->event));
    return out;
}

}  // namespace reops::app

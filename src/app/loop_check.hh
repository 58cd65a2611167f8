// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Flows that could start themselves. MQTT 5 carries the mark of a flow's own message, and
/// the engine breaks the loop; MQTT 3.1.1 cannot, so such a flow is not armed there (RULES 5,
/// loops).

#include "engine/flow.hh"
#include "sources/sensor/mapping.hh"

#include <string>
#include <vector>

namespace reops::app {

/// The topics that the flow publishes to and its own source reads; none with `self_trigger`.
std::vector<std::string> own_topics(const engine::Flow& flow,
                                    const std::vector<sources::SensorMapping>& mappings);

/// What to say of such a flow on 3.1.1.
Failure refuse_loop(const engine::Flow& flow, const std::string& topic);

}  // namespace reops::app

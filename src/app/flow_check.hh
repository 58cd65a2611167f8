// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What is doubtful about flows that are good by themselves: hosts that cannot be started,
/// flows that pull one host in opposite directions, sensors that a flow may not have meant.

#include "engine/flow.hh"
#include "hosts/inventory.hh"
#include "sources/sensor/mapping.hh"

#include <string>
#include <vector>

namespace reops::app {

/// Sentences for people, without a full stop; none when all is well.
std::vector<std::string> check_flows(const std::vector<engine::FlowPtr>& flows,
                                     const hosts::Inventory& inventory,
                                     const std::vector<sources::SensorMapping>& mappings);

}  // namespace reops::app

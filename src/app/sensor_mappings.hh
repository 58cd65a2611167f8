// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Which topics the sensor source listens to: the configuration's, and the default one of
/// each event that a flow names besides.

#include "app/config.hh"
#include "engine/flow.hh"
#include "sources/sensor/mapping.hh"

#include <vector>

namespace reops::app {

std::vector<sources::SensorMapping> sensor_mappings(const Config& config,
                                                    const std::vector<engine::FlowPtr>& flows);

}  // namespace reops::app

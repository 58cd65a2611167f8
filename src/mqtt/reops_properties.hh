// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The MQTT 5 user properties with which one reops tells another, or itself, what a message
/// comes from: `publish` writes them, the sensor source reads them for the loop breaker.

#include <string_view>

namespace reops::mqtt {

/// "r-12"
inline constexpr std::string_view run_property = "reops-run";
/// "closet-heat"
inline constexpr std::string_view flow_property = "reops-flow";
/// "1", decimal: how many flows have led to this message
inline constexpr std::string_view depth_property = "reops-depth";

}  // namespace reops::mqtt

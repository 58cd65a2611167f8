// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file How a sensor's MQTT messages become events: which topics, where the value is, what is
/// plausible (`:sensors` of the configuration; without an entry: sensors/KEY/EVENT).

#include "base/time.hh"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::sources {

struct SensorMapping {
    std::string event;              ///< "temperature"
    std::string topic;              ///< filter; each `+` gives a part of the key
    std::vector<std::string> path;  ///< to the value inside JSON; empty: by name or `value`
    std::vector<std::string> time_path;
    double scale = 1;
    std::string unit;
    std::optional<std::pair<double, double>> range;
    std::optional<double> max_step;
    int qos = 1;
    bool retained = false;
};

/// The mapping that an event has without one of its own.
SensorMapping default_mapping(std::string_view event);

/// The words that mean the same event ("temperture" is in the post): the right one, or `name`.
std::string_view canonical_event(std::string_view name);

/// The key of a topic under a mapping's filter ("closet"; several `+` joined by "/"); nothing when
/// the filter does not match. Topics and filters as MQTT 5 section 4.7 says.
std::optional<std::string> match_topic(std::string_view filter, std::string_view topic);

}  // namespace reops::sources

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file An event: an entry that can start runs. Sources make them; the engine adds nothing.

#include "base/time.hh"
#include "data/value.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reops::engine {

/// What a source says about how an event came. Only `live` ones may start runs.
enum class Arrival : std::uint8_t {
    live,
    retained,     ///< the broker's memory: sets the last known value, starts nothing
    superseded,   ///< a newer one of its key came after the same connection gap
    implausible,  ///< outside :range or beyond :max-step
};

std::string_view to_string(Arrival arrival);

struct Event {
    std::string name = {};              ///< "temperature"
    std::string key = {};               ///< "closet"
    data::Value value = {};             ///< what predicates look at
    data::Value payload = {};           ///< the decoded whole, nil when it is the value itself
    std::optional<Time> observed = {};  ///< the payload's own time
    Arrival arrival = Arrival::live;
    bool emitted = false;        ///< typed by a person
    std::string origin = {};     ///< "mqtt", "emit"
    std::string actor = {};      ///< who typed it; empty for sensors
    std::uint32_t depth = 0;     ///< events that flows cause carry depth + 1
    std::string caused_by = {};  ///< the flow that caused it, if one did
};

}  // namespace reops::engine

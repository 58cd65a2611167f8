// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What travels between stages.

#include "base/time.hh"
#include "data/value.hh"
#include "engine/ids.hh"
#include "engine/outcome.hh"

#include <cstdint>
#include <string>
#include <vector>

namespace reops::engine {

/// What starts a run: the event (or the newest one, for `hold-for`) as it left the filters.
struct Trigger {
    Position event = {};
    Time at = {};
    std::string name = {};
    std::string key = {};
    data::Value value = {};
    data::Value payload = {};
    std::string actor = {};
    std::uint32_t depth = 0;
    bool emitted = false;
    std::string caused_by = {};  ///< the flow whose publish it was; empty: none
};

/// One host's end in a stage.
struct HostResult {
    std::uint32_t stage = 0;
    std::string host = {};
    std::string action = {};
    std::string because = {};
    Outcome outcome = {};
};

using HostResults = std::vector<HostResult>;

}  // namespace reops::engine

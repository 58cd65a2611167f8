// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The armed flows that switch machines, with all that they would switch.

#include "engine/engine.hh"

#include <string>
#include <vector>

namespace reops::control {

struct ActingFlow {
    std::string flow;
    std::vector<std::string> hosts;  ///< with those that come along by `:runs-on`
    bool tells = false;              ///< it mails
};

/// `only`: one flow's name; empty: all.
std::vector<ActingFlow> acting_flows(const engine::Engine& engine, const std::string& only);
/// Of all of them, each once.
std::vector<std::string> hosts_of(const std::vector<ActingFlow>& flows);

}  // namespace reops::control

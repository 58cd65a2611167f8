// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The names that people may type, for looking up and for "did you mean".

#include "control/server.hh"
#include "engine/records.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::control {

/// Flows that are armed or once were.
std::vector<std::string> flow_names(const engine::State& state);
/// The inventory, and hosts that were acted upon under another name.
std::vector<std::string> host_names(const engine::State& state);
/// Open runs as "r-12".
std::vector<std::string> run_names(const engine::State& state);
const engine::ArmedFlow* find_flow(const engine::State& state, std::uint32_t ordinal);
/// The text of a flow's stage, from 0; empty beyond the end.
std::string stage_text(const engine::ArmedFlow& flow, std::size_t stage);

}  // namespace reops::control

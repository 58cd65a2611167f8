// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The flows that a scenario may name: each is built in C++ from the options of its line in
/// flow.edn. docs/dev/scenarios.md lists them.

#include "engine/flow.hh"
#include "tests/support/scenario/fields.hh"

#include <vector>

namespace reops::scenario {

/// Reads `{:flows [{:build :closet ..} ..]}`; mistakes are the source's.
std::vector<engine::FlowPtr> read_flows(Source& source);

}  // namespace reops::scenario

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What a flow may be told in a map before its source: `(run {:mode :each} (sensor ..) |
/// ..)`.

#include "data/value.hh"
#include "engine/flow.hh"

namespace reops::library {

/// nil or a map with :mode (:single :each :queue :restart :parallel), :calm, :quiet, :max-age
/// (spans of time), :self-trigger, :retained, :shadow (true or false). Throws LangError.
engine::FlowOptions read_flow_options(const data::Value& options);

}  // namespace reops::library

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What flows made of an event, for people: the reason, the stage that ended it, the values.

#include "control/ask.hh"
#include "control/server.hh"
#include "engine/decision.hh"
#include "engine/records.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::control {

/// What that reason means for a stage of that text: "the predicate was false".
std::string_view explain_stage(std::string_view stage, engine::Reason reason);

/// "`closet-heat` stage 1 (pick t > 70): the condition was false".
std::string explain_trace(const engine::ArmedFlow& flow, const engine::TraceItem& item);

/// {:flow "closet-heat" :reason "clear" :stage 1 :stage_text "(pick t > 70)" :values [..] :run
/// "r-1" :error .. :text ".."}. `stage` counts from 1 and is absent when all stages let it pass.
data::Value show_trace_item(const engine::State& state, const engine::TraceItem& item);
data::Value show_trace(const ControlParts& parts, const std::vector<engine::TraceItem>& trace);

}  // namespace reops::control

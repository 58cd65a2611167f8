// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The filter half of a step: a flow's leading stages over one event, with the durable state
/// of its key. May run on any worker; one (flow, key) is never on two at once.

#include "engine/decision.hh"
#include "engine/flow_registry.hh"
#include "engine/records.hh"
#include "engine/state.hh"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace reops::engine {

/// What is needed only when more happened than "dropped": allocated for those.
struct FilterDetail {
    Trigger trigger = {};                  ///< with Reason::run
    std::vector<data::Value> values = {};  ///< after each stage that replaced the value
    std::vector<std::pair<std::uint8_t, TimerWish>> timers = {};
    std::string error = {};
};

struct FilterResult {
    std::uint32_t ordinal = 0;
    const Flow* flow = nullptr;
    Reason reason = Reason::clear;  ///< run = all filters passed
    std::uint8_t stage = 0;
    bool state_changed = false;
    bool was_left = false;  ///< with Reason::pending: its function is at work already
    std::unique_ptr<FilterDetail> detail = {};

    FilterDetail& more()
    {
        if (!detail)
            detail = std::make_unique<FilterDetail>();
        return *detail;
    }
};

/// A late call's result, with the flow that it is of and the state that it leaves.
struct FilterAnswer {
    FlowPtr flow;
    FilterResult result;
    FilterState state;
    bool was_timer = false;  ///< not an event
};

/// What is history only: no function is asked. Nothing for the others.
std::optional<Reason> history_only(const Flow& flow, const Entry& entry, const Event& event);

/// Touches nothing but `state`, that of the event's key; null for a flow without one.
FilterResult filter_event(std::uint32_t ordinal,
                          const Flow& flow,
                          const Entry& entry,
                          const Event& event,
                          FilterState* state);

/// The timer of `stage` is due; goes on with the stages after it when that lets something pass.
FilterResult filter_timer(std::uint32_t ordinal,
                          const Flow& flow,
                          std::uint8_t stage,
                          const TimerInput& timer,
                          FilterState& state);

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The filter half of a step: a flow's leading stages over one event, with the durable state
/// of its key. May run on any worker; one (flow, key) is never on two at once.

#include "engine/decision.hh"
#include "engine/flow_registry.hh"
#include "engine/records.hh"
#include "engine/state.hh"

#include <memory>
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
    std::unique_ptr<FilterDetail> detail = {};

    FilterDetail& more()
    {
        if (!detail)
            detail = std::make_unique<FilterDetail>();
        return *detail;
    }
};

/// Uses and makes only the state of the event's key.
FilterResult filter_event(const ArmedRef& armed,
                          const Entry& entry,
                          const Event& event,
                          FilterStates& states);

/// The timer of `stage` is due; goes on with the stages after it when that lets something pass.
FilterResult filter_timer(const ArmedRef& armed,
                          std::uint8_t stage,
                          const TimerInput& timer,
                          FilterState& state);

}  // namespace reops::engine

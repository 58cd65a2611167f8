// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The decide half for events and filter timers: what becomes of what passed the filters.

#include "engine/context.hh"
#include "engine/filter_half.hh"

#include <vector>

namespace reops::engine {

/// One flow's result for the entry at hand; returns the line for the trace.
/// `from_event`: not from a timer of the filters.
TraceItem decide_result(Context& c,
                        FilterResult& result,
                        const std::string& event_key,
                        bool from_event);

/// The user's function of a stage failed; pauses the flow after too many.
void count_failure(Context& c,
                   const std::string& flow,
                   const std::string& key,
                   const std::string& error);

/// "f" flow NUL key NUL stage.
struct FilterTimer {
    std::string flow;
    std::string key;
    std::uint8_t stage = 0;
};
std::string to_key(const FilterTimer& timer);
FilterTimer parse_filter_timer(std::string_view key);

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the engine decided about one entry: a trace for people, notes for the history,
/// effects for the outbox, and the change of state as bytes.

#include "data/value.hh"
#include "engine/effect.hh"
#include "engine/entry.hh"
#include "engine/ids.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reops::engine {

/// Why a flow did or did not go on with an event; the answer to why-not.
enum class Reason : std::uint8_t {
    run,       ///< a run was opened
    joined,    ///< a run of this key is open
    repeated,  ///< a repeat run of an open incident
    counted,   ///< incident open, repeated within the last minute
    clear,     ///< a stage said: the condition is false
    wait,      ///< a stage said: not now
    failed,    ///< a stage's function threw
    late,      ///< older than :max-age
    superseded,
    implausible,
    retained,       ///< a retained reading starts nothing
    paused,         ///< the flow is paused
    too_deep,       ///< loop breaker: depth over 8
    caused_itself,  ///< loop breaker: an event of this flow's own making
    queued,         ///< waits until the open run of its key is closed
    queue_full,     ///< too many wait
    pending,        ///< its function takes long: decided by a later entry (Filtered)
};

std::string_view to_string(Reason reason);
/// A sentence for people: "the predicate was false".
std::string_view explain(Reason reason);

/// What one flow made of one event.
struct TraceItem {
    std::uint32_t flow = 0;  ///< ordinal of the armed flow
    Reason reason = Reason::clear;
    std::uint8_t stage = 0;  ///< which filter ended it, from 0; all passed = number of filters
    RunId run = {};
    std::vector<data::Value> values = {};  ///< value after each stage that replaced it
    std::string error = {};
};

/// One line of history. `detail` is a map.
struct Note {
    std::string_view kind = {};  ///< from the table in note_kinds.hh
    RunId run = {};
    EffectId effect = {};
    std::string flow = {};
    std::string key = {};
    std::string host = {};
    data::Value detail = {};
};

struct Decision {
    Position position = {};
    std::uint32_t trace_begin = 0;  ///< into Batch::trace
    std::uint32_t trace_end = 0;
    std::vector<Note> notes = {};
    std::vector<EffectId> offered = {};    ///< to performers, after the commit
    std::vector<EffectId> withdrawn = {};  ///< no longer wanted
    std::string delta = {};  ///< of the batch's last one: the records that the batch changed
};

/// A batch on its way through the engine. The caller fills `entries`; process() appends follow-ups.
struct Batch {
    std::vector<Entry> entries = {};
    std::vector<Decision> decisions = {};  ///< one per entry
    std::vector<TraceItem> trace = {};

    void clear()
    {
        entries.clear();
        decisions.clear();
        trace.clear();
    }
};

}  // namespace reops::engine

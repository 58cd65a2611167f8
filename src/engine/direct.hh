// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Direct runs: what a person types is carried out at once, a step at a time, by somebody
/// outside who says what comes next. Effects, outcomes and history are those of every run.
///
///     step (opens) ──its action ends──> idle ──step──> ... ──end──> closed
///       \──cancel──> what has not begun ends cancelled, closed behind what has
///
/// Each step is a version of the flow `direct` with one stage more, which nobody arms. A start
/// knows none of them, so that a run that was open when the process ended is closed `interrupted`.

#include "engine/context.hh"
#include "engine/flow.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::engine {

inline constexpr std::string_view direct_flow = "direct";
inline constexpr std::size_t most_direct_runs = 64;

inline bool is_direct(const Run& run)
{
    return run.flow == direct_flow;
}

/// The steps so far, the newest last; `version` differs from that of every other step.
FlowPtr make_direct_step(std::vector<StagePtr> stages, std::string version);

/// Has the present step ended? Then the run waits for the next one, or for its end.
bool is_idle(const State& state, const FlowRegistry& flows, const Run& run);

// Bodies of commands. The answer is the sentence of the command's note; `ok` false: nothing
// happened.
struct Answer {
    bool ok = false;
    std::string text = {};
};

/// {:version ".." :form "(exec ...)"} opens a run, its id is the answer; with {:run "r-12"} besides
/// it is the next step of that run.
Answer take_step(Context& c, const Command& command);
/// {:run "r-12" :error ".."}: no further step comes. With an error the run has failed.
Answer end_direct(Context& c, const Command& command);

}  // namespace reops::engine

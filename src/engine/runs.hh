// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Runs: opened by a passing event, carried from stage to stage, closed.

#include "engine/context.hh"

namespace reops::engine {

/// Opens a run and takes it as far as it goes at once. Returns its number.
RunId open_run(Context& c, const Flow& flow, Trigger trigger, bool repeat);

/// Goes on from the present stage until something has to be waited for, or the run is closed (then
/// the Run does not exist any more).
void advance(Context& c, RunId id);

/// Looks again at the hosts of the present stage.
void progress_run(Context& c, RunId id);

/// Is an action of its present stage on its way?
bool is_acting(const State& state, const Run& run);

/// The present stage is done: on to the next.
void finish_stage(Context& c, RunId id);

/// The user's function of the present stage has answered.
void take_evaluation(Context& c, const Evaluated& answer);

/// Ends after the actions in flight. False when there is no such run.
bool cancel_run(Context& c, RunId id);

void close_run(Context& c, RunId id);

/// The newest result of each host, in order of first appearance.
HostResults last_results(const Run& run);

}  // namespace reops::engine

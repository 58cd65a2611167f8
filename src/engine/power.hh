// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Power actions inside a run: ordered by what runs on what, one in flight per system,
/// guarded by holds and against flapping.

#include "engine/context.hh"
#include "engine/stages.hh"

namespace reops::engine {

/// Lays out the items of a stop, halt or start. False: nothing to do, the run has no hosts.
bool begin_power(Context& c, Run& run, const PowerStage& stage);

/// Opens and refuses what can be decided now; when all items have ended the stage is finished.
void progress_power(Context& c, RunId id);

/// A power effect left the outbox: its waiters' items end, or a late guest is switched off.
void power_ended(Context& c, const OutboxItem& item, const Outcome& outcome);

/// A start was in the way of a stop for 60 s: the stop goes ahead.
void behind_timed_out(Context& c, RunId id, const std::string& host);

/// Ends the items that have not begun; the run closes after those in flight.
void cancel_waiting(Context& c, RunId id);

}  // namespace reops::engine

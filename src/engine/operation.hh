// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A verb on the hosts of a run: one effect a host, released in batches.
///
///     begin ──a batch──> effects ──all ended──> the next batch ──> ... ──> results, next stage
///                           \──the run is cancelled──> what was not released ends cancelled

#include "engine/context.hh"
#include "engine/flow.hh"
#include "engine/stages.hh"

namespace reops::engine {

/// False: nothing to wait for (no hosts, or the flow only lists what it would do).
bool begin_operation(Context& c, Run& run, const Flow& flow, const OperationStage& stage);

/// Releases the next batch when the last one has ended; finishes the stage behind the last.
void progress_operation(Context& c, RunId id);

/// An effect of a verb left the outbox.
void operation_ended(Context& c, const OutboxItem& item, const Outcome& outcome);

/// The hosts of its present operation, in their order.
std::vector<const OperationItem*> items_of(const State& state, RunId run);

}  // namespace reops::engine

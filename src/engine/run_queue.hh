// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Run queues: how the runs of one flow and key follow each other when the flow has no
/// incidents (`each`, `parallel`, `queue`, `restart`). Only the last two keep anything.

#include "engine/context.hh"

namespace reops::engine {

/// A passing event: a run now (sets `run`), or later.
Reason enter_queue(Context& c, const Flow& flow, Trigger trigger, RunId& run);

/// A run closed: its queue is free for who waits.
void leave_queue(Context& c, const Run& run);

/// Opens the runs that wait in free queues of the flow (it was armed anew).
void open_waiting(Context& c, const std::string& flow);

/// Nobody waits any more (the flow was disarmed).
void end_queues(Context& c, const std::string& flow);

}  // namespace reops::engine

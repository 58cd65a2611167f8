// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The decide half for every entry that is not an event: one function per kind.

#include "engine/context.hh"

namespace reops::engine {

void decide(Context& c, const TimerDue& timer);  ///< all but filter timers
void decide(Context& c, const Begun& begun);
void decide(Context& c, const Ended& ended);
void decide(Context& c, const Evaluated& answer);
void decide(Context& c, const Command& command);
void decide(Context& c, const InventoryChanged& change);
void decide(Context& c, const Armed& armed);
void decide(Context& c, const Started& started);
void decide(Context& c, const ClockStepped& step);
void decide(Context& c, const Trouble& trouble);
void decide(Context& c, const DowntimeKnown& downtime);

/// A visit leaves the timers of flows, and of what was left over, to the next server.
bool may_fire(const State& state, std::string_view timer);

}  // namespace reops::engine

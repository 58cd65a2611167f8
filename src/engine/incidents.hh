// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Incidents: (flow, key) while its condition holds, and the holds that go with them.

#include "engine/context.hh"
#include "engine/filter_half.hh"

namespace reops::engine {

/// What a passing event of a single-mode flow becomes: run, repeated, joined or counted.
struct Joining {
    Reason reason = Reason::run;
    RunId run = {};  ///< the one it belongs to when it opens none
};
Joining pass_incident(Context& c, const Flow& flow, const Trigger& trigger);
/// A dropped event of a single-mode flow.
void drop_incident(Context& c, const Flow& flow, const std::string& key, Reason reason);
/// The quiet timer of an incident is due.
void check_quiet(Context& c, const std::string& incident_key);
/// Closes all of a flow's incidents and holds (it was disarmed).
void end_incidents(Context& c, const std::string& flow, std::string_view why);

/// Holds `host` for the run's incident, if that is open; confirm once a stop reached its end.
void set_hold(Context& c, const Run& run, const std::string& host);
void confirm_hold(Context& c, const Run& run, const std::string& host, bool stopped);
/// Who holds the host against this run's starts; null when nobody does.
const Hold* find_foreign_hold(const Context& c, const Run& run, const std::string& host);
/// A person's release; returns how many holds there were.
std::size_t release_holds(Context& c, const std::string& host);

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Time zones by name, from the system's database (tzdata).

#include "base/result.hh"
#include "base/time.hh"

#include <string>

namespace reops::app {

/// How far east of UTC the zone's clocks are at `time`. An empty name is the machine's zone; a
/// machine that has none counts as UTC. Failure: not_found, with names that are near.
Result<Duration> utc_offset(const std::string& zone, Time time);

}  // namespace reops::app

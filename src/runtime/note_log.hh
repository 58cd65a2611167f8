// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the log says of decisions: one line per run that acted on hosts and per change of
/// state, none per reading.

#include "base/log.hh"
#include "engine/decision.hh"

namespace reops::runtime {

/// Writes the line of a note, if its kind has one. Loop thread, after the commit.
void log_note(Log& log, const engine::Note& note);

}  // namespace reops::runtime

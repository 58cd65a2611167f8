// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Do the records of a state fit together? The decide half relies on it, so a state that
/// comes from bytes is asked first.

#include "base/result.hh"
#include "engine/state.hh"

namespace reops::engine {

/// Every record stands under its own name, and what it refers to exists. Fails with corrupt, naming
/// the record; with unsupported for an effect of a kind that this program does not know.
Result<void> check_state(const State& state);

}  // namespace reops::engine

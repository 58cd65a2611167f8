// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The simulated machines behind the seam: requests from one pipe, replies and events to
/// another, until the input ends. One thread; nothing to finish at the end, see store.hh.

#include "base/result.hh"
#include "providers/sim/store.hh"

namespace reops::providers::sim {

/// Serves until the end of input. Failure: the store cannot be used any more.
Result<void> serve(Store& store, int input, int output);

}  // namespace reops::providers::sim

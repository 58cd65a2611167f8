// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Arming and disarming: which flow takes events, and what it keeps of the version before.

#include "engine/context.hh"

namespace reops::engine {

/// The flow takes no more events: its incidents, holds and filter states go. Open runs go on.
void disarm(Context& c, const std::string& flow, std::string_view why);

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Alerts: reops about itself. One per cause until it clears, then one "recovered".

#include "engine/context.hh"

namespace reops::engine {

/// One that does not stand: about something that is over already.
void alert_once(Context& c, const std::string& cause, const std::string& text);
void raise_alert(Context& c, const std::string& cause, const std::string& text);
/// Does nothing when no such alert is open.
void clear_alert(Context& c, const std::string& cause);

}  // namespace reops::engine

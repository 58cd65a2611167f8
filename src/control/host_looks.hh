// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Asking providers how systems are now, all at once and within a deadline.

#include "base/result.hh"
#include "control/server.hh"
#include "data/value.hh"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace reops::control {

/// By host: what its provider says, {:state "off" ..}, or why it says nothing. Hosts that have no
/// provider, or whose provider did not answer in time, are not in it.
using HostLooks = std::map<std::string, Result<data::Value>, std::less<>>;

/// Loop thread. `done` is called once, now or later; within 6 s.
void look_at_hosts(const ControlParts& parts,
                   const std::vector<std::string>& names,
                   std::function<void(HostLooks)> done);

}  // namespace reops::control

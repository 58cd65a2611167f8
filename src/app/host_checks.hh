// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What must be true before a machine can be switched: it is reached, its key is known, we
/// are let in, its power-off command is allowed, its MAC is known. Nothing is switched.

#include "control/check.hh"
#include "hosts/inventory.hh"
#include "providers/registry.hh"
#include "remote/remote.hh"

#include <functional>
#include <string>
#include <vector>

namespace reops::app {

using ChecksDone = std::function<void(std::vector<control::Check>)>;

/// Looks at one host of the inventory, or a mere name: over SSH what has no provider of its own, by
/// its provider everything else. `done` is called once, on the loop's thread, within about
/// `deadline`; `remote` and `registry` outlive it.
void check_host(remote::Remote& remote,
                providers::Registry& registry,
                const hosts::System& system,
                Duration deadline,
                const ChecksDone& done);

/// The system of that name, or what is true of a mere name.
hosts::System system_or_name(const hosts::Inventory& inventory, const std::string& host);

/// Does its `:mac` wake it? For doctor and ready.
control::Check check_mac(const hosts::System& system);

}  // namespace reops::app

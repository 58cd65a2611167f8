// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What remote/ needs of the configuration.

#include "app/config.hh"
#include "remote/ssh_settings.hh"

namespace reops::app {

/// Our own known_hosts and the control sockets lie in the state folder.
remote::SshSettings ssh_settings(const Config& config);

}  // namespace reops::app

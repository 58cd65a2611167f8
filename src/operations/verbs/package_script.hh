// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The one script that updates packages: apt, dnf and apk, found out on the host.

#include <string>

namespace reops::operations {

/// $1 update, upgrade, install or upgradable; $2 how many seconds to wait for the lock; then
/// packages. On its output: `manager NAME`, a line `- NAME VERSION` or `+ NAME VERSION` for every
/// package that was there before or after only, `~ NAME OLD NEW` for one that could be newer, and
/// `reboot no` or `reboot yes WHY`. All that the package manager says goes to the standard error.
/// Ends with 75 when the lock stays held, after a line `reops-lock PID NAME`.
std::string package_script();

}  // namespace reops::operations

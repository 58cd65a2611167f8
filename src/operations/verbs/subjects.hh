// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The tables of verbs, one subject each. A new verb is a record in one of them; a new
/// subject is a line here and in verb.cc.

#include "operations/verb.hh"

#include <span>

namespace reops::operations {

std::span<const Verb> command_verbs();  ///< exec nohup
std::span<const Verb> file_verbs();     ///< ls mkdir rm
std::span<const Verb> package_verbs();  ///< update upgrade install upgradable
std::span<const Verb> service_verbs();  ///< service restart service-status
std::span<const Verb> stat_verbs();     ///< cpu free load-avg entropy uptime
std::span<const Verb> disk_verbs();     ///< du net
std::span<const Verb> sensor_verbs();   ///< sensor-readings
std::span<const Verb> process_verbs();  ///< processes ssh-sessions
std::span<const Verb> fact_verbs();     ///< os-info hardware-info
std::span<const Verb> network_verbs();  ///< ping
std::span<const Verb> scan_verbs();     ///< open-ports host-scan
std::span<const Verb> power_verbs();    ///< power-off power-check

}  // namespace reops::operations

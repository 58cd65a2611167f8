// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The tables of commands, a file each. all_commands() in commands.cc joins them: a new group
/// gets its function here and its line there.

#include "app/command.hh"

namespace reops::app {

std::span<const Command> event_commands();    ///< emit
std::span<const Command> flow_commands();     ///< flows, disarm, resume, reload
std::span<const Command> run_commands();      ///< runs, why, cancel
std::span<const Command> why_not_commands();  ///< why-not
std::span<const Command> check_commands();    ///< check
std::span<const Command> lang_commands();     ///< eval, run, repl
std::span<const Command> plan_commands();     ///< plan
std::span<const Command> host_commands();     ///< hosts, release
std::span<const Command> reach_commands();    ///< path, trust, ready
std::span<const Command> freeze_commands();   ///< freeze, thaw
std::span<const Command> serve_commands();    ///< serve, demo
std::span<const Command> care_commands();     ///< doctor, shutdown, version

std::vector<Command> all_commands();

}  // namespace reops::app

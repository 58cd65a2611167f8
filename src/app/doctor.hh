// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file `reops doctor`: what can be seen without a running reops (configuration, folders, lock,
/// journal, clock), then what the running one says of itself. It changes nothing.

#include "app/command.hh"
#include "control/check.hh"

#include <vector>

namespace reops::app {

/// The checks that need no server. `is_served`: one answers, so it may be writing.
std::vector<control::Check> local_checks(const Config& config, const Call& call, bool is_served);

/// The command; with --rebuild it builds the history again instead.
int run_doctor(const Call& call);

}  // namespace reops::app

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The commands of reops-provider-sim for tests and demonstrations: list, set, log, reset.

#include "base/result.hh"
#include "providers/sim/store.hh"

#include <span>
#include <string>
#include <string_view>

namespace reops::providers::sim {

/// Carries out `words` ("set", "foo", "stop=3s") and returns the text to print.
/// Failure: invalid_argument with the right use, or what the store says.
Result<std::string> run_command(Store& store, std::span<const std::string_view> words);

}  // namespace reops::providers::sim

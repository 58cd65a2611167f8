// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One line of the simulation's log as text, both ways. Pure.

#include "base/result.hh"
#include "providers/sim/store.hh"

#include <string>
#include <string_view>

namespace reops::providers::sim {

/// With its newline.
std::string print_log_line(const LogLine& line);
/// Without a newline. Failure: corrupt.
Result<LogLine> parse_log_line(std::string_view text);

}  // namespace reops::providers::sim

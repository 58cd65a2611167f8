// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The table of hosts in a mail: what was done to each and how it ended.

#include "data/vector.hh"

#include <cstddef>
#include <string>

namespace reops::sinks {

/// "2 of 3 hosts are done, 1 is not."
std::string host_summary(const data::Vector& rows);

/// The rows of an `email` effect (engine/effect.hh) as lines, what did not succeed marked with `!`.
/// Beyond 200 rows those that succeeded are left out first, and the last line says how many.
/// `run` is for that line: "reops why r-12 shows all".
std::string host_table(const data::Vector& rows, const std::string& run);

}  // namespace reops::sinks

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Two by mistake: one program at a time uses a state folder.

#include "base/result.hh"
#include "io/files.hh"

#include <string>

namespace reops::runtime {

/// Holds the folder until it is destroyed. Failures: conflict names the holder's process id and
/// what to type; not_found, denied.
Result<io::LockFile> lock_state(const std::string& state_folder);

}  // namespace reops::runtime

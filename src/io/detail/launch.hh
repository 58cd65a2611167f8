// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file fork and exec, and nothing of the loop: a child with three pipes, its own signal state and
/// none of our descriptors.

#include "base/result.hh"
#include "io/subprocess.hh"
#include "io/unique_fd.hh"

#include <string>

#include <sys/types.h>

namespace reops::io {

/// A child that has begun its program. Whoever holds it must reap it.
struct Launched {
    pid_t pid = -1;
    UniqueFd in;   ///< the writing end of its standard input, non-blocking
    UniqueFd out;  ///< the reading end of its standard output, non-blocking
    UniqueFd err;
};

/// Returns when the program has replaced the fork, or why it could not. Failures as spawn().
Result<Launched> launch(const SpawnOptions& options);

/// The file that a shell would run: `name` itself when it has a slash, else the first in PATH.
/// Failures: not_found, denied (it is there, but may not be run).
Result<std::string> find_program(const std::string& name, const std::string& path_variable);

}  // namespace reops::io

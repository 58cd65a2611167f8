// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file errno as a Failure: the operation and its object first, then what the system said.

#include "base/result.hh"

#include <string>
#include <string_view>

namespace reops::io {

/// "reading `/etc/x`: permission denied". The code follows from the number: ENOENT is not_found,
/// EACCES denied, EADDRINUSE conflict, ECONNREFUSED unreachable, ETIMEDOUT timeout, else internal.
Failure system_failure(int error, std::string_view doing);

/// What the system says for the number, first letter small: "no space left on device".
std::string system_text(int error);

}  // namespace reops::io

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The name under which reops is known to the broker: made once with the state folder, so
/// that the broker's session and the state belong together.

#include "base/random.hh"
#include "base/result.hh"

#include <string>

namespace reops::app {

/// "reops-" and 8 hex digits, from STATE/client-id, written there the first time.
Result<std::string> own_client_id(const std::string& state, Random& random);

}  // namespace reops::app

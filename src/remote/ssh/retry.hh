// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Which troubles on the way in are tried again, how often, and how long after: one table.
/// What has begun is never tried again.

#include "base/time.hh"

#include <cstdint>

namespace reops::remote {

/// Why there is no connection (any more).
enum class Trouble : std::uint8_t {
    unreachable,  ///< no address, no answer, refused: what the network says of the host
    silent,       ///< it accepts, and does not go on within the time of a phase
    dropped,      ///< it accepts and hangs up before a login: an sshd that is busy does that
    unwanted,     ///< its key or our login is refused: that does not change by itself
    broken,       ///< it was open and broke: that says nothing of the host
    ours,         ///< closed by us, or a limit of ours
};

struct RetryRule {
    Trouble trouble;
    std::uint32_t tries;  ///< in all
    Duration wait;        ///< before the second; doubled before each further one
};

const RetryRule& retry_rule(Trouble trouble);

/// How long to wait after so many tries. `spread` (any number) moves it by up to half, so that
/// those who were refused together do not come back together.
Duration retry_wait(const RetryRule& rule, std::uint32_t tries, std::uint32_t spread);

}  // namespace reops::remote

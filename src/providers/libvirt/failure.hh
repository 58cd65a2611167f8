// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What libvirt's last error means on the seam.

#include "base/result.hh"

#include <string_view>

namespace reops::providers::libvirt {

/// The failure of the libvirt call that just failed on this thread; `doing` begins the message.
/// `alive` says whether the connection still stands: without it everything is `unreachable`.
Failure last_failure(std::string_view doing, bool alive);

/// Did the call that just failed on this thread fail for this reason?
bool was_no_domain();
bool was_invalid_state();

/// libvirt prints its errors on standard error by itself unless told not to.
void silence_library();

}  // namespace reops::providers::libvirt

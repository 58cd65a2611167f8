// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What libvirt's last error means on the seam.

#include "base/result.hh"

#include <string_view>

namespace reops::providers::libvirt {

/// The failure of the libvirt call that just failed on this thread; `doing` begins the message.
/// To be read before anything else is asked of libvirt: each call replaces it.
Failure last_failure(std::string_view doing);

/// Did the call that just failed on this thread fail because there is no such domain?
bool was_no_domain();

/// libvirt prints its errors on standard error by itself unless told not to.
void silence_library();

}  // namespace reops::providers::libvirt

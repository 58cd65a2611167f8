// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file libvirt behind the seam: one worker thread for each connection URI, so that a hypervisor
/// that does not answer delays nobody else's guests.

#include "base/clock.hh"

namespace reops::providers::libvirt {

/// Serves until the end of input, waits at most a second for calls on their way, and leaves by
/// _exit(): threads may hang in libvirt for as long as a dead connection takes. start_library()
/// first.
[[noreturn]] void serve(const Clock& clock, int input, int output);

}  // namespace reops::providers::libvirt

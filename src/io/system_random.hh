// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The kernel's random numbers.

#include "base/random.hh"

#include <cstdint>

namespace reops::io {

/// getrandom(2), a system call each: for identifiers and jitter, not for simulations. Any thread.
class SystemRandom final : public Random {
public:
    std::uint64_t next() override;
};

}  // namespace reops::io

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Randomness as an interface, so that back-off jitter and identifiers can be scripted.

#include <cstdint>

namespace reops {

/// A source of random numbers. Any thread may call.
class Random {
public:
    virtual ~Random() = default;
    /// A uniformly distributed 64-bit number.
    virtual std::uint64_t next() = 0;

protected:
    Random() = default;
    Random(const Random&) = default;
    Random& operator=(const Random&) = default;
};

}  // namespace reops

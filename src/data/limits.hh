// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file How much text the readers take. The defaults are for what comes from outside.

#include <cstddef>

namespace reops::data {

struct ReadLimits {
    std::size_t depth = 64;             ///< of nested collections
    std::size_t bytes = 1024UL * 1024;  ///< of the whole text

    /// For files that the owner wrote: 200 levels, 16 MiB.
    static constexpr ReadLimits for_code() { return {200, std::size_t{16} * 1024 * 1024}; }
};

}  // namespace reops::data

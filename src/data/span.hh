// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Places in a text.

#include <cstddef>
#include <cstdint>

namespace reops::data {

/// From the first character up to, not including, the end. Lines and columns count from 1, columns
/// in characters (a tab is one); offset and length are bytes. Line 0: nowhere.
struct Span {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t end_line = 0;
    std::uint32_t end_column = 0;
    std::size_t offset = 0;
    std::size_t length = 0;
};

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Decimal numbers in text, as JSON and EDN share them; internal to this folder.

#include "data/value.hh"

#include <cstddef>
#include <string_view>

namespace reops::data {

enum class NumberFault { none, not_a_number, integer_too_large, real_too_large };

struct ScannedNumber {
    Value value;
    std::size_t bytes = 0;  ///< taken from the text, up to the fault if there is one
    NumberFault fault = NumberFault::none;
};

/// The longest prefix of the form -?D+(.D+)?([eE][+-]?D+)?: an integer without fraction and
/// exponent, else a real. A leading zero is taken as a number of its own: "01" gives 0 and one
/// byte.
ScannedNumber scan_number(std::string_view text);

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Two texts, line by line: what is expected and not there, what is there and not expected.

#include <string>
#include <string_view>

namespace reops::scenario {

/// Lines that differ with two lines around them; `-` expected, `+` got. Empty for equal texts.
std::string text_diff(std::string_view expected, std::string_view got);

}  // namespace reops::scenario

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The program's version, for people and for formats that name who wrote them.

#include <string_view>

namespace reops::app {

inline constexpr std::string_view program_version = "0.1.0";

}  // namespace reops::app

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Java's format strings: `(format "%5.1f|%-8s" 1.5 "a")`.

#include "data/value.hh"
#include "lang/callable.hh"

#include <string>
#include <string_view>

namespace reops::lang {

/// Throws IllegalArgumentException with the directive that does not fit.
std::string format_text(Task& task, std::string_view pattern, Arguments values);

}  // namespace reops::lang

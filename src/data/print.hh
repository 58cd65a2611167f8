// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Values as text, in Clojure's notation. Small maps print in the order of insertion, large
/// ones and sets sorted, so equal runs print equal text. Reals print as on the JVM: 71.4, 1.0E10.
/// Nesting beyond 500 levels prints as `#`.

#include "data/value.hh"

#include <cstddef>
#include <string>

namespace reops::data {

/// Text that the reader reads back to an equal value (not secrets, nor most natives): Clojure's
/// pr-str. Control characters in strings are escaped.
std::string print(const Value& value);

/// For people: Clojure's str. A string or character alone is its own text, nil is empty; inside
/// collections they print as in print().
std::string display(const Value& value);

/// print(), broken into lines where a collection would pass the width.
std::string print_pretty(const Value& value, std::size_t width = 80);

/// A real as print() shows it: "71.4", "1.0E10", "##Inf".
std::string print_real(double value);

}  // namespace reops::data

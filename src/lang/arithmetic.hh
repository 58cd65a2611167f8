// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Numbers as Clojure computes with them: 64-bit integers whose overflow throws, reals, and
/// the larger kinds (big integers, ratios, decimals) behind one interface of their own.

#include "data/value.hh"

#include <cstdint>
#include <string_view>

namespace reops::lang {

using data::Value;

enum class Operation { add, subtract, multiply, divide, quotient, remainder, modulo };

/// Any two numbers; throws ArithmeticException (overflow, division by zero) and ClassCastException.
Value calculate(Operation operation, const Value& a, const Value& b);
/// The same, but what overflows becomes a big integer: `+'`.
Value calculate_promoting(Operation operation, const Value& a, const Value& b);

/// -1, 0, 1; NaN compares as unordered (2).
int compare_numbers(const Value& a, const Value& b);
/// `==`: by value, 1 and 1.0 are equal.
bool numbers_equal(const Value& a, const Value& b);
bool is_number(const Value& value);

/// The larger kinds, implemented by whoever brings them; a null entry refuses. Set once, before any
/// interpreter is made.
struct LargeNumbers {
    bool (*is_large)(const Value&) = nullptr;
    Value (*calculate)(Operation, const Value&, const Value&) = nullptr;
    int (*compare)(const Value&, const Value&) = nullptr;
    /// "12N", "1/2", "1.5M", or decimal digits beyond 64 bits; nil: not a number.
    Value (*parse)(std::string_view token) = nullptr;
};
void set_large_numbers(const LargeNumbers& numbers);
const LargeNumbers& large_numbers();

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file More of what builtin functions ask of their arguments: numbers of all kinds. Each throws
/// Clojure's class with a message that says what was expected, what came, and for which argument.

#include "data/value.hh"
#include "lang/arguments.hh"
#include "lang/callable.hh"
#include "lang/error.hh"

#include <cstdint>
#include <string>
#include <string_view>

namespace reops::lang {

/// An integer of 64 bits; reals and ratios are cut, characters give their code. `role`: "`nth`
/// index".
std::int64_t need_whole(const Value& value, std::string_view role);
/// An integer of 64 bits, and no other number.
std::int64_t need_exact_integer(const Value& value, std::string_view role);
/// Any number as a real.
double need_magnitude(const Value& value, std::string_view role);

/// Clojure's `true` and `false` words for a C++ bool.
inline Value to_value(bool value)
{
    return Value::boolean(value);
}
inline Value to_value(std::int64_t value)
{
    return Value::integer(value);
}

/// "a b", "1 2" ...: throws NullPointerException "expected ROLE but got nil".
[[noreturn]] void fail_nil(std::string_view expected, std::string_view role);

/// Takes a value out of its place, which is nil afterwards.
inline Value take(Value& place)
{
    return std::move(place);
}

/// The text that `str` makes of a value.
std::string to_text(Task& task, const Value& value);

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Values as the C++ types that a person's function takes: a predicate over `double` gets the
/// reading's number, and a reading that is none ends its run with a sentence that shows it.

#include "data/value.hh"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace reops::pipeline {

/// Throws std::invalid_argument: "expected a number but got a string: "warm"". The engine makes a
/// failed run of it, with flow and stage.
[[noreturn]] void throw_wrong_kind(std::string_view expected, const data::Value& got);

double number_of(const data::Value& value);
std::int64_t integer_of(const data::Value& value);
bool boolean_of(const data::Value& value);
std::string text_of(const data::Value& value);

/// Chosen by the type of a function's argument.
template <class T>
T value_as(const data::Value& value)
{
    if constexpr (std::same_as<T, data::Value>)
        return value;
    else if constexpr (std::same_as<T, bool>)
        return boolean_of(value);
    else if constexpr (std::floating_point<T>)
        return static_cast<T>(number_of(value));
    else if constexpr (std::same_as<T, std::string>)
        return text_of(value);
    else {
        static_assert(std::integral<T> && sizeof(T) == 8,
                      "a stage's function takes double, std::int64_t, bool, std::string or "
                      "data::Value");
        return static_cast<T>(integer_of(value));
    }
}

inline data::Value to_value(data::Value value)
{
    return value;
}
inline data::Value to_value(bool value)
{
    return data::Value::boolean(value);
}
inline data::Value to_value(std::floating_point auto value)
{
    return data::Value::real(static_cast<double>(value));
}
inline data::Value to_value(std::integral auto value)
{
    return data::Value::integer(static_cast<std::int64_t>(value));
}
inline data::Value to_value(std::string_view value)
{
    return data::Value::string(value);
}

/// The argument of a lambda or function with one parameter.
template <class F>
struct Argument : Argument<decltype(&F::operator())> {
};
template <class R, class A>
struct Argument<R (*)(A)> {
    using Type = std::remove_cvref_t<A>;
};
template <class C, class R, class A>
struct Argument<R (C::*)(A)> : Argument<R (*)(A)> {
};
template <class C, class R, class A>
struct Argument<R (C::*)(A) const> : Argument<R (*)(A)> {
};
template <class C, class R, class A>
struct Argument<R (C::*)(A) const noexcept> : Argument<R (*)(A)> {
};

template <class F>
using ArgumentOf = typename Argument<std::remove_cvref_t<F>>::Type;

}  // namespace reops::pipeline

// SPDX-License-Identifier: Apache-2.0
#include "pipeline/value_as.hh"

#include "data/print.hh"

#include <cmath>
#include <stdexcept>

namespace reops::pipeline {

namespace {

std::string_view kind_in_words(const data::Value& value)
{
    if (value.is_nil())
        return "nil";
    if (value.is_boolean())
        return "a boolean";
    if (value.is_number())
        return "a number";
    if (value.is_string())
        return "a string";
    if (value.is_map())
        return "a map";
    if (value.is_vector())
        return "a vector";
    return "another kind of value";
}

}  // namespace

void throw_wrong_kind(std::string_view expected, const data::Value& got)
{
    std::string text = "expected ";
    text.append(expected).append(" but got ").append(kind_in_words(got));
    if (!got.is_nil())
        text.append(": ").append(data::print(got).substr(0, 200));
    throw std::invalid_argument(text);
}

double number_of(const data::Value& value)
{
    if (const auto number = value.number())
        return *number;
    throw_wrong_kind("a number", value);
}

std::int64_t integer_of(const data::Value& value)
{
    if (value.is_integer())
        return value.as_integer();
    constexpr double exact = 9007199254740992.0;  // 2^53: beyond it a double skips integers
    if (value.is_real() && std::trunc(value.as_real()) == value.as_real() &&
        std::fabs(value.as_real()) <= exact)
        return static_cast<std::int64_t>(value.as_real());
    throw_wrong_kind("a whole number", value);
}

bool boolean_of(const data::Value& value)
{
    if (value.is_boolean())
        return value.as_boolean();
    throw_wrong_kind("true or false", value);
}

std::string text_of(const data::Value& value)
{
    if (value.is_string())
        return std::string{value.as_string()};
    throw_wrong_kind("a string", value);
}

}  // namespace reops::pipeline

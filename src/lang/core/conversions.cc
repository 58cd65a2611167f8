// SPDX-License-Identifier: Apache-2.0
#include "lang/core/conversions.hh"

#include "data/print.hh"
#include "lang/core/large_numbers.hh"
#include "lang/printer.hh"

#include <cmath>

namespace reops::lang {

void fail_nil(std::string_view expected, std::string_view role)
{
    std::string message = role.empty() ? std::string{} : std::string{role} + " ";
    fail(errors::null_pointer, message + "expected " + std::string{expected} + " but got nil");
}

std::int64_t need_whole(const Value& value, std::string_view role)
{
    if (value.is_integer()) [[likely]]
        return value.as_integer();
    if (value.is_real()) {
        const double real = value.as_real();
        if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0))
            fail(errors::illegal_argument,
                 std::string{role} + " expected a number of 64 bits but got " + data::print(value));
        return static_cast<std::int64_t>(real);
    }
    if (value.is_character())
        return value.as_character();
    if (is_large_number(value))
        return large_to_integer(value);
    if (value.is_nil())
        fail_nil("an integer", role);
    fail_type("an integer", value, role);
}

std::int64_t need_exact_integer(const Value& value, std::string_view role)
{
    if (value.is_integer()) [[likely]]
        return value.as_integer();
    if (is_big_integer(value))
        return large_to_integer(value);
    if (value.is_nil())
        fail_nil("an integer", role);
    fail_type("an integer", value, role);
}

double need_magnitude(const Value& value, std::string_view role)
{
    if (const auto number = value.number())
        return *number;
    if (is_large_number(value))
        return large_to_real(value);
    if (value.is_nil())
        fail_nil("a number", role);
    fail_type("a number", value, role);
}

std::string to_text(Task& task, const Value& value)
{
    if (value.is_string())
        return std::string{value.as_string()};
    return display_value(task, value);
}

}  // namespace reops::lang

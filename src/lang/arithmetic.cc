// SPDX-License-Identifier: Apache-2.0
#include "lang/arithmetic.hh"

#include "lang/error.hh"

#include <cmath>
#include <cstdint>
#include <optional>

namespace reops::lang {

namespace {

LargeNumbers large;

bool is_large(const Value& value)
{
    return value.is_native() && large.is_large != nullptr && large.is_large(value);
}

void check(const Value& value)
{
    if (!is_number(value))
        fail_type("a number", value);
}

[[noreturn]] void fail_overflow()
{
    fail(errors::arithmetic, "long overflow");
}

[[noreturn]] void fail_zero()
{
    fail(errors::arithmetic, "Divide by zero");
}

double as_double(const Value& value)
{
    return value.is_real() ? value.as_real() : static_cast<double>(value.as_integer());
}

/// Nothing when it overflows.
std::optional<std::int64_t> on_integers(Operation operation, std::int64_t a, std::int64_t b)
{
    std::int64_t out = 0;
    switch (operation) {
        case Operation::add:
            return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional{out};
        case Operation::subtract:
            return __builtin_sub_overflow(a, b, &out) ? std::nullopt : std::optional{out};
        case Operation::multiply:
            return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional{out};
        default:
            break;
    }
    if (b == 0)
        fail_zero();
    if (b == -1) {
        if (operation == Operation::remainder || operation == Operation::modulo)
            return 0;
        return a == INT64_MIN ? std::nullopt : std::optional{-a};
    }
    if (operation == Operation::remainder)
        return a % b;
    if (operation == Operation::modulo) {
        const std::int64_t rest = a % b;
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
    return a / b;
}

Value on_reals(Operation operation, double a, double b)
{
    switch (operation) {
        case Operation::add:
            return Value::real(a + b);
        case Operation::subtract:
            return Value::real(a - b);
        case Operation::multiply:
            return Value::real(a * b);
        case Operation::divide:
            return Value::real(a / b);
        default:
            break;
    }
    if (b == 0)
        fail_zero();
    const double quotient = std::trunc(a / b);
    if (operation == Operation::quotient)
        return Value::real(quotient);
    const double rest = a - quotient * b;
    if (operation == Operation::modulo && rest != 0 && (rest < 0) != (b < 0))
        return Value::real(rest + b);
    return Value::real(rest);
}

Value calculate_any(Operation operation, const Value& a, const Value& b, bool promotes)
{
    check(a);
    check(b);
    if (a.is_integer() && b.is_integer()) {
        const std::int64_t x = a.as_integer();
        const std::int64_t y = b.as_integer();
        const bool is_ratio = operation == Operation::divide && y != 0 && y != -1 && x % y != 0;
        if (!is_ratio) {
            if (const auto result = on_integers(operation, x, y))
                return Value::integer(*result);
            if (!promotes && operation != Operation::divide)
                fail_overflow();
        }
        if (large.calculate != nullptr)
            return large.calculate(operation, a, b);
        if (is_ratio)
            return Value::real(static_cast<double>(x) / static_cast<double>(y));
        fail_overflow();
    }
    if (is_large(a) || is_large(b))
        return large.calculate(operation, a, b);
    return on_reals(operation, as_double(a), as_double(b));
}

}  // namespace

void set_large_numbers(const LargeNumbers& numbers)
{
    large = numbers;
}

const LargeNumbers& large_numbers()
{
    return large;
}

bool is_number(const Value& value)
{
    return value.is_number() || is_large(value);
}

Value calculate(Operation operation, const Value& a, const Value& b)
{
    return calculate_any(operation, a, b, false);
}

Value calculate_promoting(Operation operation, const Value& a, const Value& b)
{
    return calculate_any(operation, a, b, true);
}

int compare_numbers(const Value& a, const Value& b)
{
    check(a);
    check(b);
    if (a.is_integer() && b.is_integer())
        return a.as_integer() < b.as_integer() ? -1 : a.as_integer() > b.as_integer() ? 1 : 0;
    if (is_large(a) || is_large(b))
        return large.compare(a, b);
    const double x = as_double(a);
    const double y = as_double(b);
    if (std::isnan(x) || std::isnan(y))
        return 2;
    return x < y ? -1 : x > y ? 1 : 0;
}

bool numbers_equal(const Value& a, const Value& b)
{
    return compare_numbers(a, b) == 0;
}

}  // namespace reops::lang

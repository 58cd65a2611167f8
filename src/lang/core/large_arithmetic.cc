// SPDX-License-Identifier: Apache-2.0
#include "lang/arithmetic.hh"
#include "lang/core/large_numbers.hh"
#include "lang/error.hh"

#include <algorithm>
#include <cmath>

namespace reops::lang {

namespace {

[[noreturn]] void fail_zero()
{
    fail(errors::arithmetic, "Divide by zero");
}

mpz_class power_of_ten(std::int64_t exponent)
{
    mpz_class out;
    mpz_ui_pow_ui(out.get_mpz_t(), 10, static_cast<unsigned long>(exponent));
    return out;
}

Value calculate_reals(Operation operation, double a, double b)
{
    return calculate(operation, Value::real(a), Value::real(b));
}

mpz_class calculate_whole(Operation operation, const mpz_class& a, const mpz_class& b)
{
    mpz_class out;
    switch (operation) {
        case Operation::add:
            return a + b;
        case Operation::subtract:
            return a - b;
        case Operation::multiply:
            return a * b;
        default:
            break;
    }
    if (sgn(b) == 0)
        fail_zero();
    if (operation == Operation::quotient)
        mpz_tdiv_q(out.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
    else if (operation == Operation::remainder)
        mpz_tdiv_r(out.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
    else
        mpz_fdiv_r(out.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
    return out;
}

mpz_class floor_of(const mpq_class& number)
{
    mpz_class out;
    mpz_fdiv_q(out.get_mpz_t(), number.get_num_mpz_t(), number.get_den_mpz_t());
    return out;
}

mpz_class cut(const mpq_class& number)
{
    mpz_class out;
    mpz_tdiv_q(out.get_mpz_t(), number.get_num_mpz_t(), number.get_den_mpz_t());
    return out;
}

mpq_class calculate_rational(Operation operation, const mpq_class& a, const mpq_class& b)
{
    switch (operation) {
        case Operation::add:
            return a + b;
        case Operation::subtract:
            return a - b;
        case Operation::multiply:
            return a * b;
        default:
            break;
    }
    if (sgn(b) == 0)
        fail_zero();
    const mpq_class quotient = a / b;
    if (operation == Operation::divide)
        return quotient;
    if (operation == Operation::quotient)
        return mpq_class{cut(quotient)};
    return a -
           b * mpq_class{operation == Operation::remainder ? cut(quotient) : floor_of(quotient)};
}

Value calculate_decimals(Operation operation, const Value& left, const Value& right)
{
    if (operation == Operation::divide)
        return divide_decimals(left, right, 0);
    const Decimal& a = *find<Decimal>(left);
    const Decimal& b = *find<Decimal>(right);
    if (operation == Operation::multiply)
        return data::make_native<Decimal>(a.unscaled() * b.unscaled(), a.scale() + b.scale());
    const std::int64_t scale = std::max(a.scale(), b.scale());
    const mpz_class x = a.unscaled() * power_of_ten(scale - a.scale());
    const mpz_class y = b.unscaled() * power_of_ten(scale - b.scale());
    if (operation == Operation::quotient)
        return data::make_native<Decimal>(calculate_whole(operation, x, y), 0);
    return data::make_native<Decimal>(calculate_whole(operation, x, y), scale);
}

/// One of the two is large, or both are integers whose result is.
Value calculate_large(Operation operation, const Value& a, const Value& b)
{
    if (a.is_real() || b.is_real())
        return calculate_reals(operation,
                               a.is_real() ? a.as_real() : large_to_real(a),
                               b.is_real() ? b.as_real() : large_to_real(b));
    if (is_decimal(a) || is_decimal(b))
        return calculate_decimals(operation, to_decimal(a), to_decimal(b));
    const auto x = to_big(a);
    const auto y = to_big(b);
    if (x && y && operation != Operation::divide)
        return make_big_integer(calculate_whole(operation, *x, *y));
    mpq_class result = calculate_rational(operation, *to_rational(a), *to_rational(b));
    result.canonicalize();
    const bool had_big = is_big_integer(a) || is_big_integer(b) || is_ratio(a) || is_ratio(b);
    if (result.get_den() == 1 && had_big)
        return make_big_integer(result.get_num());
    return make_rational(std::move(result));
}

int compare_large(const Value& a, const Value& b)
{
    for (const Value* each : {&a, &b})
        if (each->is_real() && !std::isfinite(each->as_real()))
            return compare_numbers(a.is_real() ? a : Value::real(large_to_real(a)),
                                   b.is_real() ? b : Value::real(large_to_real(b)));
    const int order = cmp(*to_rational(a), *to_rational(b));
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

bool is_digits(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Value parse_decimal(std::string_view body, bool negative)
{
    std::int64_t exponent = 0;
    const std::size_t e = body.find_first_of("eE");
    if (e != std::string_view::npos) {
        exponent = std::atoll(std::string{body.substr(e + 1)}.c_str());
        body = body.substr(0, e);
        if (exponent < -10'000 || exponent > 10'000)
            return {};
    }
    const std::size_t point = body.find('.');
    std::string digits{body.substr(0, point)};
    std::int64_t scale = 0;
    if (point != std::string_view::npos) {
        digits += body.substr(point + 1);
        scale = static_cast<std::int64_t>(body.size() - point - 1);
    }
    if (!is_digits(digits))
        return {};
    mpz_class number{digits, 10};
    return data::make_native<Decimal>(negative ? mpz_class{-number} : number, scale - exponent);
}

Value parse_large(std::string_view token)
{
    const bool negative = token.starts_with('-');
    std::string_view body = token;
    if (negative || body.starts_with('+'))
        body.remove_prefix(1);
    if (body.ends_with('M'))
        return parse_decimal(body.substr(0, body.size() - 1), negative);
    if (const std::size_t slash = body.find('/'); slash != std::string_view::npos) {
        const std::string over{body.substr(0, slash)};
        const std::string under{body.substr(slash + 1)};
        if (!is_digits(over) || !is_digits(under))
            return {};
        if (mpz_class{under, 10} == 0)
            fail_zero();
        mpq_class ratio{mpz_class{(negative ? "-" : "") + over, 10}, mpz_class{under, 10}};
        return make_rational(std::move(ratio));
    }
    if (body.ends_with('N'))
        body.remove_suffix(1);
    if (!is_digits(body))
        return {};
    return make_big_integer(mpz_class{(negative ? "-" : "") + std::string{body}, 10});
}

}  // namespace

void install_large_numbers()
{
    set_large_numbers({.is_large = is_large_number,
                       .calculate = calculate_large,
                       .compare = compare_large,
                       .parse = parse_large});
}

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#include "lang/core/large_numbers.hh"

#include "data/print.hh"
#include "lang/arithmetic.hh"
#include "lang/error.hh"

#include <charconv>
#include <cmath>

namespace reops::lang {

namespace {

mpz_class from_integer(std::int64_t value)
{
    mpz_class out;
    mpz_set_si(out.get_mpz_t(), value);  // long has 64 bits here
    return out;
}

std::uint32_t hash_text_of(const std::string& text)
{
    return Value::string(text).hash();
}

mpz_class power_of_ten(std::int64_t exponent)
{
    mpz_class out;
    mpz_ui_pow_ui(out.get_mpz_t(), 10, static_cast<unsigned long>(exponent));
    return out;
}

/// The number of decimal digits.
std::int64_t digits_of(const mpz_class& number)
{
    return static_cast<std::int64_t>(mpz_class{abs(number)}.get_str().size());
}

/// n / d, rounded half up (away from zero).
mpz_class divide_rounded(const mpz_class& n, const mpz_class& d)
{
    mpz_class quotient;
    mpz_class rest;
    mpz_tdiv_qr(quotient.get_mpz_t(), rest.get_mpz_t(), n.get_mpz_t(), d.get_mpz_t());
    if (2 * abs(rest) >= abs(d))
        quotient += (sgn(n) * sgn(d) < 0) ? -1 : 1;
    return quotient;
}

}  // namespace

bool is_large_number(const Value& value)
{
    const std::uint16_t id = class_id_of(value);
    return id == static_cast<std::uint16_t>(ClassId::big_integer) ||
           id == static_cast<std::uint16_t>(ClassId::ratio) ||
           id == static_cast<std::uint16_t>(ClassId::decimal);
}

bool BigInteger::equal_value(const Value& other) const
{
    if (other.is_integer())
        return number_ == from_integer(other.as_integer());
    const BigInteger* big = find<BigInteger>(other);
    return big != nullptr && big->number_ == number_;
}

/// 1 and 1N are equal, so they hash alike.
std::uint32_t BigInteger::hash_value() const
{
    if (number_.fits_slong_p())
        return Value::integer(number_.get_si()).hash();
    return hash_text_of(number_.get_str());
}

bool Ratio::equal(const data::Native& other) const
{
    return static_cast<const Ratio&>(other).number_ == number_;
}

std::uint32_t Ratio::hash_value() const
{
    return hash_text_of(number_.get_str());
}

bool Decimal::equal(const data::Native& other) const
{
    const auto& decimal = static_cast<const Decimal&>(other);
    return decimal.scale_ == scale_ ? decimal.unscaled_ == unscaled_
                                    : decimal.to_ratio() == to_ratio();
}

/// 1.0M and 1M are equal.
std::uint32_t Decimal::hash_value() const
{
    return hash_text_of(to_ratio().get_str());
}

mpq_class Decimal::to_ratio() const
{
    mpq_class out = scale_ >= 0 ? mpq_class{unscaled_, power_of_ten(scale_)}
                                : mpq_class{unscaled_ * power_of_ten(-scale_)};
    out.canonicalize();
    return out;
}

std::string Decimal::text() const
{
    std::string digits = mpz_class{abs(unscaled_)}.get_str();
    const std::string sign = sgn(unscaled_) < 0 ? "-" : "";
    if (scale_ <= 0)
        return sign + (scale_ == 0 ? digits : digits + "E+" + std::to_string(-scale_));
    const auto scale = static_cast<std::size_t>(scale_);
    if (digits.size() <= scale)
        digits.insert(0, scale - digits.size() + 1, '0');
    digits.insert(digits.size() - scale, ".");
    return sign + digits;
}

Value make_big_integer(mpz_class number)
{
    return data::make_native<BigInteger>(std::move(number));
}

Value make_rational(mpq_class number)
{
    number.canonicalize();
    if (number.get_den() == 1) {
        const mpz_class& whole = number.get_num();
        return whole.fits_slong_p() ? Value::integer(whole.get_si()) : make_big_integer(whole);
    }
    return data::make_native<Ratio>(std::move(number));
}

std::optional<mpz_class> to_big(const Value& value)
{
    if (value.is_integer())
        return from_integer(value.as_integer());
    if (const auto* big = find<BigInteger>(value))
        return big->number();
    return std::nullopt;
}

std::optional<mpq_class> to_rational(const Value& value)
{
    if (auto big = to_big(value))
        return mpq_class{*big};
    if (const auto* ratio = find<Ratio>(value))
        return ratio->number();
    if (const auto* decimal = find<Decimal>(value))
        return decimal->to_ratio();
    if (value.is_real() && std::isfinite(value.as_real()))
        return mpq_class{value.as_real()};
    return std::nullopt;
}

std::int64_t large_to_integer(const Value& value)
{
    const mpq_class number = *to_rational(value);
    const mpz_class whole = number.get_num() / number.get_den();  // cut towards zero
    if (!whole.fits_slong_p())
        fail(errors::illegal_argument,
             "expected an integer of 64 bits but got " + data::print(value));
    return whole.get_si();
}

namespace {

/// The nearest double; GMP's own conversion cuts.
double nearest(const mpz_class& number)
{
    const std::string digits = number.get_str();
    double out = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (error == std::errc::result_out_of_range)
        return number < 0 ? -HUGE_VAL : HUGE_VAL;
    return out;
}

/// As on the JVM: 16 decimal digits of the quotient, the last one rounded to even, then the double
/// that is nearest to them.
double nearest(const mpq_class& ratio)
{
    constexpr std::int64_t digits = 16;
    const mpz_class numerator = abs(ratio.get_num());
    std::int64_t scale = digits - digits_of(numerator) + digits_of(ratio.get_den());
    mpz_class quotient;
    for (;; --scale) {
        const mpz_class up = numerator * power_of_ten(std::max<std::int64_t>(scale, 0));
        const mpz_class down = ratio.get_den() * power_of_ten(std::max<std::int64_t>(-scale, 0));
        quotient = up / down;
        if (digits_of(quotient) > digits)
            continue;
        const mpz_class twice = 2 * (up - quotient * down);
        if (twice > down || (twice == down && mpz_odd_p(quotient.get_mpz_t()) != 0))
            ++quotient;
        break;
    }
    const std::string text = quotient.get_str() + "e" + std::to_string(-scale);
    double out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return ratio < 0 ? -out : out;
}

}  // namespace

double large_to_real(const Value& value)
{
    const mpq_class ratio = *to_rational(value);
    return ratio.get_den() == 1 ? nearest(mpz_class{ratio.get_num()}) : nearest(ratio);
}

Value to_decimal(const Value& value)
{
    if (is_decimal(value))
        return value;
    if (auto big = to_big(value))
        return data::make_native<Decimal>(std::move(*big), 0);
    if (value.is_real() && std::isfinite(value.as_real())) {
        std::string text = data::print(value);
        return large_numbers().parse(text + "M");
    }
    if (const auto* ratio = find<Ratio>(value))
        return divide_decimals(data::make_native<Decimal>(ratio->number().get_num(), 0),
                               data::make_native<Decimal>(ratio->number().get_den(), 0),
                               0);
    fail_type("a number", value, "`bigdec`");
}

Value round_decimal(const Value& value, std::int64_t precision)
{
    const auto* decimal = find<Decimal>(value);
    if (decimal == nullptr || precision <= 0)
        return value;
    const std::int64_t surplus = digits_of(decimal->unscaled()) - precision;
    if (surplus <= 0)
        return value;
    return data::make_native<Decimal>(divide_rounded(decimal->unscaled(), power_of_ten(surplus)),
                                      decimal->scale() - surplus);
}

Value divide_decimals(const Value& a, const Value& b, std::int64_t precision)
{
    const Decimal& x = *find<Decimal>(a);
    const Decimal& y = *find<Decimal>(b);
    if (sgn(y.unscaled()) == 0)
        fail(errors::arithmetic, "Divide by zero");
    const mpq_class exact = x.to_ratio() / y.to_ratio();
    if (precision > 0) {
        const std::int64_t whole = digits_of(mpz_class{exact.get_num() / exact.get_den()});
        const bool below_one = abs(exact.get_num()) < exact.get_den();
        const std::int64_t scale = precision - (below_one ? 0 : whole);
        const mpz_class scaled = scale >= 0 ? mpz_class{exact.get_num() * power_of_ten(scale)}
                                            : mpz_class{exact.get_num() / power_of_ten(-scale)};
        return data::make_native<Decimal>(divide_rounded(scaled, exact.get_den()), scale);
    }
    // Exact only when the denominator has no prime factor but 2 and 5.
    mpz_class den = exact.get_den();
    std::int64_t twos = 0;
    std::int64_t fives = 0;
    for (; mpz_divisible_ui_p(den.get_mpz_t(), 2) != 0; ++twos)
        den /= 2;
    for (; mpz_divisible_ui_p(den.get_mpz_t(), 5) != 0; ++fives)
        den /= 5;
    if (den != 1)
        fail(errors::arithmetic,
             "Non-terminating decimal expansion; no exact representable decimal result.",
             "say how many digits: (with-precision 10 (/ 1M 3M))");
    const std::int64_t scale =
        std::max(std::max(twos, fives), std::max<std::int64_t>(x.scale() - y.scale(), 0));
    return data::make_native<Decimal>(exact.get_num() * power_of_ten(scale) / exact.get_den(),
                                      scale);
}

}  // namespace reops::lang

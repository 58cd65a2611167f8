// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Big integers, ratios and decimals, with GMP: what arithmetic.hh leaves to others. Ratios
/// are in lowest terms and never whole; a decimal is an integer and a number of digits behind the
/// point.

#include "data/native.hh"
#include "data/value.hh"
#include "lang/class_id.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gmpxx.h>

namespace reops::lang {

using data::Value;

class BigInteger final : public data::Native {
public:
    static constexpr ClassId id = ClassId::big_integer;

    explicit BigInteger(mpz_class number)
        : Native(static_cast<std::uint16_t>(id)), number_(std::move(number))
    {
    }

    const mpz_class& number() const { return number_; }

    std::string_view type_name() const override { return "big integer"; }
    std::string print() const override { return number_.get_str() + "N"; }
    bool equal_value(const Value& other) const override;
    std::uint32_t hash_value() const override;

private:
    mpz_class number_;
};

class Ratio final : public data::Native {
public:
    static constexpr ClassId id = ClassId::ratio;

    explicit Ratio(mpq_class number)
        : Native(static_cast<std::uint16_t>(id)), number_(std::move(number))
    {
    }

    const mpq_class& number() const { return number_; }

    std::string_view type_name() const override { return "ratio"; }
    std::string print() const override { return number_.get_str(); }
    bool equal(const data::Native& other) const override;
    std::uint32_t hash_value() const override;

private:
    mpq_class number_;
};

class Decimal final : public data::Native {
public:
    static constexpr ClassId id = ClassId::decimal;

    Decimal(mpz_class unscaled, std::int64_t scale)
        : Native(static_cast<std::uint16_t>(id)), unscaled_(std::move(unscaled)), scale_(scale)
    {
    }

    const mpz_class& unscaled() const { return unscaled_; }
    std::int64_t scale() const { return scale_; }
    mpq_class to_ratio() const;
    /// Without the `M`.
    std::string text() const;

    std::string_view type_name() const override { return "decimal"; }
    std::string print() const override { return text() + "M"; }
    bool equal(const data::Native& other) const override;
    std::uint32_t hash_value() const override;

private:
    mpz_class unscaled_;
    std::int64_t scale_;
};

inline bool is_big_integer(const Value& value)
{
    return class_id_of(value) == static_cast<std::uint16_t>(ClassId::big_integer);
}
inline bool is_ratio(const Value& value)
{
    return class_id_of(value) == static_cast<std::uint16_t>(ClassId::ratio);
}
inline bool is_decimal(const Value& value)
{
    return class_id_of(value) == static_cast<std::uint16_t>(ClassId::decimal);
}
bool is_large_number(const Value& value);

Value make_big_integer(mpz_class number);
/// An integer of 64 bits, a BigInteger when it does not fit, or a Ratio.
Value make_rational(mpq_class number);

/// Any integer, 64 bits or more; nothing for other values.
std::optional<mpz_class> to_big(const Value& value);
/// Of integers, ratios and decimals; reals too when they are finite.
std::optional<mpq_class> to_rational(const Value& value);
/// Cut to 64 bits; throws IllegalArgumentException when it does not fit.
std::int64_t large_to_integer(const Value& value);
double large_to_real(const Value& value);
/// A decimal of a number; throws ClassCastException.
Value to_decimal(const Value& value);
/// `unscaled` with at most `precision` digits, rounded half up.
Value round_decimal(const Value& value, std::int64_t precision);
/// a / b to `precision` digits.
Value divide_decimals(const Value& a, const Value& b, std::int64_t precision);

/// Makes arithmetic.hh know them. Once, before any interpreter is made.
void install_large_numbers();

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
/// Questions about numbers, and their bits.
#include "data/print.hh"
#include "lang/arithmetic.hh"
#include "lang/core/conversions.hh"
#include "lang/core/large_numbers.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/task.hh"

#include <cmath>

namespace reops::lang {

namespace {

bool is_whole(const Value& value)
{
    return value.is_integer() || is_big_integer(value);
}

int sign_of(const Value& value, std::string_view role)
{
    if (value.is_integer()) [[likely]]
        return value.as_integer() < 0 ? -1 : value.as_integer() > 0 ? 1 : 0;
    if (value.is_nil())
        fail_nil("a number", role);
    if (!is_number(value))
        fail_type("a number", value, role);
    return compare_numbers(value, Value::integer(0));
}

Value is_zero(Task&, Arguments arguments)
{
    return to_value(sign_of(arguments[0], "`zero?`") == 0);
}
Value is_positive(Task&, Arguments arguments)
{
    return to_value(sign_of(arguments[0], "`pos?`") == 1);
}
Value is_negative(Task&, Arguments arguments)
{
    return to_value(sign_of(arguments[0], "`neg?`") == -1);
}

bool is_odd_number(const Value& value, std::string_view role)
{
    if (value.is_integer()) [[likely]]
        return (value.as_integer() & 1) != 0;
    if (const auto* big = find<BigInteger>(value))
        return mpz_odd_p(big->number().get_mpz_t()) != 0;
    fail(errors::illegal_argument,
         std::string{role} + " expected an integer but got " + data::print(value));
}
Value is_even(Task&, Arguments arguments)
{
    return to_value(!is_odd_number(arguments[0], "`even?`"));
}
Value is_odd(Task&, Arguments arguments)
{
    return to_value(is_odd_number(arguments[0], "`odd?`"));
}

Value is_number_value(Task&, Arguments arguments)
{
    return to_value(is_number(arguments[0]));
}
Value is_integer(Task&, Arguments arguments)
{
    return to_value(is_whole(arguments[0]));
}
Value is_int(Task&, Arguments arguments)
{
    return to_value(arguments[0].is_integer());
}
Value is_float(Task&, Arguments arguments)
{
    return to_value(arguments[0].is_real());
}
Value is_ratio_value(Task&, Arguments arguments)
{
    return to_value(is_ratio(arguments[0]));
}
Value is_rational(Task&, Arguments arguments)
{
    return to_value(arguments[0].is_integer() || is_large_number(arguments[0]));
}
Value is_decimal_value(Task&, Arguments arguments)
{
    return to_value(is_decimal(arguments[0]));
}
Value is_nat_int(Task&, Arguments arguments)
{
    return to_value(arguments[0].is_integer() && arguments[0].as_integer() >= 0);
}
Value is_pos_int(Task&, Arguments arguments)
{
    return to_value(arguments[0].is_integer() && arguments[0].as_integer() > 0);
}
Value is_neg_int(Task&, Arguments arguments)
{
    return to_value(arguments[0].is_integer() && arguments[0].as_integer() < 0);
}
Value is_nan(Task&, Arguments arguments)
{
    return to_value(std::isnan(need_magnitude(arguments[0], "`NaN?`")));
}
Value is_infinite(Task&, Arguments arguments)
{
    return to_value(std::isinf(need_magnitude(arguments[0], "`infinite?`")));
}

template <class Combine>
Value combine_bits(Arguments arguments, std::string_view role, Combine combine)
{
    std::int64_t result = need_exact_integer(arguments[0], role);
    for (const Value& next : arguments.subspan(1))
        result = combine(result, need_exact_integer(next, role));
    return Value::integer(result);
}
Value bit_and(Task&, Arguments arguments)
{
    return combine_bits(arguments, "`bit-and`", [](auto a, auto b) { return a & b; });
}
Value bit_or(Task&, Arguments arguments)
{
    return combine_bits(arguments, "`bit-or`", [](auto a, auto b) { return a | b; });
}
Value bit_xor(Task&, Arguments arguments)
{
    return combine_bits(arguments, "`bit-xor`", [](auto a, auto b) { return a ^ b; });
}
Value bit_and_not(Task&, Arguments arguments)
{
    return combine_bits(arguments, "`bit-and-not`", [](auto a, auto b) { return a & ~b; });
}
Value bit_not(Task&, Arguments arguments)
{
    return Value::integer(~need_exact_integer(arguments[0], "`bit-not`"));
}

/// A shift counts modulo 64, as on the JVM.
unsigned shift_of(const Value& value)
{
    return static_cast<unsigned>(need_exact_integer(value, "a shift") & 63);
}
Value shift_left(Task&, Arguments arguments)
{
    const auto bits =
        static_cast<std::uint64_t>(need_exact_integer(arguments[0], "`bit-shift-left`"));
    return Value::integer(static_cast<std::int64_t>(bits << shift_of(arguments[1])));
}
Value shift_right(Task&, Arguments arguments)
{
    return Value::integer(need_exact_integer(arguments[0], "`bit-shift-right`") >>
                          shift_of(arguments[1]));
}
Value shift_right_unsigned(Task&, Arguments arguments)
{
    const auto bits =
        static_cast<std::uint64_t>(need_exact_integer(arguments[0], "`unsigned-bit-shift-right`"));
    return Value::integer(static_cast<std::int64_t>(bits >> shift_of(arguments[1])));
}

std::int64_t bit_of(const Value& value)
{
    return static_cast<std::int64_t>(std::uint64_t{1} << shift_of(value));
}
Value bit_test(Task&, Arguments arguments)
{
    return to_value((need_exact_integer(arguments[0], "`bit-test`") & bit_of(arguments[1])) != 0);
}
Value bit_set(Task&, Arguments arguments)
{
    return Value::integer(need_exact_integer(arguments[0], "`bit-set`") | bit_of(arguments[1]));
}
Value bit_clear(Task&, Arguments arguments)
{
    return Value::integer(need_exact_integer(arguments[0], "`bit-clear`") & ~bit_of(arguments[1]));
}
Value bit_flip(Task&, Arguments arguments)
{
    return Value::integer(need_exact_integer(arguments[0], "`bit-flip`") ^ bit_of(arguments[1]));
}

constexpr Builtin tests[] = {
    pure("zero?", "[num]", "Is it 0?\n(zero? 0) ; => true", is_zero),
    pure("pos?", "[num]", "Is it greater than 0?\n(pos? 1) ; => true", is_positive),
    pure("neg?", "[num]", "Is it less than 0?\n(neg? -1) ; => true", is_negative),
    pure("even?", "[n]", "Is the integer even?\n(even? 2) ; => true", is_even),
    pure("odd?", "[n]", "Is the integer odd?\n(odd? 3) ; => true", is_odd),
    pure("number?", "[x]", "Is it a number?\n(number? 1.5) ; => true", is_number_value),
    pure("integer?", "[x]", "Is it an integer of any size?\n(integer? 1N) ; => true", is_integer),
    pure("int?", "[x]", "Is it an integer of 64 bits?\n(int? 1) ; => true", is_int),
    pure("float?", "[x]", "Is it a real?\n(float? 1.5) ; => true", is_float),
    pure("double?", "[x]", "Is it a real?\n(double? 1.5) ; => true", is_float),
    pure("ratio?", "[x]", "Is it a ratio?\n(ratio? 1/2) ; => true", is_ratio_value),
    pure("rational?",
         "[x]",
         "Is it exact: an integer, ratio or decimal?\n(rational? 1/2) ; => true",
         is_rational),
    pure("decimal?", "[x]", "Is it a decimal?\n(decimal? 1.5M) ; => true", is_decimal_value),
    pure("nat-int?", "[x]", "Is it an integer from 0 on?\n(nat-int? 0) ; => true", is_nat_int),
    pure("pos-int?", "[x]", "Is it an integer above 0?\n(pos-int? 1) ; => true", is_pos_int),
    pure("neg-int?", "[x]", "Is it an integer below 0?\n(neg-int? -1) ; => true", is_neg_int),
    pure("NaN?", "[num]", "Is it no number at all?\n(NaN? ##NaN) ; => true", is_nan),
    pure("infinite?", "[num]", "Is it infinite?\n(infinite? ##Inf) ; => true", is_infinite),
};

constexpr Builtin bits[] = {
    pure("bit-and", "[x y] [x y & more]", "Bits set in all.\n(bit-and 12 10) ; => 8", bit_and),
    pure("bit-or", "[x y] [x y & more]", "Bits set in any.\n(bit-or 12 10) ; => 14", bit_or),
    pure("bit-xor", "[x y] [x y & more]", "Bits that differ.\n(bit-xor 12 10) ; => 6", bit_xor),
    pure("bit-and-not",
         "[x y] [x y & more]",
         "Bits of the first that no other has.\n(bit-and-not 12 10) ; => 4",
         bit_and_not),
    pure("bit-not", "[x]", "All bits turned.\n(bit-not 5) ; => -6", bit_not),
    pure("bit-shift-left", "[x n]", "Bits moved up.\n(bit-shift-left 1 10) ; => 1024", shift_left),
    pure("bit-shift-right",
         "[x n]",
         "Bits moved down, the sign kept.\n(bit-shift-right -8 1) ; => -4",
         shift_right),
    pure("unsigned-bit-shift-right",
         "[x n]",
         "Bits moved down, zeros from above.\n(unsigned-bit-shift-right -1 60) ; => 15",
         shift_right_unsigned),
    pure("bit-test", "[x n]", "Is bit n set?\n(bit-test 5 0) ; => true", bit_test),
    pure("bit-set", "[x n]", "With bit n set.\n(bit-set 0 3) ; => 8", bit_set),
    pure("bit-clear", "[x n]", "With bit n cleared.\n(bit-clear 15 0) ; => 14", bit_clear),
    pure("bit-flip", "[x n]", "With bit n turned.\n(bit-flip 5 1) ; => 7", bit_flip),
};

}  // namespace

std::span<const Builtin> number_test_builtins()
{
    return tests;
}

std::span<const Builtin> bit_builtins()
{
    return bits;
}

}  // namespace reops::lang

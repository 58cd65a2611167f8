// SPDX-License-Identifier: Apache-2.0
/// The arithmetic functions. Calls with two arguments of these are mostly inlined
/// (nodes/inline.cc).
#include "data/print.hh"
#include "lang/arithmetic.hh"
#include "lang/core/conversions.hh"
#include "lang/core/large_numbers.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/outside.hh"
#include "lang/task.hh"

#include <charconv>
#include <cmath>
#include <limits>

namespace reops::lang {

namespace {

using Calculate = Value (*)(Operation, const Value&, const Value&);

void need_number(const Value& value, std::string_view role)
{
    if (is_number(value))
        return;
    if (value.is_nil())
        fail_nil("a number", role);
    fail_type("a number", value, role);
}

template <Operation operation, Calculate calculate_two>
Value fold(Arguments arguments, std::int64_t neutral, std::string_view role)
{
    if (arguments.empty())
        return Value::integer(neutral);
    need_number(arguments[0], role);
    Value result = take(arguments[0]);
    for (Value& next : arguments.subspan(1))
        result = calculate_two(operation, result, next);
    return result;
}

template <Operation operation, Calculate calculate_two>
Value fold_from(Arguments arguments, std::int64_t neutral, std::string_view role)
{
    need_number(arguments[0], role);
    if (arguments.size() == 1)
        return calculate_two(operation, Value::integer(neutral), arguments[0]);
    return fold<operation, calculate_two>(arguments, neutral, role);
}

Value plus(Task&, Arguments arguments)
{
    return fold<Operation::add, calculate>(arguments, 0, "`+`");
}
Value minus(Task&, Arguments arguments)
{
    return fold_from<Operation::subtract, calculate>(arguments, 0, "`-`");
}
Value times(Task&, Arguments arguments)
{
    return fold<Operation::multiply, calculate>(arguments, 1, "`*`");
}
Value divide(Task&, Arguments arguments)
{
    return fold_from<Operation::divide, calculate>(arguments, 1, "`/`");
}
Value plus_promoting(Task&, Arguments arguments)
{
    return fold<Operation::add, calculate_promoting>(arguments, 0, "`+'`");
}
Value minus_promoting(Task&, Arguments arguments)
{
    return fold_from<Operation::subtract, calculate_promoting>(arguments, 0, "`-'`");
}
Value times_promoting(Task&, Arguments arguments)
{
    return fold<Operation::multiply, calculate_promoting>(arguments, 1, "`*'`");
}
Value increment(Task&, Arguments arguments)
{
    return calculate(Operation::add, arguments[0], Value::integer(1));
}
Value decrement(Task&, Arguments arguments)
{
    return calculate(Operation::subtract, arguments[0], Value::integer(1));
}
Value increment_promoting(Task&, Arguments arguments)
{
    return calculate_promoting(Operation::add, arguments[0], Value::integer(1));
}
Value decrement_promoting(Task&, Arguments arguments)
{
    return calculate_promoting(Operation::subtract, arguments[0], Value::integer(1));
}

template <class Wrap>
Value wrapped(Arguments arguments, Wrap wrap)
{
    const auto a = static_cast<std::uint64_t>(need_whole(arguments[0], "an unchecked operation"));
    const auto b =
        arguments.size() == 1
            ? std::uint64_t{1}
            : static_cast<std::uint64_t>(need_whole(arguments[1], "an unchecked operation"));
    return Value::integer(static_cast<std::int64_t>(wrap(a, b)));
}
Value unchecked_add(Task&, Arguments arguments)
{
    return wrapped(arguments, [](auto a, auto b) { return a + b; });
}
Value unchecked_subtract(Task&, Arguments arguments)
{
    return wrapped(arguments, [](auto a, auto b) { return a - b; });
}
Value unchecked_multiply(Task&, Arguments arguments)
{
    return wrapped(arguments, [](auto a, auto b) { return a * b; });
}

Value quotient(Task&, Arguments arguments)
{
    return calculate(Operation::quotient, arguments[0], arguments[1]);
}
Value remainder(Task&, Arguments arguments)
{
    return calculate(Operation::remainder, arguments[0], arguments[1]);
}
Value modulo(Task&, Arguments arguments)
{
    return calculate(Operation::modulo, arguments[0], arguments[1]);
}

Value best(Arguments arguments, int wanted, std::string_view role)
{
    for (const Value& each : arguments)
        need_number(each, role);
    std::size_t found = 0;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i].is_real() && std::isnan(arguments[i].as_real()))
            return take(arguments[i]);
        if (compare_numbers(arguments[i], arguments[found]) == wanted)
            found = i;
    }
    return take(arguments[found]);
}
Value maximum(Task&, Arguments arguments)
{
    return best(arguments, 1, "`max`");
}
Value minimum(Task&, Arguments arguments)
{
    return best(arguments, -1, "`min`");
}

Value absolute(Task&, Arguments arguments)
{
    need_number(arguments[0], "`abs`");
    if (arguments[0].is_real())
        return Value::real(std::fabs(arguments[0].as_real()));
    if (arguments[0].is_integer() &&
        arguments[0].as_integer() == std::numeric_limits<std::int64_t>::min())
        return take(arguments[0]);
    if (compare_numbers(arguments[0], Value::integer(0)) >= 0)
        return take(arguments[0]);
    return calculate(Operation::subtract, Value::integer(0), arguments[0]);
}

Value to_int(Task&, Arguments arguments)
{
    const std::int64_t value = need_whole(arguments[0], "`int`");
    if (value < INT32_MIN || value > INT32_MAX)
        fail(errors::arithmetic,
             "integer overflow: `int` holds 32 bits but got " + std::to_string(value),
             "use long");
    return Value::integer(value);
}
Value to_long(Task&, Arguments arguments)
{
    return Value::integer(need_whole(arguments[0], "`long`"));
}
Value to_double(Task&, Arguments arguments)
{
    return Value::real(need_magnitude(arguments[0], "`double`"));
}
Value to_num(Task&, Arguments arguments)
{
    need_number(arguments[0], "`num`");
    return take(arguments[0]);
}

Value to_bigint(Task&, Arguments arguments)
{
    if (arguments[0].is_string()) {
        const std::string text{arguments[0].as_string()};
        mpz_class number;
        if (text.empty() || number.set_str(text, 10) != 0)
            fail(errors::number_format,
                 "`bigint` expected decimal digits but got " + data::print(arguments[0]));
        return make_big_integer(std::move(number));
    }
    const auto rational = to_rational(arguments[0]);
    if (!rational)
        fail_type("a number", arguments[0], "`bigint`");
    return make_big_integer(mpz_class{rational->get_num() / rational->get_den()});
}
Value to_bigdec(Task&, Arguments arguments)
{
    if (arguments[0].is_string()) {
        Value parsed = large_numbers().parse(std::string{arguments[0].as_string()} + "M");
        if (parsed.is_nil())
            fail(errors::number_format,
                 "`bigdec` expected a number but got " + data::print(arguments[0]));
        return parsed;
    }
    return to_decimal(arguments[0]);
}

Value numerator(Task&, Arguments arguments)
{
    const auto* ratio = find<Ratio>(arguments[0]);
    if (ratio == nullptr)
        fail_type("a ratio", arguments[0], "`numerator`");
    return make_rational(mpq_class{ratio->number().get_num()});
}
Value denominator(Task&, Arguments arguments)
{
    const auto* ratio = find<Ratio>(arguments[0]);
    if (ratio == nullptr)
        fail_type("a ratio", arguments[0], "`denominator`");
    return make_rational(mpq_class{ratio->number().get_den()});
}
/// The decimal text of a real decides, as on the JVM: 0.1 is 1/10.
Value rationalize(Task&, Arguments arguments)
{
    if (!arguments[0].is_real())
        return take(arguments[0]);
    const Value decimal = to_decimal(arguments[0]);
    mpq_class exact = *to_rational(decimal);
    exact.canonicalize();
    return exact.get_den() == 1 ? make_big_integer(exact.get_num()) : make_rational(exact);
}

Value round_to(Task&, Arguments arguments)
{
    return round_decimal(arguments[1], need_whole(arguments[0], "a precision"));
}
Value divide_to(Task&, Arguments arguments)
{
    return divide_decimals(to_decimal(arguments[1]),
                           to_decimal(arguments[2]),
                           need_whole(arguments[0], "a precision"));
}

const Value& need_text(const Value& value, std::string_view role)
{
    if (!value.is_string())
        fail(errors::illegal_argument,
             std::string{role} + " expected a string but got " + data::print(value));
    return value;
}

Value parse_long(Task&, Arguments arguments)
{
    std::string_view text = need_text(arguments[0], "`parse-long`").as_string();
    if (text.starts_with('+') && text.size() > 1 && text[1] != '-')
        text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return {};
    return Value::integer(number);
}
Value parse_double(Task&, Arguments arguments)
{
    const std::string_view text = need_text(arguments[0], "`parse-double`").as_string();
    if (text == "NaN")
        return Value::real(std::nan(""));
    if (text == "Infinity" || text == "-Infinity")
        return Value::real(text[0] == '-' ? -HUGE_VAL : HUGE_VAL);
    const std::size_t skip = text.starts_with('+') ? 1 : 0;
    if (text.size() <= skip || text.find_first_of("nNxX") != std::string_view::npos)
        return {};
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data() + skip, text.data() + text.size(), number);
    if (error == std::errc::invalid_argument || end != text.data() + text.size())
        return {};
    return Value::real(number);
}
Value parse_boolean(Task&, Arguments arguments)
{
    const std::string_view text = need_text(arguments[0], "`parse-boolean`").as_string();
    if (text == "true" || text == "false")
        return to_value(text == "true");
    return {};
}

std::uint64_t random_bits(Task& task)
{
    const Result<std::uint64_t> bits = task.interpreter().outside().random();
    if (!bits)
        fail(errors::illegal_state, bits.failure().message);
    return bits.value();
}
double random_real(Task& task)
{
    return static_cast<double>(random_bits(task) >> 11) * 0x1.0p-53;
}
Value random_number(Task& task, Arguments arguments)
{
    const double limit = arguments.empty() ? 1.0 : need_magnitude(arguments[0], "`rand`");
    return Value::real(random_real(task) * limit);
}
Value rand_int(Task& task, Arguments arguments)
{
    const auto limit = static_cast<double>(need_whole(arguments[0], "`rand-int`"));
    return Value::integer(static_cast<std::int64_t>(random_real(task) * limit));
}

constexpr Builtin table[] = {
    pure("+",
         "[] [x] [x y] [x y & more]",
         "The sum. Throws when 64 bits do not hold it; see `+'`.\n(+ 1 2) ; => 3",
         plus),
    pure("-",
         "[x] [x y] [x y & more]",
         "The difference, or the negative of one number.\n(- 5 2) ; => 3",
         minus),
    pure("*", "[] [x] [x y] [x y & more]", "The product.\n(* 2 3) ; => 6", times),
    pure("/",
         "[x] [x y] [x y & more]",
         "The quotient, exact for integers.\n(/ 6 4) ; => 3/2",
         divide),
    pure("+'",
         "[] [x] [x y] [x y & more]",
         "The sum, in a big integer when 64 bits do not hold it.\n(+' 9223372036854775807 1) ; => "
         "9223372036854775808N",
         plus_promoting),
    pure("-'",
         "[x] [x y] [x y & more]",
         "The difference, in a big integer when 64 bits do not hold it.\n(-' 5 2) ; => 3",
         minus_promoting),
    pure("*'",
         "[] [x] [x y] [x y & more]",
         "The product, in a big integer when 64 bits do not hold it.\n(*' 2 3) ; => 6",
         times_promoting),
    pure("inc", "[x]", "One more.\n(inc 1) ; => 2", increment),
    pure("dec", "[x]", "One less.\n(dec 1) ; => 0", decrement),
    pure(
        "inc'", "[x]", "One more, in a big integer at need.\n(inc' 1) ; => 2", increment_promoting),
    pure(
        "dec'", "[x]", "One less, in a big integer at need.\n(dec' 1) ; => 0", decrement_promoting),
    pure("unchecked-add",
         "[x y]",
         "The sum in 64 bits, wrapping around.\n(unchecked-add 1 2) ; => 3",
         unchecked_add),
    pure("unchecked-subtract",
         "[x y]",
         "The difference in 64 bits, wrapping around.\n(unchecked-subtract 3 2) ; => 1",
         unchecked_subtract),
    pure("unchecked-multiply",
         "[x y]",
         "The product in 64 bits, wrapping around.\n(unchecked-multiply 3 2) ; => 6",
         unchecked_multiply),
    pure("unchecked-inc",
         "[x]",
         "One more in 64 bits, wrapping around.\n(unchecked-inc 1) ; => 2",
         unchecked_add),
    pure("unchecked-dec",
         "[x]",
         "One less in 64 bits, wrapping around.\n(unchecked-dec 1) ; => 0",
         unchecked_subtract),
    pure("quot",
         "[num div]",
         "How many times the divisor fits, cut towards zero.\n(quot 7 2) ; => 3",
         quotient),
    pure("rem",
         "[num div]",
         "The rest of quot, with the sign of the dividend.\n(rem -7 2) ; => -1",
         remainder),
    pure("mod", "[num div]", "The rest, with the sign of the divisor.\n(mod -7 2) ; => 1", modulo),
    pure("max", "[x] [x y] [x y & more]", "The greatest number.\n(max 1 3 2) ; => 3", maximum),
    pure("min", "[x] [x y] [x y & more]", "The least number.\n(min 1 3 2) ; => 1", minimum),
    pure("abs", "[x]", "The magnitude.\n(abs -5) ; => 5", absolute),
    pure("int",
         "[x]",
         "An integer of 32 bits: cut, or the code of a character.\n(int 3.7) ; => 3",
         to_int),
    pure("long",
         "[x]",
         "An integer of 64 bits: cut, or the code of a character.\n(long 3.7) ; => 3",
         to_long),
    pure("unchecked-int", "[x]", "As long.\n(unchecked-int 3.7) ; => 3", to_long),
    pure("unchecked-long", "[x]", "As long.\n(unchecked-long 3.7) ; => 3", to_long),
    pure("short", "[x]", "As long.\n(short 3) ; => 3", to_long),
    pure("byte", "[x]", "As long.\n(byte 3) ; => 3", to_long),
    pure("double", "[x]", "The number as a real.\n(double 1) ; => 1.0", to_double),
    pure("float", "[x]", "The number as a real (64 bits).\n(float 1) ; => 1.0", to_double),
    pure("num", "[x]", "The number itself.\n(num 1) ; => 1", to_num),
    pure("bigint", "[x]", "The number as a big integer.\n(bigint 5) ; => 5N", to_bigint),
    pure("biginteger", "[x]", "The number as a big integer.\n(biginteger 5) ; => 5N", to_bigint),
    pure("bigdec", "[x]", "The number as a decimal.\n(bigdec 1.5) ; => 1.5M", to_bigdec),
    pure("numerator", "[r]", "The upper part of a ratio.\n(numerator 2/3) ; => 2", numerator),
    pure("denominator", "[r]", "The lower part of a ratio.\n(denominator 2/3) ; => 3", denominator),
    pure("rationalize",
         "[num]",
         "The number as an exact ratio.\n(rationalize 0.5) ; => 1/2",
         rationalize),
    pure("round-decimal*",
         "[precision x]",
         "A decimal rounded to a number of digits; behind `with-precision`.\n(round-decimal* 2 "
         "1.234M) ; => 1.2M",
         round_to),
    pure("divide-decimals*",
         "[precision x y]",
         "A quotient of decimals to a number of digits; behind "
         "`with-precision`.\n(divide-decimals* 3 1M 3M) ; => 0.333M",
         divide_to),
    pure("parse-long",
         "[s]",
         "The integer that a string spells, or nil.\n(parse-long \"42\") ; => 42",
         parse_long),
    pure("parse-double",
         "[s]",
         "The real that a string spells, or nil.\n(parse-double \"1.5\") ; => 1.5",
         parse_double),
    pure("parse-boolean",
         "[s]",
         "What \"true\" and \"false\" spell, or nil.\n(parse-boolean \"true\") ; => true",
         parse_boolean),
    pure("rand",
         "[] [n]",
         "A random real from 0 (inclusive) to n, or to 1.\n(< (rand) 1) ; => true",
         random_number),
    pure("rand-int",
         "[n]",
         "A random integer from 0 to n (exclusive).\n(rand-int 1) ; => 0",
         rand_int),
};

}  // namespace

std::span<const Builtin> arithmetic_builtins()
{
    return table;
}

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#include "lang/core/format.hh"

#include "data/print.hh"
#include "lang/core/conversions.hh"
#include "lang/core/large_numbers.hh"
#include "lang/core/utf8_text.hh"
#include "lang/error.hh"
#include "lang/task.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace reops::lang {

namespace {

constexpr std::size_t widest = 10'000;

/// One `%...` of a format string.
struct Directive {
    std::string_view text;
    std::size_t argument = 0;  ///< from 1; 0: the next one
    bool left = false, plus = false, space = false, zero = false, comma = false, paren = false,
         alternate = false;
    std::size_t width = 0;
    std::size_t precision = 0;
    bool has_precision = false;
    char conversion = '\0';
};

[[noreturn]] void fail_directive(const Directive& directive,
                                 const std::string& why,
                                 const ErrorClass& kind = errors::illegal_format)
{
    fail(kind, "`format` " + why + ": " + std::string{directive.text});
}

std::size_t read_number(std::string_view text, std::size_t& at)
{
    std::size_t number = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
        number = std::min(number * 10 + static_cast<std::size_t>(text[at] - '0'), widest);
    return number;
}

bool set_flag(Directive& directive, char c)
{
    switch (c) {
        case '-':
            return directive.left = true;
        case '+':
            return directive.plus = true;
        case ' ':
            return directive.space = true;
        case '0':
            return directive.zero = true;
        case ',':
            return directive.comma = true;
        case '(':
            return directive.paren = true;
        case '#':
            return directive.alternate = true;
        default:
            return false;
    }
}

/// Reads from behind the `%` at `at - 1`; leaves `at` behind the directive.
Directive read_directive(std::string_view text, std::size_t& at)
{
    const std::size_t begin = at - 1;
    Directive directive;
    std::size_t ahead = at;
    if (const std::size_t number = read_number(text, ahead);
        number > 0 && ahead < text.size() && text[ahead] == '$') {
        directive.argument = number;
        at = ahead + 1;
    }
    while (at < text.size() && set_flag(directive, text[at]))
        ++at;
    directive.width = read_number(text, at);
    if (at < text.size() && text[at] == '.') {
        ++at;
        directive.has_precision = true;
        directive.precision = read_number(text, at);
    }
    directive.text = text.substr(begin, std::min(at + 1, text.size()) - begin);
    if (at == text.size())
        fail_directive(directive, "expected a conversion such as %d or %s at the end");
    directive.conversion = text[at++];
    return directive;
}

std::string padded(std::string text, const Directive& directive)
{
    const std::size_t length = count_characters(text);
    if (length >= directive.width)
        return text;
    const std::string space(directive.width - length, ' ');
    return directive.left ? text + space : space + text;
}

std::string grouped(std::string digits)
{
    const std::size_t end = std::min(digits.find('.'), digits.size());
    for (std::size_t i = end; i > 3; i -= 3)
        digits.insert(i - 3, ",");
    return digits;
}

/// Sign, grouping and zeros around the digits of a magnitude.
std::string signed_number(std::string digits, bool negative, const Directive& directive)
{
    if (directive.comma)
        digits = grouped(std::move(digits));
    std::string sign = negative ? "-" : directive.plus ? "+" : directive.space ? " " : "";
    std::string end;
    if (negative && directive.paren) {
        sign = "(";
        end = ")";
    }
    const std::size_t length = sign.size() + digits.size() + end.size();
    if (directive.zero && length < directive.width)
        digits.insert(0, directive.width - length, '0');
    return padded(sign + digits + end, directive);
}

std::string format_integer(const Directive& directive, const Value& value)
{
    const auto big = to_big(value);
    if (!big)
        fail_directive(directive,
                       "expected an integer but got " + data::print(value) + " for",
                       errors::format_conversion);
    return signed_number(mpz_class{abs(*big)}.get_str(), sgn(*big) < 0, directive);
}

/// Negative numbers show their 64 bits.
std::string format_bits(const Directive& directive, const Value& value)
{
    const bool octal = directive.conversion == 'o';
    if (!value.is_integer())
        fail_directive(directive,
                       "expected an integer but got " + data::print(value) + " for",
                       errors::format_conversion);
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(),
                                            buffer.data() + buffer.size(),
                                            static_cast<std::uint64_t>(value.as_integer()),
                                            octal ? 8 : 16);
    std::string digits{buffer.data(), end};
    if (directive.alternate)
        digits.insert(0, octal ? "0" : "0x");
    if (directive.zero && digits.size() < directive.width)
        digits.insert(0, directive.width - digits.size(), '0');
    return padded(std::move(digits), directive);
}

/// Half up, from the shortest decimal text of the number, as Java does it.
std::string fixed_digits(const Value& decimal, std::size_t precision)
{
    const Decimal& number = *find<Decimal>(decimal);
    mpz_class unscaled = abs(number.unscaled());
    const auto wanted = static_cast<std::int64_t>(precision);
    mpz_class power;
    mpz_ui_pow_ui(
        power.get_mpz_t(), 10, static_cast<unsigned long>(std::abs(number.scale() - wanted)));
    if (number.scale() > wanted)
        unscaled = (unscaled + power / 2) / power;
    else
        unscaled *= power;
    std::string digits = unscaled.get_str();
    if (precision == 0)
        return digits;
    if (digits.size() <= precision)
        digits.insert(0, precision - digits.size() + 1, '0');
    return digits.insert(digits.size() - precision, ".");
}

std::string format_real(const Directive& directive, const Value& value)
{
    if (!value.is_real() && !is_decimal(value))
        fail_directive(directive,
                       "expected a real number but got " + data::print(value) + " for",
                       errors::format_conversion);
    const double real = need_magnitude(value, "`format`");
    if (!std::isfinite(real)) {
        Directive plain = directive;
        plain.zero = false;
        return padded(std::isnan(real) ? "NaN" : real < 0 ? "-Infinity" : "Infinity", plain);
    }
    const std::size_t precision = directive.has_precision ? directive.precision : 6;
    if (directive.conversion == 'f')
        return signed_number(
            fixed_digits(to_decimal(value), precision), std::signbit(real), directive);
    std::array<char, 64> shape{};
    std::snprintf(shape.data(),
                  shape.size(),
                  "%%.%zu%c",
                  std::min<std::size_t>(precision, 300),
                  directive.conversion);
    std::array<char, 512> buffer{};
    // NOLINTNEXTLINE: the format is made of a number and one letter just above
    const int length = std::snprintf(buffer.data(), buffer.size(), shape.data(), std::fabs(real));
    return signed_number(
        {buffer.data(), static_cast<std::size_t>(length)}, std::signbit(real), directive);
}

std::string format_string(Task& task, const Directive& directive, const Value& value)
{
    std::string text = value.is_nil() ? "null" : to_text(task, value);
    if (directive.conversion == 'S')
        text = to_upper(text);
    if (directive.has_precision)
        text =
            text.substr(0, offset_of(text, std::min(directive.precision, count_characters(text))));
    return padded(std::move(text), directive);
}

std::string format_one(Task& task, const Directive& directive, const Value& value)
{
    switch (directive.conversion) {
        case 's':
        case 'S':
            return format_string(task, directive, value);
        case 'd':
            return value.is_nil() ? padded("null", directive) : format_integer(directive, value);
        case 'x':
        case 'o':
            return format_bits(directive, value);
        case 'X':
            return to_upper(format_bits(directive, value));
        case 'f':
        case 'e':
        case 'g':
            return format_real(directive, value);
        case 'b':
            return padded(value.is_boolean() ? (value.as_boolean() ? "true" : "false")
                                             : (value.is_nil() ? "false" : "true"),
                          directive);
        case 'c':
            if (!value.is_character())
                fail_directive(directive,
                               "expected a character but got " + data::print(value) + " for",
                               errors::format_conversion);
            return padded(data::display(value), directive);
        case 'h':
            return padded(std::to_string(value.hash()), directive);
        default:
            fail_directive(directive, "does not know the conversion");
    }
}

}  // namespace

std::string format_text(Task& task, std::string_view pattern, Arguments values)
{
    std::string out;
    std::size_t next = 0;
    for (std::size_t at = 0; at < pattern.size();) {
        const char c = pattern[at++];
        if (c != '%') {
            out += c;
            continue;
        }
        const Directive directive = read_directive(pattern, at);
        if (directive.conversion == '%' || directive.conversion == 'n') {
            out += directive.conversion == '%' ? padded("%", directive) : "\n";
            continue;
        }
        const std::size_t index = directive.argument > 0 ? directive.argument - 1 : next++;
        if (index >= values.size())
            fail_directive(directive,
                           "got " + std::to_string(values.size()) + " values, too few for",
                           errors::missing_format);
        out += format_one(task, directive, values[index]);
    }
    return out;
}

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#include "data/number.hh"

#include <charconv>
#include <cstdint>

namespace reops::data {

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// What a double holds exactly; with a mantissa below 2^53 one division or multiplication then gives
// the correctly rounded result (Clinger 1990), which is the case for what sensors send.
constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// One pass over the characters; sums up digits while they fit.
struct Scanner {
    const char* at;
    const char* end;
    std::uint64_t mantissa = 0;
    bool exact = true;  ///< the mantissa holds all digits
    int exponent = 0;

    bool more() const { return at < end; }

    void digit()
    {
        const auto digit = static_cast<std::uint64_t>(*at - '0');
        constexpr std::uint64_t safe = 1'000'000'000'000'000'000;
        if (mantissa >= safe && mantissa > (UINT64_MAX - digit) / 10)
            exact = false;
        else
            mantissa = mantissa * 10 + digit;
        ++at;
    }

    bool fraction()
    {
        if (!more() || *at != '.')
            return false;
        if (at + 1 == end || !is_digit(at[1]))
            return false;
        for (++at; more() && is_digit(*at); --exponent)
            digit();
        return true;
    }

    bool power()
    {
        if (!more() || (*at != 'e' && *at != 'E'))
            return false;
        const char* digits = at + 1;
        const bool negative = digits < end && *digits == '-';
        if (digits < end && (*digits == '-' || *digits == '+'))
            ++digits;
        if (digits == end || !is_digit(*digits))
            return false;
        int value = 0;
        for (at = digits; more() && is_digit(*at); ++at)
            if (value < 100'000)
                value = value * 10 + (*at - '0');
        exponent += negative ? -value : value;
        return true;
    }
};

NumberFault convert_slowly(std::string_view text, bool tiny, double& real)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), real);
    if (error == std::errc{})
        return NumberFault::none;
    if (!tiny)
        return NumberFault::real_too_large;
    real = text.front() == '-' ? -0.0 : 0.0;
    return NumberFault::none;
}

}  // namespace

ScannedNumber scan_number(std::string_view text)
{
    const char* begin = text.data();
    Scanner scan{begin, begin + text.size()};
    const bool negative = scan.more() && *scan.at == '-';
    if (negative)
        ++scan.at;
    const auto taken = [&] { return static_cast<std::size_t>(scan.at - begin); };
    if (!scan.more() || !is_digit(*scan.at))
        return {{}, taken(), NumberFault::not_a_number};
    if (*scan.at == '0')
        scan.digit();
    else
        while (scan.more() && is_digit(*scan.at))
            scan.digit();
    const bool has_fraction = scan.fraction();
    const bool has_power = scan.power();
    if (!has_fraction && !has_power) {
        const std::uint64_t limit = std::uint64_t{INT64_MAX} + (negative ? 1 : 0);
        if (!scan.exact || scan.mantissa > limit)
            return {{}, taken(), NumberFault::integer_too_large};
        const std::uint64_t bits = negative ? 0 - scan.mantissa : scan.mantissa;
        return {Value::integer(static_cast<std::int64_t>(bits)), taken()};
    }
    double real = 0;
    if (scan.exact && scan.mantissa < std::uint64_t{1} << 53 && scan.exponent >= -22 &&
        scan.exponent <= 22) {
        real = static_cast<double>(scan.mantissa);
        real = scan.exponent < 0 ? real / powers_of_ten[-scan.exponent]
                                 : real * powers_of_ten[scan.exponent];
        real = negative ? -real : real;
    } else if (const NumberFault fault =
                   convert_slowly(text.substr(0, taken()), scan.exponent < 0, real);
               fault != NumberFault::none) {
        return {{}, taken(), fault};
    }
    return {Value::real(real), taken()};
}

}  // namespace reops::data

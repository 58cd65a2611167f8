// SPDX-License-Identifier: Apache-2.0
#include "data/number.hh"
#include "data/parser.hh"
#include "data/utf8.hh"

#include <charconv>
#include <cmath>
#include <optional>

namespace reops::data {

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr std::string_view int64_range = "(-9223372036854775808 to 9223372036854775807)";

/// What a token of digits is, by its looks.
enum class Looks { integer, real, ratio, big_integer, decimal, nothing };

/// Digits first, then any of fraction, exponent, ratio, N, M.
Looks looks_of(std::string_view digits)
{
    std::size_t at = 0;
    const auto skip_digits = [&] {
        const std::size_t before = at;
        while (at < digits.size() && is_digit(digits[at]))
            ++at;
        return at > before;
    };
    skip_digits();
    if (at == digits.size())
        return Looks::integer;
    if (digits[at] == '/')
        return ++at, skip_digits() && at == digits.size() ? Looks::ratio : Looks::nothing;
    if (digits.substr(at) == "N")
        return Looks::big_integer;
    if (digits[at] == '.') {
        ++at;
        skip_digits();
    }
    if (at < digits.size() && (digits[at] == 'e' || digits[at] == 'E')) {
        ++at;
        if (at < digits.size() && (digits[at] == '+' || digits[at] == '-'))
            ++at;
        if (!skip_digits())
            return Looks::nothing;
    }
    if (digits.substr(at) == "M")
        return Looks::decimal;
    return at == digits.size() ? Looks::real : Looks::nothing;
}

}  // namespace

std::string_view Parser::token_at(std::size_t begin) const
{
    std::size_t end = begin;
    while (end < text_.size() && !ends_token(text_[end]))
        ++end;
    return text_.substr(begin, end - begin);
}

bool Parser::parse_token(Form& out)
{
    const std::string_view token = token_at(at_);
    if (token.starts_with(byte_order_mark))
        return fail("a byte order mark stands only at the begin of a text", at_, token.size());
    const bool is_signed = token.size() > 1 && (token[0] == '+' || token[0] == '-');
    bool good = false;
    if (is_digit(token[is_signed ? 1 : 0]))
        good = parse_number(token, out.value);
    else if (token[0] == ':')
        good = parse_keyword(token, out.value);
    else
        good = parse_symbol(token, out.value);
    at_ += token.size();
    return good;
}

bool Parser::parse_number(std::string_view token, Value& out)
{
    // Nearly all are plain decimals; the rest, and the mistakes, take the long way.
    ScannedNumber plain = scan_number(token);
    if (plain.bytes == token.size() && plain.fault == NumberFault::none) {
        out = std::move(plain.value);
        return true;
    }
    const std::string_view digits = token.substr(is_digit(token[0]) ? 0 : 1);
    if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
        return parse_integer(token, digits.substr(2), 16, out);
    const std::size_t r = digits.find_first_of("rR");
    if (r == 1 || r == 2) {
        const int base = r == 1 ? digits[0] - '0' : (digits[0] - '0') * 10 + (digits[1] - '0');
        if (base < 2 || base > 36)
            return fail("expected a radix from 2 to 36 but got " + std::string{digits.substr(0, r)},
                        at_,
                        token.size());
        return parse_integer(token, digits.substr(r + 1), base, out);
    }
    switch (looks_of(digits)) {
        case Looks::integer:
            return parse_integer(
                token, digits, digits.size() > 1 && digits[0] == '0' ? 8 : 10, out);
        case Looks::real:
            return parse_real(token, out);
        case Looks::ratio:
            return parse_other_number(token, "ratios", out);
        case Looks::big_integer:
            return parse_other_number(token, "big integers", out);
        case Looks::decimal:
            return parse_other_number(token, "decimals", out);
        case Looks::nothing:
            break;
    }
    return fail("expected a number but found `" + std::string{token} + "`", at_, token.size());
}

bool Parser::parse_other_number(std::string_view token, std::string_view what, Value& out)
{
    if (dialect_.hooks != nullptr && dialect_.hooks->number) {
        if (std::optional<Value> made = dialect_.hooks->number(token)) {
            out = std::move(*made);
            return true;
        }
    }
    return fail(
        std::string{what} + " are not supported: `" + std::string{token} + "`", at_, token.size());
}

bool Parser::parse_integer(std::string_view token, std::string_view digits, int base, Value& out)
{
    const std::string text = (token[0] == '-' ? "-" : "") + std::string{digits};
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error == std::errc::result_out_of_range && base == 10 && dialect_.hooks != nullptr)
        return parse_other_number(token, "integers beyond 64 bits", out);
    if (error == std::errc::result_out_of_range)
        return fail("the integer `" + std::string{token} + "` is beyond 64 bits " +
                        std::string{int64_range},
                    at_,
                    token.size());
    if (error != std::errc{} || end != text.data() + text.size())
        return fail("expected a number but found `" + std::string{token} + "`" +
                        (base == 8 ? ", which is octal as it begins with 0" : ""),
                    at_,
                    token.size());
    out = Value::integer(value);
    return true;
}

bool Parser::parse_real(std::string_view token, Value& out)
{
    const std::string_view text = token.substr(token[0] == '+' ? 1 : 0);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) {
        // Too large and too small look the same here; strings like 1e-400 have a minus behind the
        // e.
        const std::size_t e = text.find_first_of("eE");
        const bool tiny = e != std::string_view::npos
                              ? text.find('-', e) != std::string_view::npos
                              : text.find_first_not_of("-0") == text.find('.');
        if (!tiny)
            return fail(
                "the number `" + std::string{token} + "` is beyond what a double holds (1.8E308)",
                at_,
                token.size());
        value = text[0] == '-' ? -0.0 : 0.0;
    }
    out = Value::real(value);
    return true;
}

Value Parser::name_value(Kind kind, std::string_view name) const
{
    if (kind == Kind::keyword)
        return dialect_.code ? Value::keyword(name) : Value::outside_keyword(name);
    return dialect_.code ? Value::symbol(name) : Value::outside_symbol(name);
}

/// Of a symbol, or of a keyword without its colon.
bool Parser::check_name(std::string_view name, std::size_t offset)
{
    const std::size_t slash = name.find('/');
    const std::string_view local =
        slash == std::string_view::npos || name == "/" ? name : name.substr(slash + 1);
    const bool good = !name.empty() && (slash != 0 || name == "/") && !local.empty() &&
                      (local == "/" || local.find('/') == std::string_view::npos) &&
                      name.back() != ':' && name.find("::") == std::string_view::npos &&
                      name.find(":/") == std::string_view::npos;
    return good || fail("expected a name or `namespace/name` but found `" + std::string{name} + "`",
                        offset,
                        name.size());
}

bool Parser::parse_keyword(std::string_view token, Value& out)
{
    const bool current = token.starts_with("::");
    if (token.size() == (current ? 2U : 1U))
        return fail("expected a name after `" + std::string{token} + "`", at_, token.size());
    if (current && !dialect_.code)
        return fail("`" + std::string{token} + "` stands for a namespace, which data does not have",
                    at_,
                    token.size());
    const std::size_t colons = current ? 2 : 1;
    if (!check_name(token.substr(colons), at_ + colons))
        return false;
    if (current && dialect_.hooks != nullptr && dialect_.hooks->current_keyword) {
        if (std::optional<Value> made = dialect_.hooks->current_keyword(token.substr(2))) {
            out = std::move(*made);
            return true;
        }
        return fail(
            "no namespace has the alias in `" + std::string{token} + "`", at_, token.size());
    }
    out = name_value(Kind::keyword, token.substr(1));
    return true;
}

bool Parser::parse_symbol(std::string_view token, Value& out)
{
    if (token == "nil")
        out = Value{};
    else if (token == "true" || token == "false")
        out = Value::boolean(token == "true");
    else if (arguments_.inside && token[0] == '%')
        return argument_name(token, out);
    else if (!check_name(token, at_))
        return false;
    else
        out = name_value(Kind::symbol, token);
    return true;
}

bool Parser::parse_character(Value& out)
{
    const std::size_t begin = at_;
    const DecodedCharacter first = decode_utf8(text_.substr(at_ + 1));
    if (first.bytes == 0)
        return fail_unfinished("expected a character after `\\` but the text ends", begin, 1);
    std::size_t end = at_ + 1 + first.bytes;
    while (end < text_.size() && !ends_token(text_[end]))
        ++end;
    const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end;
    if (name.size() == first.bytes) {
        out = Value::character(first.character);
        return true;
    }
    struct Named {
        std::string_view name;
        char32_t character;
    };
    static constexpr Named named[] = {{"newline", U'\n'},
                                      {"space", U' '},
                                      {"tab", U'\t'},
                                      {"return", U'\r'},
                                      {"backspace", U'\b'},
                                      {"formfeed", U'\f'}};
    for (const Named& known : named)
        if (known.name == name) {
            out = Value::character(known.character);
            return true;
        }
    const bool unicode = name[0] == 'u' && name.size() == 5;
    const bool octal = name[0] == 'o' && name.size() >= 2 && name.size() <= 4;
    unsigned code = 0;
    const auto [stop, error] =
        std::from_chars(name.data() + 1, name.data() + name.size(), code, unicode ? 16 : 8);
    const bool whole = error == std::errc{} && stop == name.data() + name.size();
    if ((unicode && whole && (code < 0xd800 || code > 0xdfff)) ||
        (octal && whole && code <= 0377)) {
        out = Value::character(code);
        return true;
    }
    return fail("no character is named `\\" + std::string{name} + "`",
                begin,
                end - begin,
                "one character after `\\`, or \\newline \\space \\tab \\return \\backspace "
                "\\formfeed \\u20ac \\o101");
}

bool Parser::parse_string(Value& out)
{
    const std::size_t begin = at_++;
    std::size_t plain = at_;
    while (plain < text_.size() && text_[plain] != '"' && text_[plain] != '\\')
        ++plain;
    if (plain < text_.size() && text_[plain] == '"') {
        out = Value::string(text_.substr(at_, plain - at_));
        at_ = plain + 1;
        return true;
    }
    std::string text{text_.substr(at_, plain - at_)};
    at_ = plain;
    while (!at_end() && text_[at_] != '"') {
        if (text_[at_] != '\\') {
            text += text_[at_++];
            continue;
        }
        if (at_ + 1 == text_.size())
            break;
        if (!parse_escape(text))
            return false;
    }
    if (at_end() || text_[at_] != '"')
        return fail_unfinished(
            "the string is not closed: expected `\"` but the text ends", begin, 1);
    ++at_;
    out = Value::string(text);
    return true;
}

bool Parser::parse_escape(std::string& out)
{
    static constexpr std::string_view letters = "\"\\nrtbf";
    static constexpr std::string_view meanings = "\"\\\n\r\t\b\f";
    const char c = text_[at_ + 1];
    if (c == 'u')
        return parse_unicode(out);
    if (c >= '0' && c <= '7') {
        unsigned code = 0;
        std::size_t end = at_ + 1;
        for (; end < text_.size() && end < at_ + 4 && text_[end] >= '0' && text_[end] <= '7'; ++end)
            code = code * 8 + static_cast<unsigned>(text_[end] - '0');
        if (code > 0377)
            return fail("expected an octal escape up to `\\377`", at_, end - at_);
        append_utf8(out, code);
        at_ = end;
        return true;
    }
    const std::size_t which = letters.find(c);
    if (which == std::string_view::npos)
        return fail(
            "no escape begins with `\\" +
                std::string{text_.substr(at_ + 1, decode_utf8(text_.substr(at_ + 1)).bytes)} + "`",
            at_,
            2,
            R"(in a string: \" \\ \n \r \t \b \f \u20ac; in a pattern, #"\d", all are allowed)");
    out += meanings[which];
    at_ += 2;
    return true;
}

bool Parser::parse_hex(char32_t& out)
{
    const std::string_view digits = text_.substr(at_ + 2, 4);
    unsigned code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() < 4 || error != std::errc{} || end != digits.data() + 4)
        return fail("expected four hexadecimal digits after `\\u`", at_, 2);
    out = code;
    at_ += 6;
    return true;
}

bool Parser::parse_unicode(std::string& out)
{
    const std::size_t begin = at_;
    char32_t c = 0;
    if (!parse_hex(c))
        return false;
    if (c >= 0xd800 && c < 0xdc00 && peek() == '\\' && peek(1) == 'u') {
        char32_t low = 0;
        if (!parse_hex(low))
            return false;
        if (low >= 0xdc00 && low < 0xe000) {
            append_utf8(out, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
            return true;
        }
    }
    if (c >= 0xd800 && c < 0xe000)
        return fail("half of a surrogate pair is not a character", begin, at_ - begin);
    append_utf8(out, c);
    return true;
}

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#include "data/json.hh"
#include "data/map.hh"
#include "data/number.hh"
#include "data/read_error.hh"
#include "data/utf8.hh"
#include "data/vector.hh"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

namespace reops::data {

namespace {

/// Levels that the stack certainly holds, whatever the caller allows.
constexpr std::size_t most_levels = 1000;

bool is_bare_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

bool is_bare_part(char c)
{
    return is_bare_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/// Recursive descent over one text. Functions return false once error_ is set.
class JsonParser {
public:
    JsonParser(std::string_view text, ReadLimits limits, bool loose)
        : text_(text),
          limits_(limits),
          loose_(loose),
          at_(text.data()),
          end_(text.data() + text.size())
    {
    }

    Result<Value> parse()
    {
        Value value;
        if (text_.size() > limits_.bytes)
            return Failure{Code::invalid_argument,
                           "the text is " + std::to_string(text_.size()) + " bytes, the limit is " +
                               std::to_string(limits_.bytes) + " bytes"};
        if (!parse_value(value) || !expect_end())
            return to_failure(error_);
        return value;
    }

private:
    bool parse_value(Value& out);
    bool parse_word(Value& out);
    bool parse_number(Value& out);
    bool parse_array(Value& out);
    bool parse_object(Value& out);
    bool parse_key(Value& out);
    /// The bytes between the quotes: of the text itself, or of scratch_ when there are escapes.
    bool parse_string(std::string_view& out);
    bool parse_escaped(char quote, std::string_view& out);
    bool parse_escape();
    bool parse_unicode_escape();
    bool parse_hex(char32_t& out);
    bool check_utf8(std::string_view bytes);
    bool expect_end();
    bool enter();

    void skip_space()
    {
        while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r'))
            ++at_;
    }
    bool is_quote(char c) const { return c == '"' || (loose_ && c == '\''); }

    bool fail(std::string message, const char* from, const char* to, std::string hint = {});
    bool fail_expected(std::string_view expected);

    std::string_view text_;
    ReadLimits limits_;
    bool loose_;
    const char* at_;
    const char* end_;
    std::size_t depth_ = 0;
    std::string scratch_;
    ReadError error_;
};

bool JsonParser::fail(std::string message, const char* from, const char* to, std::string hint)
{
    const auto offset = static_cast<std::size_t>(from - text_.data());
    error_.message = std::move(message);
    error_.span = span_of(text_, offset, static_cast<std::size_t>(to - from));
    error_.hint = std::move(hint);
    return false;
}

/// "expected X but found Y", where Y is the word or character at hand.
bool JsonParser::fail_expected(std::string_view expected)
{
    const std::string begin = "expected " + std::string{expected} + " but ";
    if (at_ == end_)
        return fail(begin + "the text ends", at_, at_);
    const char* to = at_;
    while (to < end_ && is_bare_part(*to) && to - at_ < 30)
        ++to;
    const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
    if (to == at_) {
        const DecodedCharacter next = decode_utf8(rest);
        if (next.bytes == 0)
            return fail("the text is not UTF-8", at_, at_ + 1);
        if (next.character < 0x20 || next.character == 0x7f)
            return fail(begin + "found a control character", at_, at_ + 1);
        to = at_ + next.bytes;
    }
    return fail(begin + "found `" + std::string{at_, to} + "`", at_, to);
}

bool JsonParser::enter()
{
    const std::size_t most = std::min(limits_.depth, most_levels);
    if (depth_ < most) {
        ++depth_;
        ++at_;
        return true;
    }
    return fail(
        "nested deeper than the limit of " + std::to_string(most) + " levels", at_, at_ + 1);
}

bool JsonParser::expect_end()
{
    skip_space();
    return at_ == end_ || fail_expected("the end of the text");
}

bool JsonParser::parse_value(Value& out)
{
    skip_space();
    if (at_ == end_)
        return fail_expected("a value");
    const char c = *at_;
    if (c == '{')
        return parse_object(out);
    if (c == '[')
        return parse_array(out);
    if (c == '-' || (c >= '0' && c <= '9'))
        return parse_number(out);
    if (!is_quote(c))
        return parse_word(out);
    std::string_view bytes;
    if (!parse_string(bytes))
        return false;
    out = Value::string(bytes);
    return true;
}

bool JsonParser::parse_word(Value& out)
{
    const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
    const auto is_word = [&](std::string_view word) {
        return rest.starts_with(word) &&
               (rest.size() == word.size() || !is_bare_part(rest[word.size()]));
    };
    if (is_word("true")) {
        out = Value::boolean(true);
        at_ += 4;
        return true;
    }
    if (is_word("false")) {
        out = Value::boolean(false);
        at_ += 5;
        return true;
    }
    if (is_word("null")) {
        out = Value{};
        at_ += 4;
        return true;
    }
    if (is_word("NaN") || is_word("Infinity"))
        return fail(
            "`" + std::string{rest.substr(0, rest[0] == 'N' ? 3 : 8)} + "` is not a number in JSON",
            at_,
            at_ + (rest[0] == 'N' ? 3 : 8));
    return fail_expected("a value");
}

bool JsonParser::parse_number(Value& out)
{
    const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
    ScannedNumber number = scan_number(rest);
    const char* from = at_;
    at_ += number.bytes;
    switch (number.fault) {
        case NumberFault::none:
            break;
        case NumberFault::integer_too_large:
            return fail(
                "the whole number is beyond 64 bits (-9223372036854775808 to "
                "9223372036854775807)",
                from,
                at_);
        case NumberFault::real_too_large:
            return fail("the number is beyond what a double holds (1.8E308)", from, at_);
        case NumberFault::not_a_number:
            if (rest.starts_with("-Infinity") || rest.starts_with("-NaN"))
                return fail("`" + std::string{rest.substr(0, rest[1] == 'I' ? 9 : 4)} +
                                "` is not a number in JSON",
                            from,
                            from + (rest[1] == 'I' ? 9 : 4));
            return fail_expected("a digit");
    }
    if (at_ < end_ && is_bare_part(*at_)) {
        const bool zero = number.value == Value::integer(0) && *at_ >= '0' && *at_ <= '9';
        return zero ? fail("a number does not begin with 0 unless it is 0 or a fraction", from, at_)
                    : fail_expected("the end of the number");
    }
    out = std::move(number.value);
    return true;
}

bool JsonParser::parse_array(Value& out)
{
    if (!enter())
        return false;
    VectorBuilder builder;
    skip_space();
    if (at_ < end_ && *at_ == ']') {
        ++at_;
        --depth_;
        out = builder.finish();
        return true;
    }
    for (;;) {
        Value element;
        if (!parse_value(element))
            return false;
        builder.push_back(std::move(element));
        skip_space();
        if (at_ < end_ && *at_ == ',') {
            ++at_;
            continue;
        }
        if (at_ == end_ || *at_ != ']')
            return fail_expected("`,` or `]`");
        ++at_;
        --depth_;
        out = builder.finish();
        return true;
    }
}

bool JsonParser::parse_object(Value& out)
{
    if (!enter())
        return false;
    MapBuilder builder;
    skip_space();
    if (at_ < end_ && *at_ == '}') {
        ++at_;
        --depth_;
        out = builder.finish();
        return true;
    }
    for (;;) {
        Value key;
        Value value;
        skip_space();
        if (!parse_key(key))
            return false;
        skip_space();
        if (at_ == end_ || *at_ != ':')
            return fail_expected("`:`");
        ++at_;
        if (!parse_value(value))
            return false;
        builder.set(std::move(key), std::move(value));
        if (builder.most_alike() > MapBuilder::alike_limit)
            return fail("over " + std::to_string(MapBuilder::alike_limit) +
                            " keys have one hash value, which does not happen by chance",
                        at_,
                        at_);
        skip_space();
        if (at_ < end_ && *at_ == ',') {
            ++at_;
            continue;
        }
        if (at_ == end_ || *at_ != '}')
            return fail_expected("`,` or `}`");
        ++at_;
        --depth_;
        out = builder.finish();
        return true;
    }
}

bool JsonParser::parse_key(Value& out)
{
    if (at_ < end_ && is_quote(*at_)) {
        std::string_view bytes;
        if (!parse_string(bytes))
            return false;
        out = Value::outside_keyword(bytes);
        return true;
    }
    if (at_ == end_ || !is_bare_letter(*at_))
        return fail_expected("a key in quotes");
    const char* to = at_;
    while (to < end_ && is_bare_part(*to))
        ++to;
    const std::string_view word{at_, static_cast<std::size_t>(to - at_)};
    if (!loose_)
        return fail("expected a key in quotes but found `" + std::string{word.substr(0, 30)} + "`",
                    at_,
                    to);
    out = Value::outside_keyword(word);
    at_ = to;
    return true;
}

/// Marks (in the high bit of their byte) a quote, a backslash, a control character or a byte over
/// 0x7f. The lowest mark is right; those above it may be false, as borrows run upwards.
std::uint64_t special_bytes(std::uint64_t word, char quote)
{
    constexpr std::uint64_t ones = 0x0101010101010101ULL;
    constexpr std::uint64_t highs = 0x8080808080808080ULL;
    const auto zeros = [](std::uint64_t w) { return (w - ones) & ~w & highs; };
    const std::uint64_t quotes = word ^ (ones * static_cast<unsigned char>(quote));
    const std::uint64_t slashes = word ^ (ones * 0x5cU);
    const std::uint64_t controls = (word - ones * 0x20) & ~word & highs;
    return zeros(quotes) | zeros(slashes) | controls | (word & highs);
}

bool JsonParser::parse_string(std::string_view& out)
{
    const char quote = *at_;
    const char* begin = at_ + 1;
    const char* at = begin;
    bool ascii = true;
    for (;;) {
        while (end_ - at >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, 8);
            const std::uint64_t special = special_bytes(word, quote);
            if (special != 0) {
                at += std::countr_zero(special) / 8;
                break;
            }
            at += 8;
        }
        if (at == end_)
            return fail("the text ends inside a string", at_, end_);
        const auto c = static_cast<unsigned char>(*at);
        if (*at == quote)
            break;
        if (c == '\\') {
            if (!ascii && !check_utf8({begin, static_cast<std::size_t>(at - begin)}))
                return false;
            scratch_.assign(begin, at);
            at_ = at;
            return parse_escaped(quote, out);
        }
        if (c < 0x20)
            return fail("a control character in a string; it is written with a backslash there",
                        at,
                        at + 1);
        ascii = ascii && c < 0x80;
        ++at;
    }
    out = {begin, static_cast<std::size_t>(at - begin)};
    at_ = at + 1;
    return ascii || check_utf8(out);
}

/// From the first backslash on; scratch_ holds what came before.
bool JsonParser::parse_escaped(char quote, std::string_view& out)
{
    while (at_ < end_ && *at_ != quote) {
        if (*at_ == '\\') {
            if (!parse_escape())
                return false;
            continue;
        }
        const auto c = static_cast<unsigned char>(*at_);
        if (c < 0x20)
            return fail("a control character in a string; it is written with a backslash there",
                        at_,
                        at_ + 1);
        const DecodedCharacter next = decode_utf8({at_, static_cast<std::size_t>(end_ - at_)});
        if (next.bytes == 0)
            return fail("the text is not UTF-8", at_, at_ + 1);
        scratch_.append(at_, next.bytes);
        at_ += next.bytes;
    }
    if (at_ == end_)
        return fail("the text ends inside a string", at_, at_);
    ++at_;
    out = scratch_;
    return true;
}

bool JsonParser::parse_escape()
{
    if (at_ + 1 == end_)
        return fail("the text ends inside a string", at_, end_);
    static constexpr std::string_view letters = "\"\\/bfnrt'";
    static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t'";
    const char c = at_[1];
    if (c == 'u')
        return parse_unicode_escape();
    const std::size_t which = letters.find(c);
    if (which == std::string_view::npos || (c == '\'' && !loose_))
        return fail(R"(expected one of `\" \\ \/ \b \f \n \r \t \uXXXX` after a backslash)",
                    at_,
                    std::min(at_ + 2, end_));
    scratch_ += meanings[which];
    at_ += 2;
    return true;
}

bool JsonParser::parse_hex(char32_t& out)
{
    out = 0;
    if (end_ - at_ < 6)
        return fail("expected four hexadecimal digits after `\\u`", at_, end_);
    for (int i = 2; i < 6; ++i) {
        const char c = at_[i];
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return fail("expected four hexadecimal digits after `\\u`", at_, at_ + 2);
        out = out << 4 | static_cast<char32_t>(digit);
    }
    at_ += 6;
    return true;
}

bool JsonParser::parse_unicode_escape()
{
    const char* from = at_;
    char32_t c = 0;
    if (!parse_hex(c))
        return false;
    if (c >= 0xd800 && c < 0xdc00 && end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u') {
        char32_t low = 0;
        if (!parse_hex(low))
            return false;
        if (low >= 0xdc00 && low < 0xe000) {
            append_utf8(scratch_, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
            return true;
        }
    }
    if (c >= 0xd800 && c < 0xe000)
        return fail("half of a surrogate pair is not a character", from, at_);
    append_utf8(scratch_, c);
    return true;
}

bool JsonParser::check_utf8(std::string_view bytes)
{
    const std::size_t invalid = find_invalid_utf8(bytes);
    if (invalid == std::string_view::npos)
        return true;
    return fail("the text is not UTF-8", bytes.data() + invalid, bytes.data() + invalid + 1);
}

}  // namespace

Result<Value> read_json(std::string_view text, ReadLimits limits)
{
    return JsonParser{text, limits, false}.parse();
}

Result<Value> read_loose_json(std::string_view text, ReadLimits limits)
{
    return JsonParser{text, limits, true}.parse();
}

}  // namespace reops::data

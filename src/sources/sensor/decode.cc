// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/decode.hh"

#include "data/json.hh"
#include "data/map.hh"
#include "data/utf8.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace reops::sources {

namespace {

using data::Value;

struct FaultText {
    std::string_view name;
    std::string_view sentence;
};

constexpr std::array<FaultText, payload_faults> fault_texts = {{
    {"none", "it is a reading"},
    {"empty", "expected a reading but the payload is empty"},
    {"oversize", "the payload is larger than 1 MiB"},
    {"not-utf8", "expected text but the payload is not UTF-8"},
    {"not-a-number", "expected a number, on, off, true, false or JSON"},
    {"comma", "expected a number with a point but found a comma"},
    {"not-finite", "expected a finite number"},
    {"bad-json", "expected JSON but it ends early or has a mistake"},
    {"too-deep", "the JSON is nested deeper than 64 levels"},
    {"no-value", "the JSON has no field of the event's name, no `value`, and nothing at `:path`"},
    {"not-a-reading", "expected a number, on, off, true or false inside the JSON"},
    {"bad-time", "expected an ISO time or seconds or milliseconds since 1970 at `:time-path`"},
}};

/// What the JSON reader says, where that is a reason of its own.
constexpr std::array<std::pair<std::string_view, PayloadFault>, 4> json_faults = {{
    {"nested deeper", PayloadFault::too_deep},
    {"is not a number in JSON", PayloadFault::not_finite},
    {"beyond what a double holds", PayloadFault::not_finite},
    {"not UTF-8", PayloadFault::not_utf8},
}};

constexpr std::array<std::pair<std::string_view, bool>, 4> words = {{
    {"on", true},
    {"off", false},
    {"true", true},
    {"false", false},
}};

bool is_space(char c)
{
    // Firmware written in C sends its terminating NUL along.
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\0';
}

std::string_view trim(std::string_view text)
{
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

/// "ON", "Off": home automation writes them in all ways. `word` is in small letters.
bool is_word(std::string_view text, std::string_view word)
{
    const auto same = [](char c, char wanted) { return (c | 0x20) == wanted; };
    return std::equal(text.begin(), text.end(), word.begin(), word.end(), same);
}

/// from_chars does not say whether a number is too large or too small for a double.
PayloadFault decode_extreme(std::string_view text, Value& out)
{
    auto number = data::read_json(text);
    if (!number || !number->is_number())
        return PayloadFault::not_finite;
    out = std::move(*number);
    return PayloadFault::none;
}

PayloadFault decode_number(std::string_view text, Value& out)
{
    if (text.size() > 1 && text[0] == '+' && text[1] != '-')
        text.remove_prefix(1);
    const char* const end = text.data() + text.size();
    std::int64_t whole = 0;
    const auto as_whole = std::from_chars(text.data(), end, whole);
    if (as_whole.ptr == end && as_whole.ec == std::errc{}) {
        out = Value::integer(whole);
        return PayloadFault::none;
    }
    double real = 0;
    const auto as_real = std::from_chars(text.data(), end, real);
    if (as_real.ptr != end || as_real.ec == std::errc::invalid_argument)
        return PayloadFault::not_a_number;
    if (as_real.ec != std::errc{})
        return decode_extreme(text, out);
    if (!std::isfinite(real))
        return PayloadFault::not_finite;
    out = Value::real(real);
    return PayloadFault::none;
}

/// What to say of a text that is no number.
PayloadFault classify(std::string_view text)
{
    if (data::find_invalid_utf8(text) != std::string_view::npos)
        return PayloadFault::not_utf8;
    const bool has_comma = text.find(',') != std::string_view::npos;
    const bool is_numeric = text.find_first_not_of("0123456789.,+-eE") == std::string_view::npos;
    return has_comma && is_numeric ? PayloadFault::comma : PayloadFault::not_a_number;
}

PayloadFault decode_trimmed(std::string_view text, Value& out)
{
    if (text.empty())
        return PayloadFault::empty;
    const PayloadFault fault = decode_number(text, out);
    if (fault != PayloadFault::not_a_number)
        return fault;
    for (const auto& [word, meaning] : words)
        if (is_word(text, word)) {
            out = Value::boolean(meaning);
            return PayloadFault::none;
        }
    return classify(text);
}

/// Null when there is nothing at the end of the path, or nil.
const Value* find_at(const Value& root, const std::vector<std::string>& path)
{
    const Value* at = &root;
    for (const std::string& part : path) {
        at = at->is_map() ? at->as_map().find(part) : nullptr;
        if (at == nullptr)
            return nullptr;
    }
    return at->is_nil() ? nullptr : at;
}

const Value* find_value(const SensorMapping& mapping, const Value& root)
{
    if (!mapping.path.empty())
        return find_at(root, mapping.path);
    if (!root.is_map())
        return root.is_nil() ? nullptr : &root;
    const Value* found = root.as_map().find(mapping.event);
    if (found == nullptr)
        found = root.as_map().find("value");
    return found == nullptr || found->is_nil() ? nullptr : found;
}

/// A number inside JSON may stand in quotes.
PayloadFault decode_inner(const Value& inner, Value& out)
{
    if (inner.is_string())
        return decode_scalar(inner.as_string(), out);
    if (!inner.is_number() && !inner.is_boolean())
        return PayloadFault::not_a_reading;
    out = inner;
    return PayloadFault::none;
}

/// Seconds or milliseconds since 1970, told apart by their size. Smaller numbers are the uptimes of
/// devices without a clock.
std::optional<Time> parse_epoch(double count)
{
    constexpr double first_seconds = 1e9;  // 2001
    constexpr double first_millis = 1e11;  // 1973; as seconds the year 5138
    constexpr double end_millis = 1e14;
    if (!(count >= first_seconds) || count >= end_millis)
        return std::nullopt;
    return Time{std::llround(count * (count < first_millis ? 1e6 : 1e3))};
}

std::optional<Time> parse_own_time(const Value& written)
{
    if (const auto count = written.number())
        return parse_epoch(*count);
    if (!written.is_string())
        return std::nullopt;
    Value number;
    if (decode_scalar(written.as_string(), number) == PayloadFault::none)
        return parse_epoch(number.number().value_or(0));
    const auto time = parse_iso(written.as_string());
    return time ? std::optional<Time>{*time} : std::nullopt;
}

/// A time that was asked for and cannot be read makes the reading's age unknown: it is refused. A
/// field that only looks like one is no more than a field.
PayloadFault find_own_time(const SensorMapping& mapping, const Value& root, Reading& out)
{
    if (!mapping.time_path.empty()) {
        const Value* written = find_at(root, mapping.time_path);
        if (written != nullptr)
            out.observed = parse_own_time(*written);
        return written == nullptr || out.observed ? PayloadFault::none : PayloadFault::bad_time;
    }
    if (!root.is_map())
        return PayloadFault::none;
    for (const std::string_view name : {"ts", "time"})
        if (const Value* written = root.as_map().find(name); written != nullptr && !out.observed)
            out.observed = parse_own_time(*written);
    return PayloadFault::none;
}

PayloadFault decode_json(const SensorMapping& mapping, std::string_view text, Reading& out)
{
    auto root = data::read_loose_json(text);
    if (!root) {
        for (const auto& [says, fault] : json_faults)
            if (root.failure().message.find(says) != std::string::npos)
                return fault;
        return PayloadFault::bad_json;
    }
    const Value* inner = find_value(mapping, *root);
    if (inner == nullptr)
        return PayloadFault::no_value;
    if (const PayloadFault fault = decode_inner(*inner, out.value); fault != PayloadFault::none)
        return fault;
    if (const PayloadFault fault = find_own_time(mapping, *root, out); fault != PayloadFault::none)
        return fault;
    if (root->is_map() || root->is_vector())
        out.payload = std::move(*root);
    return PayloadFault::none;
}

/// Scale and range, for numbers only.
PayloadFault finish(const SensorMapping& mapping, Reading& out)
{
    auto number = out.value.number();
    if (!number)
        return PayloadFault::none;
    if (mapping.scale != 1) {
        *number *= mapping.scale;
        if (!std::isfinite(*number))
            return PayloadFault::not_finite;
        out.value = Value::real(*number);
    }
    if (mapping.range)
        out.is_in_range = *number >= mapping.range->first && *number <= mapping.range->second;
    return PayloadFault::none;
}

bool begins_json(char c)
{
    return c == '{' || c == '[' || c == '"' || c == '\'';
}

}  // namespace

std::string_view to_string(PayloadFault fault)
{
    return fault_texts[static_cast<std::size_t>(fault)].name;
}

std::string_view explain(PayloadFault fault)
{
    return fault_texts[static_cast<std::size_t>(fault)].sentence;
}

PayloadFault decode_scalar(std::string_view text, Value& out)
{
    return decode_trimmed(trim(text), out);
}

PayloadFault decode(const SensorMapping& mapping, std::string_view payload, Reading& out)
{
    out = Reading{};
    if (payload.size() > largest_payload)
        return PayloadFault::oversize;
    const std::string_view text = trim(payload);
    const PayloadFault fault = !text.empty() && begins_json(text.front())
                                   ? decode_json(mapping, text, out)
                                   : decode_trimmed(text, out.value);
    return fault == PayloadFault::none ? finish(mapping, out) : fault;
}

std::string printable(std::string_view bytes, std::size_t most)
{
    std::string out;
    std::size_t characters = 0;
    for (; !bytes.empty() && characters < most; ++characters) {
        const data::DecodedCharacter next = data::decode_utf8(bytes);
        // C0 and C1 are control characters, U+2028 and the marks of direction break lines.
        const bool is_plain = next.bytes > 0 && next.character >= 0x20 &&
                              (next.character < 0x7f || next.character >= 0xa0) &&
                              (next.character < 0x200b || next.character > 0x206f);
        if (is_plain)
            out.append(bytes.substr(0, next.bytes));
        else
            out.push_back('?');
        bytes.remove_prefix(std::max<std::size_t>(next.bytes, 1));
    }
    if (!bytes.empty())
        out += "...";
    return out;
}

}  // namespace reops::sources

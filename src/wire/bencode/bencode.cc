// SPDX-License-Identifier: Apache-2.0
#include "wire/bencode/bencode.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace reops::wire {

namespace {

using data::Value;

/// Thrown inside the reader only: the message has not come whole.
struct Incomplete {};

class Reader {
public:
    Reader(std::string_view bytes, const BencodeLimits& limits) : bytes_(bytes), limits_(limits) {}

    std::size_t at() const { return at_; }

    Result<Value> read(std::size_t depth)
    {
        if (depth > limits_.depth)
            return Failure{Code::invalid_argument,
                           fmt::format("a message has more than {} levels", limits_.depth)};
        const char kind = peek();
        if (kind == 'i')
            return read_integer();
        if (kind == 'l')
            return read_list(depth);
        if (kind == 'd')
            return read_dictionary(depth);
        if (kind >= '0' && kind <= '9')
            return read_string();
        return corrupt(fmt::format("expected i, l, d or a digit but got byte {}",
                                   static_cast<unsigned char>(kind)));
    }

private:
    char peek() const
    {
        if (at_ >= bytes_.size())
            throw Incomplete{};
        return bytes_[at_];
    }

    Failure corrupt(const std::string& what) const
    {
        return Failure{Code::corrupt, fmt::format("no bencode at byte {}: {}", at_, what)};
    }

    /// Digits up to `end`, which is passed.
    Result<std::int64_t> read_number(char end, std::size_t most_digits)
    {
        const std::size_t found = bytes_.substr(at_, most_digits + 2).find(end);
        if (found == std::string_view::npos) {
            if (bytes_.size() - at_ > most_digits + 1)
                return corrupt("a number is too long");
            const std::string_view part = bytes_.substr(at_);
            if (part.find_first_not_of("-0123456789") != std::string_view::npos)
                return corrupt("expected a number");
            throw Incomplete{};
        }
        const std::string_view text = bytes_.substr(at_, found);
        std::int64_t number = 0;
        const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
        if (error != std::errc{} || last != text.data() + text.size() || text == "-0" ||
            (digits.size() > 1 && digits.front() == '0'))
            return corrupt("expected a number");
        at_ += found + 1;
        return number;
    }

    Result<Value> read_integer()
    {
        ++at_;
        auto number = read_number('e', 20);
        if (!number.ok())
            return number.failure();
        return Value::integer(*number);
    }

    Result<Value> read_string()
    {
        auto length = read_number(':', 10);
        if (!length.ok())
            return length.failure();
        if (*length < 0 || static_cast<std::size_t>(*length) > limits_.bytes)
            return Failure{
                Code::invalid_argument,
                fmt::format("a string has {} bytes; at most {} are taken", *length, limits_.bytes)};
        const auto size = static_cast<std::size_t>(*length);
        if (bytes_.size() - at_ < size)
            throw Incomplete{};
        at_ += size;
        return Value::string(bytes_.substr(at_ - size, size));
    }

    Result<Value> read_list(std::size_t depth)
    {
        ++at_;
        data::VectorBuilder out;
        while (peek() != 'e') {
            auto item = read(depth + 1);
            if (!item.ok())
                return item.failure();
            out.push_back(std::move(*item));
        }
        ++at_;
        return Value{out.finish()};
    }

    Result<Value> read_dictionary(std::size_t depth)
    {
        ++at_;
        data::Map out;
        while (peek() != 'e') {
            if (peek() < '0' || peek() > '9')
                return corrupt("expected a string as the key");
            auto key = read_string();
            if (!key.ok())
                return key.failure();
            if (out.contains(*key))
                return corrupt("a key stands there twice");
            auto value = read(depth + 1);
            if (!value.ok())
                return value.failure();
            out = std::move(out).assoc(std::move(*key), std::move(*value));
        }
        ++at_;
        return Value{std::move(out)};
    }

    std::string_view bytes_;
    const BencodeLimits& limits_;
    std::size_t at_ = 0;
};

std::string text_of(const Value& value)
{
    if (value.is_string())
        return std::string{value.as_string()};
    if (value.is_keyword())
        return std::string{value.name()};
    return data::print(value);
}

void write_string(std::string& out, std::string_view text)
{
    out += fmt::format("{}:", text.size());
    out += text;
}

void write(std::string& out, const Value& value);

template <class Sequence>
void write_items(std::string& out, const Sequence& items)
{
    out += 'l';
    for (const Value& item : items)
        write(out, item);
    out += 'e';
}

void write_map(std::string& out, const data::Map& map)
{
    std::vector<std::pair<std::string, Value>> rows;
    for (const auto& [key, value] : map)
        rows.emplace_back(text_of(key), value);
    std::stable_sort(
        rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    out += 'd';
    for (const auto& [key, value] : rows) {
        write_string(out, key);
        write(out, value);
    }
    out += 'e';
}

void write(std::string& out, const Value& value)
{
    if (value.is_integer())
        out += fmt::format("i{}e", value.as_integer());
    else if (value.is_vector())
        write_items(out, value.as_vector());
    else if (value.is_list())
        write_items(out, value.as_list());
    else if (value.is_map())
        write_map(out, value.as_map());
    else
        write_string(out, text_of(value));
}

}  // namespace

Result<std::optional<BencodeMessage>> read_bencode(std::string_view bytes,
                                                   const BencodeLimits& limits)
{
    try {
        Reader reader{bytes, limits};
        auto value = reader.read(0);
        if (!value.ok())
            return value.failure();
        return std::optional{BencodeMessage{std::move(*value), reader.at()}};
    } catch (const Incomplete&) {
        if (bytes.size() > limits.bytes)
            return Failure{Code::invalid_argument,
                           fmt::format("a message has more than {} bytes", limits.bytes)};
        return std::optional<BencodeMessage>{};
    }
}

std::string write_bencode(const Value& value)
{
    std::string out;
    write(out, value);
    return out;
}

}  // namespace reops::wire

// SPDX-License-Identifier: Apache-2.0
// One byte says what follows:
//
//     0 nil   1 false   2 true   3 integer: zigzag varint   4 real: 8 bytes, little endian
//     5 character: varint   6 keyword   7 symbol   8 string: length, bytes
//     9 list   10 vector: count, values   11 map in an array   12 map in a trie: count, k v ...
//     13 set in an array   14 set in a trie: count, values   15 tagged: symbol, value
//
// The form of a map is written because it decides the order of iteration, which a replay must see
// as the first run saw it.
#include "data/binary.hh"

#include "base/check.hh"
#include "data/list.hh"
#include "data/map.hh"
#include "data/map_node.hh"
#include "data/native.hh"
#include "data/set.hh"
#include "data/vector.hh"

#include <algorithm>
#include <string>
#include <vector>

namespace reops::data {

namespace {

enum class Mark : std::uint8_t {
    nil,
    no,
    yes,
    integer,
    real,
    character,
    keyword,
    symbol,
    string,
    list,
    vector,
    array_map,
    hash_map,
    array_set,
    hash_set,
    tagged,
};

constexpr std::size_t max_depth = 500;

class Checker {
public:
    Result<void> check(const Value& value)
    {
        switch (value.kind()) {
            case Kind::secret:
                return refuse("a secret");
            case Kind::native:
                if (const auto* tagged = find_native<Tagged>(value))
                    return deeper([&] { return check(tagged->content()); });
                return refuse("a native object of type `" +
                              std::string{value.as_native().type_name()} + "`");
            case Kind::list:
                return deeper([&] { return check_all(value.as_list()); });
            case Kind::vector:
                return deeper([&] { return check_all(value.as_vector()); });
            case Kind::set:
                return deeper([&] { return check_all(value.as_set()); });
            case Kind::map:
                return deeper([&] { return check_map(value.as_map()); });
            default:
                return {};
        }
    }

private:
    static Failure refuse(const std::string& what)
    {
        return {Code::invalid_argument, what + " cannot be written to the journal"};
    }

    template <class Next>
    Result<void> deeper(const Next& next)
    {
        if (depth_ == max_depth)
            return refuse("a value nested deeper than " + std::to_string(max_depth) + " levels");
        ++depth_;
        Result<void> result = next();
        --depth_;
        return result;
    }

    template <class Sequence>
    Result<void> check_all(const Sequence& sequence)
    {
        for (const Value& value : sequence)
            if (Result<void> result = check(value); !result)
                return result;
        return {};
    }

    Result<void> check_map(const Map& map)
    {
        for (const auto& [key, value] : map) {
            if (Result<void> result = check(key); !result)
                return result;
            if (Result<void> result = check(value); !result)
                return result;
        }
        return {};
    }

    std::size_t depth_ = 0;
};

class Encoder {
public:
    explicit Encoder(ByteWriter& out) : out_(out) {}

    void encode(const Value& value)
    {
        switch (value.kind()) {
            case Kind::nil:
                return mark(Mark::nil);
            case Kind::boolean:
                return mark(value.as_boolean() ? Mark::yes : Mark::no);
            case Kind::integer:
                mark(Mark::integer);
                return out_.signed_(value.as_integer());
            case Kind::real:
                mark(Mark::real);
                return out_.real(value.as_real());
            case Kind::character:
                mark(Mark::character);
                return out_.unsigned_(value.as_character());
            case Kind::keyword:
                mark(Mark::keyword);
                return out_.text(value.name());
            case Kind::symbol:
                mark(Mark::symbol);
                return out_.text(value.name());
            case Kind::string:
                mark(Mark::string);
                return out_.text(value.as_string());
            default:
                return encode_deeper(value);
        }
    }

private:
    void mark(Mark mark) { out_.byte(static_cast<std::uint8_t>(mark)); }

    void encode_deeper(const Value& value)
    {
        REOPS_CHECK(depth_ < max_depth, "a value nested too deep is not encodable");
        ++depth_;
        if (value.is_list())
            encode_all(Mark::list, value.as_list());
        else if (value.is_vector())
            encode_all(Mark::vector, value.as_vector());
        else if (value.is_set())
            encode_all(value.as_set().is_hashed() ? Mark::hash_set : Mark::array_set,
                       value.as_set());
        else if (value.is_map())
            encode_map(value.as_map());
        else
            encode_tagged(find_native<Tagged>(value));
        --depth_;
    }

    template <class Sequence>
    void encode_all(Mark kind, const Sequence& sequence)
    {
        mark(kind);
        out_.unsigned_(sequence.size());
        for (const Value& value : sequence)
            encode(value);
    }

    void encode_map(const Map& map)
    {
        mark(map.is_hashed() ? Mark::hash_map : Mark::array_map);
        out_.unsigned_(map.size());
        for (const auto& [key, value] : map) {
            encode(key);
            encode(value);
        }
    }

    void encode_tagged(const Tagged* tagged)
    {
        REOPS_CHECK(tagged != nullptr, "secrets and natives are not encodable");
        mark(Mark::tagged);
        encode(tagged->tag());
        encode(tagged->content());
    }

    ByteWriter& out_;
    std::size_t depth_ = 0;
};

/// Functions return false once something was wrong; problem_ then says what, unless the bytes
/// ended.
class Decoder {
public:
    Decoder(ByteReader& in, std::size_t depth) : in_(in), most_(std::min(depth, max_depth)) {}

    Result<Value> run()
    {
        Value value;
        if (decode(value))
            return value;
        return Failure{Code::corrupt,
                       problem_.empty() ? "the bytes of a value end too early" : problem_};
    }

private:
    bool decode(Value& out);
    bool decode_sequence(Value& out, Mark mark);
    bool decode_map(Value& out, Mark mark);
    bool decode_set(Value& out, Mark mark);
    bool decode_tagged(Value& out);
    bool decode_deeper(Value& out, Mark mark);

    bool fail(std::string problem)
    {
        problem_ = std::move(problem);
        return false;
    }

    /// A number of values of at least `bytes` each, which must be there.
    bool read_count(std::size_t& count, std::size_t bytes)
    {
        const std::uint64_t read = in_.unsigned_();
        if (!in_.ok())
            return false;
        if (read > in_.left() / bytes)
            return fail("a collection claims " + std::to_string(read) + " elements in " +
                        std::to_string(in_.left()) + " bytes");
        count = static_cast<std::size_t>(read);
        return true;
    }

    ByteReader& in_;
    std::size_t most_;
    std::size_t depth_ = 0;
    std::string problem_;
};

bool Decoder::decode(Value& out)
{
    const std::uint8_t byte = in_.byte();
    if (!in_.ok())
        return false;
    const auto mark = static_cast<Mark>(byte);
    switch (mark) {
        case Mark::nil:
            out = Value{};
            return true;
        case Mark::no:
        case Mark::yes:
            out = Value::boolean(mark == Mark::yes);
            return true;
        case Mark::integer:
            out = Value::integer(in_.signed_());
            return in_.ok();
        case Mark::real:
            out = Value::real(in_.real());
            return in_.ok();
        case Mark::character: {
            const std::uint64_t c = in_.unsigned_();
            if (c > 0x10ffff)
                return fail("a character is beyond U+10FFFF");
            out = Value::character(static_cast<char32_t>(c));
            return in_.ok();
        }
        case Mark::keyword:
            out = Value::outside_keyword(in_.text());
            return in_.ok();
        case Mark::symbol:
            out = Value::outside_symbol(in_.text());
            return in_.ok();
        case Mark::string:
            out = Value::string(in_.text());
            return in_.ok();
        default:
            break;
    }
    if (byte > static_cast<std::uint8_t>(Mark::tagged))
        return fail("no value begins with byte " + std::to_string(byte));
    return decode_deeper(out, mark);
}

bool Decoder::decode_deeper(Value& out, Mark mark)
{
    if (depth_ == most_)
        return fail("nested deeper than the limit of " + std::to_string(most_) + " levels");
    ++depth_;
    bool good = false;
    if (mark == Mark::list || mark == Mark::vector)
        good = decode_sequence(out, mark);
    else if (mark == Mark::array_map || mark == Mark::hash_map)
        good = decode_map(out, mark);
    else if (mark == Mark::tagged)
        good = decode_tagged(out);
    else
        good = decode_set(out, mark);
    --depth_;
    return good;
}

bool Decoder::decode_sequence(Value& out, Mark mark)
{
    std::size_t count = 0;
    if (!read_count(count, 1))
        return false;
    std::vector<Value> values;
    for (std::size_t i = 0; i < count; ++i)
        if (!decode(values.emplace_back()))
            return false;
    out = mark == Mark::list ? Value{make_list(std::move(values))}
                             : Value{make_vector(std::move(values))};
    return true;
}

bool Decoder::decode_map(Value& out, Mark mark)
{
    std::size_t count = 0;
    if (!read_count(count, 2))
        return false;
    if (mark == Mark::array_map && count > array_map_limit)
        return fail("a map in an array has over 8 entries");
    MapBuilder builder;
    for (std::size_t i = 0; i < count; ++i) {
        Value key;
        Value value;
        if (!decode(key) || !decode(value))
            return false;
        builder.set(std::move(key), std::move(value));
    }
    Map map = builder.finish();
    if (map.size() != count)
        return fail("a map has a key twice");
    out = mark == Mark::hash_map ? map.to_hashed() : std::move(map);
    return true;
}

bool Decoder::decode_set(Value& out, Mark mark)
{
    std::size_t count = 0;
    if (!read_count(count, 1))
        return false;
    if (mark == Mark::array_set && count > array_map_limit)
        return fail("a set in an array has over 8 elements");
    SetBuilder builder;
    for (std::size_t i = 0; i < count; ++i) {
        Value element;
        if (!decode(element))
            return false;
        builder.insert(std::move(element));
    }
    Set set = builder.finish();
    if (set.size() != count)
        return fail("a set has an element twice");
    out = mark == Mark::hash_set ? set.to_hashed() : std::move(set);
    return true;
}

bool Decoder::decode_tagged(Value& out)
{
    Value tag;
    Value content;
    if (!decode(tag) || !decode(content))
        return false;
    if (!tag.is_symbol())
        return fail("a tag is not a symbol");
    out = make_native<Tagged>(std::move(tag), std::move(content));
    return true;
}

}  // namespace

Result<void> check_encodable(const Value& value)
{
    return Checker{}.check(value);
}

void encode(ByteWriter& out, const Value& value)
{
    Encoder{out}.encode(value);
}

Result<Value> decode(ByteReader& in, std::size_t depth)
{
    return Decoder{in, depth}.run();
}

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#include "data/value.hh"

#include "base/check.hh"
#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/set.hh"
#include "data/text.hh"
#include "data/vector.hh"

#include <array>

namespace reops::data {

std::string_view describe(Kind kind)
{
    static constexpr std::array<std::string_view, 14> names = {
        "nil",
        "a boolean",
        "an integer",
        "a real number",
        "a character",
        "a keyword",
        "a symbol",
        "a string",
        "a list",
        "a vector",
        "a map",
        "a set",
        "a secret",
        "a native object",
    };
    return names.at(static_cast<std::size_t>(kind));
}

namespace {

RawValue counted(Kind kind, const Object* object)
{
    return {static_cast<std::uint64_t>(kind) | RawValue::counted,
            std::bit_cast<std::uint64_t>(object)};
}

/// An interned name is immortal, so its value is not counted.
RawValue interned(Kind kind, const Text* name)
{
    return {static_cast<std::uint64_t>(kind), std::bit_cast<std::uint64_t>(name)};
}

RawValue outside_name(Kind kind, std::string_view name)
{
    if (const Text* known = find_interned(name))
        return interned(kind, known);
    Text* made = make_text(ObjectType::name, name);
    made->hash.store(hash_text(name), std::memory_order_relaxed);
    return counted(kind, made);
}

RawValue text_value(Kind kind, std::string_view text)
{
    if (text.empty())
        return {static_cast<std::uint64_t>(kind), 0};
    return counted(kind, make_text(ObjectType::text, text));
}

std::string_view text_of(RawValue raw)
{
    if (raw.payload == 0)
        return {};
    return static_cast<const Text*>(raw.object())->view();
}

/// A collection is a Value known to be of its kind (handle.hh), in the same 16 bytes.
template <class T>
const T& handle_cast(const Value& value)
{
    static_assert(sizeof(T) == sizeof(Value) && std::is_standard_layout_v<T>);
    return reinterpret_cast<const T&>(value);
}

}  // namespace

Value::Value(const List& list) noexcept : Value(list.value_) {}
Value::Value(List&& list) noexcept : Value(std::move(List{std::move(list)}.value_)) {}
Value::Value(const Vector& vector) noexcept : Value(vector.value_) {}
Value::Value(Vector&& vector) noexcept : Value(std::move(Vector{std::move(vector)}.value_)) {}
Value::Value(const Map& map) noexcept : Value(map.value_) {}
Value::Value(Map&& map) noexcept : Value(std::move(Map{std::move(map)}.value_)) {}
Value::Value(const Set& set) noexcept : Value(set.value_) {}
Value::Value(Set&& set) noexcept : Value(std::move(Set{std::move(set)}.value_)) {}

Value Value::string(std::string_view text)
{
    return Value{text_value(Kind::string, text)};
}

Value Value::secret(std::string_view text)
{
    return Value{text_value(Kind::secret, text)};
}

Value Value::keyword(std::string_view name)
{
    return Value{interned(Kind::keyword, intern(name))};
}

Value Value::symbol(std::string_view name)
{
    return Value{interned(Kind::symbol, intern(name))};
}

Value Value::outside_keyword(std::string_view name)
{
    return Value{outside_name(Kind::keyword, name)};
}

Value Value::outside_symbol(std::string_view name)
{
    return Value{outside_name(Kind::symbol, name)};
}

Value Value::native(const Native* object)
{
    REOPS_CHECK(object != nullptr, "a native value needs an object");
    return Value{counted(Kind::native, object)};
}

Value Value::meta() const
{
    if (!raw_.has_meta())
        return {};
    retain(raw_.meta());
    return Value{counted(Kind::map, raw_.meta())};
}

Value Value::with_meta(Value meta) const&
{
    return Value{*this}.with_meta(std::move(meta));
}

Value Value::with_meta(Value meta) &&
{
    REOPS_CHECK(is_symbol() || kind() >= Kind::list, "only symbols, collections and natives");
    REOPS_CHECK(meta.is_nil() || meta.is_map(), "metadata is a map");
    if (raw_.has_meta())
        release(raw_.meta());
    constexpr std::uint64_t below_meta = (std::uint64_t{1} << RawValue::meta_shift) - 1;
    raw_.tag &= below_meta;
    raw_.tag |= std::bit_cast<std::uint64_t>(meta.raw_.object()) << RawValue::meta_shift;
    meta.raw_ = RawValue{};  // its reference now belongs to this value
    return std::move(*this);
}

bool Value::is_keyword(std::string_view wanted) const
{
    return is_keyword() && name() == wanted;
}

bool Value::is_symbol(std::string_view wanted) const
{
    return is_symbol() && name() == wanted;
}

bool Value::as_boolean() const
{
    REOPS_CHECK(is_boolean(), "as_boolean() of another kind");
    return raw_.payload != 0;
}

std::int64_t Value::as_integer() const
{
    REOPS_CHECK(is_integer(), "as_integer() of another kind");
    return static_cast<std::int64_t>(raw_.payload);
}

double Value::as_real() const
{
    REOPS_CHECK(is_real(), "as_real() of another kind");
    return std::bit_cast<double>(raw_.payload);
}

char32_t Value::as_character() const
{
    REOPS_CHECK(is_character(), "as_character() of another kind");
    return static_cast<char32_t>(raw_.payload);
}

std::string_view Value::as_string() const
{
    REOPS_CHECK(is_string(), "as_string() of another kind");
    return text_of(raw_);
}

std::string_view Value::reveal() const
{
    REOPS_CHECK(is_secret(), "reveal() of another kind");
    return text_of(raw_);
}

std::string_view Value::name() const
{
    REOPS_CHECK(is_keyword() || is_symbol(), "name() of another kind");
    return text_of(raw_);
}

namespace {

/// Where the name proper begins: behind the first slash, except in "/" itself.
std::size_t local_begin(std::string_view name)
{
    const std::size_t slash = name.find('/');
    return slash == std::string_view::npos || slash == 0 || slash + 1 == name.size() ? 0
                                                                                     : slash + 1;
}

}  // namespace

std::string_view Value::name_space() const
{
    const std::size_t begin = local_begin(name());
    return begin == 0 ? std::string_view{} : name().substr(0, begin - 1);
}

std::string_view Value::local_name() const
{
    return name().substr(local_begin(name()));
}

const List& Value::as_list() const
{
    REOPS_CHECK(is_list(), "as_list() of another kind");
    return handle_cast<List>(*this);
}

const Vector& Value::as_vector() const
{
    REOPS_CHECK(is_vector(), "as_vector() of another kind");
    return handle_cast<Vector>(*this);
}

const Map& Value::as_map() const
{
    REOPS_CHECK(is_map(), "as_map() of another kind");
    return handle_cast<Map>(*this);
}

const Set& Value::as_set() const
{
    REOPS_CHECK(is_set(), "as_set() of another kind");
    return handle_cast<Set>(*this);
}

const Native& Value::as_native() const
{
    REOPS_CHECK(is_native(), "as_native() of another kind");
    return *static_cast<const Native*>(raw_.object());
}

}  // namespace reops::data

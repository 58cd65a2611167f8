// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The value: 16 bytes, immutable, cheap to copy. Equality is Clojure's: 1 and 1.0 differ, a
/// list equals a vector of equal elements, NaN equals nothing. Collections are in vector.hh,
/// map.hh, set.hh and list.hh; text forms in print.hh, edn.hh and json.hh; bytes in binary.hh.

#include "data/kind.hh"
#include "data/object.hh"

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace reops::data {

class List;
class Map;
class Native;
class Set;
class Vector;

/// The two machine words of a value, without ownership: for an interpreter's nodes, which retain
/// and release by hand and pass values in registers.
struct RawValue {
    static constexpr std::uint64_t kind_mask = 0xff;
    static constexpr std::uint64_t counted = 0x100;  ///< payload points to a counted Object
    static constexpr unsigned meta_shift = 16;       ///< above it: the map of metadata, or 0

    std::uint64_t tag = 0;
    std::uint64_t payload = 0;

    Kind kind() const { return static_cast<Kind>(tag & kind_mask); }
    bool is_counted() const { return (tag & counted) != 0; }
    bool has_meta() const { return (tag >> meta_shift) != 0; }
    /// Does it hold no reference at all?
    bool is_plain() const { return tag <= kind_mask; }
    const Object* object() const { return std::bit_cast<const Object*>(payload); }
    const Object* meta() const { return std::bit_cast<const Object*>(tag >> meta_shift); }
};

inline void retain(RawValue raw) noexcept
{
    if (raw.is_plain())
        return;
    if (raw.is_counted())
        retain(raw.object());
    if (raw.has_meta()) [[unlikely]]
        retain(raw.meta());
}

inline void release(RawValue raw) noexcept
{
    if (raw.is_plain())
        return;
    if (raw.is_counted())
        release(raw.object());
    if (raw.has_meta()) [[unlikely]]
        release(raw.meta());
}

/// An owned value. A Value object itself belongs to one thread at a time, like an int; what it
/// refers to may be shared by any number of threads. as_xxx() of another kind is a programming
/// mistake (REOPS_CHECK); ask is_xxx() or kind() first.
class Value {
public:
    Value() noexcept = default;
    Value(const Value& other) noexcept : raw_(other.raw_) { retain(raw_); }
    Value(Value&& other) noexcept : raw_(std::exchange(other.raw_, RawValue{})) {}
    Value& operator=(const Value& other) noexcept
    {
        retain(other.raw_);
        release(std::exchange(raw_, other.raw_));
        return *this;
    }
    /// Assigned to itself it becomes nil.
    Value& operator=(Value&& other) noexcept
    {
        const RawValue old = raw_;
        raw_ = std::exchange(other.raw_, RawValue{});
        release(old);
        return *this;
    }
    ~Value() { release(raw_); }

    // A collection is a value; the conversions cost nothing or one retain.
    Value(const List& list) noexcept;
    Value(List&& list) noexcept;
    Value(const Vector& vector) noexcept;
    Value(Vector&& vector) noexcept;
    Value(const Map& map) noexcept;
    Value(Map&& map) noexcept;
    Value(const Set& set) noexcept;
    Value(Set&& set) noexcept;

    static Value nil() { return {}; }
    static Value boolean(bool value) { return Value{Kind::boolean, value ? 1U : 0U}; }
    static Value integer(std::int64_t value)
    {
        return Value{Kind::integer, static_cast<std::uint64_t>(value)};
    }
    static Value real(double value)
    {
        return Value{Kind::real, std::bit_cast<std::uint64_t>(value)};
    }
    static Value character(char32_t value) { return Value{Kind::character, value}; }
    /// Copies the bytes; valid UTF-8 by convention, at most 4 GiB.
    static Value string(std::string_view text);
    /// "name" or "ns/name", without the colon. Interned for ever: for names that the program or its
    /// owner wrote. Names that come from outside go through outside_keyword().
    static Value keyword(std::string_view name);
    static Value symbol(std::string_view name);
    /// The same values, but a name not known yet is counted and freed like a string, so that a
    /// stranger's payloads cannot fill the table of names.
    static Value outside_keyword(std::string_view name);
    static Value outside_symbol(std::string_view name);
    /// Prints as `#secret` everywhere; equal only to itself; refused by binary.hh.
    static Value secret(std::string_view text);
    /// Takes over the caller's reference of a Native made with `new` or make_native (native.hh).
    static Value native(const Native* object);

    Kind kind() const { return raw_.kind(); }
    bool is_nil() const { return kind() == Kind::nil; }
    bool is_boolean() const { return kind() == Kind::boolean; }
    bool is_integer() const { return kind() == Kind::integer; }
    bool is_real() const { return kind() == Kind::real; }
    bool is_number() const { return is_integer() || is_real(); }
    bool is_character() const { return kind() == Kind::character; }
    bool is_keyword() const { return kind() == Kind::keyword; }
    bool is_symbol() const { return kind() == Kind::symbol; }
    bool is_string() const { return kind() == Kind::string; }
    bool is_list() const { return kind() == Kind::list; }
    bool is_vector() const { return kind() == Kind::vector; }
    bool is_map() const { return kind() == Kind::map; }
    bool is_set() const { return kind() == Kind::set; }
    bool is_secret() const { return kind() == Kind::secret; }
    bool is_native() const { return kind() == Kind::native; }
    /// Is it this keyword? Costs a compare of text; for tables of options.
    bool is_keyword(std::string_view wanted) const;
    bool is_symbol(std::string_view wanted) const;

    /// Everything is true but nil and false.
    bool truthy() const { return kind() > Kind::boolean || (is_boolean() && raw_.payload != 0); }

    bool as_boolean() const;
    std::int64_t as_integer() const;
    double as_real() const;
    char32_t as_character() const;
    /// Lives as long as any copy of the value.
    std::string_view as_string() const;
    /// Of a keyword or symbol, whole: "ns/name" or "name".
    std::string_view name() const;
    /// Its parts: "ns" (empty when there is none) and "name".
    std::string_view name_space() const;
    std::string_view local_name() const;
    const List& as_list() const;
    const Vector& as_vector() const;
    const Map& as_map() const;
    const Set& as_set() const;
    const Native& as_native() const;
    /// The text of a secret.
    std::string_view reveal() const;
    /// An integer's or a real's magnitude as a double, nothing for other kinds.
    std::optional<double> number() const
    {
        if (is_integer())
            return static_cast<double>(static_cast<std::int64_t>(raw_.payload));
        if (is_real())
            return std::bit_cast<double>(raw_.payload);
        return std::nullopt;
    }

    /// Metadata: a map that says something about the value and takes no part in equality, hash and
    /// printing; nil when there is none. Changing a collection drops it: who wants to keep it puts
    /// it on the result.
    Value meta() const;
    /// The same value with other metadata (nil: without). Only symbols, collections and natives
    /// carry it (REOPS_CHECK).
    [[nodiscard]] Value with_meta(Value meta) const&;
    [[nodiscard]] Value with_meta(Value meta) &&;

    /// Consistent with ==; the same in every process and run.
    std::uint32_t hash() const;

    friend bool operator==(const Value& a, const Value& b)
    {
        if (a.kind() == b.kind() && a.raw_.payload == b.raw_.payload && !a.is_real())
            return true;
        // Two interned names that are not one object differ; so do two integers.
        const bool is_plain = a.kind() != Kind::real && a.kind() < Kind::list;
        if (is_plain && !a.raw_.is_counted() && !b.raw_.is_counted())
            return false;
        return equal_slowly(a, b);
    }

    RawValue raw() const { return raw_; }
    /// Takes over one reference.
    static Value adopt(RawValue raw) noexcept { return Value{raw}; }
    /// Adds a reference of its own.
    static Value share(RawValue raw) noexcept
    {
        retain(raw);
        return Value{raw};
    }
    /// Gives the reference away; the value is nil afterwards.
    RawValue detach() noexcept { return std::exchange(raw_, RawValue{}); }

private:
    explicit Value(RawValue raw) noexcept : raw_(raw) {}
    Value(Kind kind, std::uint64_t payload) noexcept
        : raw_{static_cast<std::uint64_t>(kind), payload}
    {
    }
    static bool equal_slowly(const Value& a, const Value& b);

    RawValue raw_;
};

static_assert(sizeof(Value) == 16);

/// A total order for deterministic output, -1, 0 or 1: by kind (numbers by magnitude), then by
/// content; 0 exactly for what prints alike. Not Clojure's `compare`: it orders everything.
int compare(const Value& a, const Value& b);

/// For standard containers and std::sort.
struct ValueLess {
    bool operator()(const Value& a, const Value& b) const { return compare(a, b) < 0; }
};
struct ValueHash {
    std::size_t operator()(const Value& value) const { return value.hash(); }
};

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the four collection types have in common: a Value known to be of one kind. An empty
/// collection has no object at all.

#include "data/value.hh"

#include <bit>
#include <cstddef>
#include <utility>

namespace reops::data {

/// Owns one reference. Moved from, it is empty and still of its kind.
template <Kind K>
class Handle {
public:
    Handle() noexcept : value_(Value::adopt(empty_raw())) {}
    Handle(const Handle&) noexcept = default;
    Handle(Handle&& other) noexcept : value_(Value::adopt(other.value_.detach()))
    {
        other.value_ = Value::adopt(empty_raw());
    }
    Handle& operator=(const Handle&) noexcept = default;
    Handle& operator=(Handle&& other) noexcept
    {
        Handle taken{std::move(other)};
        std::swap(value_, taken.value_);
        return *this;
    }
    ~Handle() = default;

    std::size_t size() const { return object() == nullptr ? 0 : object()->size; }
    bool empty() const { return size() == 0; }
    std::uint32_t hash() const { return value_.hash(); }

protected:
    static RawValue empty_raw() { return {static_cast<std::uint64_t>(K), 0}; }
    /// Takes over one reference; null makes it empty.
    static Value adopt(const Object* object)
    {
        return Value::adopt(
            {static_cast<std::uint64_t>(K) | (object != nullptr ? RawValue::counted : 0),
             std::bit_cast<std::uint64_t>(object)});
    }
    explicit Handle(Value value) noexcept : value_(std::move(value)) {}

    const Object* object() const { return value_.raw().object(); }
    /// Gives the reference away, without metadata; the handle is empty afterwards.
    const Object* take()
    {
        Handle taken{std::move(*this)};
        const RawValue raw = taken.value_.detach();
        if (raw.has_meta())
            release(raw.meta());
        return raw.object();
    }

    Value value_;
    friend class Value;
};

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file C++ objects as values: Hosts, functions, compiled patterns; and the two that the reader
/// makes itself, a tagged literal and a pattern's text.

#include "data/pool.hh"
#include "data/value.hh"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace reops::data {

/// Base of immutable C++ objects held by values. Counted by the values; the last one deletes it, on
/// whatever thread that is. Member Values are released without recursion.
class Native : public Object {
public:
    /// `class_id` is for who knows all classes of a family and wants to tell them apart without
    /// dynamic_cast; 0 means none.
    explicit Native(std::uint16_t class_id = 0) : Object(ObjectType::native, 0, 0)
    {
        capacity = class_id;
    }
    Native(const Native&) = delete;
    Native& operator=(const Native&) = delete;
    virtual ~Native() = default;

    /// Natives come from the pool like all other objects, and count as the thread's memory.
    static void* operator new(std::size_t bytes) { return allocate(bytes); }
    static void operator delete(void* memory, std::size_t bytes) noexcept
    {
        deallocate(memory, size_class_of(bytes));
    }

    /// One word: "hosts", "function". Unique per class; programs find their type by it.
    virtual std::string_view type_name() const = 0;
    /// How it is shown and, where that is possible, read back.
    virtual std::string print() const = 0;
    std::uint16_t class_id() const { return capacity; }
    /// `other` has the same type_name(). Default: the same object.
    virtual bool equal(const Native& other) const { return this == &other; }
    /// `other` is of any kind: a lazy sequence equals a list. Asked of the left side if that is a
    /// native, else of the right one. Default: natives of one type_name() that are equal().
    virtual bool equal_value(const Value& other) const;
    /// Consistent with equal(); the same in every process. Default: by type_name() only.
    virtual std::uint32_t hash_value() const;
};

/// Makes a value that holds a new T.
template <class T, class... Arguments>
Value make_native(Arguments&&... arguments)
{
    return Value::native(new T(std::forward<Arguments>(arguments)...));
}

/// The T in a value, or null when it holds something else.
template <class T>
const T* find_native(const Value& value)
{
    return value.is_native() ? dynamic_cast<const T*>(&value.as_native()) : nullptr;
}

/// A tagged literal that no handler took: `#inst "2026"` is tag `inst` and a string.
class Tagged final : public Native {
public:
    Tagged(Value tag, Value content) : tag_(std::move(tag)), content_(std::move(content)) {}

    const Value& tag() const { return tag_; }  ///< a symbol
    const Value& content() const { return content_; }

    std::string_view type_name() const override { return "tagged"; }
    std::string print() const override;
    bool equal(const Native& other) const override;
    std::uint32_t hash_value() const override;

private:
    Value tag_;
    Value content_;
};

/// `#"text"` as read; the language compiles it later.
class PatternText final : public Native {
public:
    explicit PatternText(std::string text) : text_(std::move(text)) {}

    const std::string& text() const { return text_; }

    std::string_view type_name() const override { return "pattern"; }
    std::string print() const override;
    bool equal(const Native& other) const override;
    std::uint32_t hash_value() const override;

private:
    std::string text_;
};

}  // namespace reops::data

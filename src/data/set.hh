// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The persistent set: a map (map.hh) whose values are not looked at.

#include "data/handle.hh"
#include "data/map.hh"
#include "data/value.hh"

#include <cstddef>
#include <initializer_list>
#include <utility>

namespace reops::data {

class Set : public Handle<Kind::set> {
public:
    class Iterator;

    Set() = default;

    bool contains(const Value& element) const { return find(element) != nullptr; }
    /// The element itself, or null.
    const Value* find(const Value& element) const;

    [[nodiscard]] Set insert(Value element) const&;
    [[nodiscard]] Set insert(Value element) &&;
    [[nodiscard]] Set erase(const Value& element) const&;
    [[nodiscard]] Set erase(const Value& element) &&;

    Iterator begin() const;
    Iterator end() const;

    bool is_hashed() const;
    [[nodiscard]] Set to_hashed() const;

    friend bool operator==(const Set& a, const Set& b) { return a.value_ == b.value_; }

private:
    friend class Value;
    friend class SetBuilder;
    explicit Set(Value value) : Handle(std::move(value)) {}
    static Set of(const Object* entries) { return Set{adopt(entries)}; }
};

class Set::Iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = const Value*;
    using reference = const Value&;

    Iterator() = default;
    explicit Iterator(Map::Iterator entry) : entry_(entry) {}

    const Value& operator*() const { return (*entry_).key; }
    const Value* operator->() const { return &(*entry_).key; }
    Iterator& operator++()
    {
        ++entry_;
        return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.entry_ == b.entry_; }

private:
    Map::Iterator entry_;
};

inline Set::Iterator Set::begin() const
{
    return Iterator{Map::Iterator{object()}};
}

inline Set::Iterator Set::end() const
{
    return Iterator{};
}

/// As MapBuilder.
class SetBuilder {
public:
    void insert(Value element) { entries_.set(std::move(element), Value{}); }
    std::size_t size() const { return entries_.size(); }
    std::size_t most_alike() const { return entries_.most_alike(); }
    Set finish() { return Set::of(entries_.finish().take()); }

private:
    MapBuilder entries_;
};

Set make_set(std::initializer_list<Value> elements);

}  // namespace reops::data

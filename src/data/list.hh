// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The persistent list: cells that share their rests.

#include "data/handle.hh"
#include "data/value.hh"

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <vector>

namespace reops::data {

/// One element and the rest; the header's size is the length from here on.
struct Cell : Object {
    Cell(Value first_, const Cell* rest_);
    Value first;
    const Cell* rest;  ///< owned; null at the end
};

class List : public Handle<Kind::list> {
public:
    class Iterator;

    List() = default;

    /// Requires a list that is not empty.
    const Value& front() const;
    /// Without its first element; empty when there is none.
    [[nodiscard]] List rest() const;
    [[nodiscard]] List push_front(Value value) const;

    Iterator begin() const;
    Iterator end() const;

    friend bool operator==(const List& a, const List& b) { return a.value_ == b.value_; }

private:
    friend class Value;
    explicit List(Value value) : Handle(std::move(value)) {}
    const Cell* cell() const { return static_cast<const Cell*>(object()); }
};

class List::Iterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = const Value*;
    using reference = const Value&;

    Iterator() = default;
    explicit Iterator(const Cell* cell) : cell_(cell) {}

    const Value& operator*() const { return cell_->first; }
    const Value* operator->() const { return &cell_->first; }
    Iterator& operator++()
    {
        cell_ = cell_->rest;
        return *this;
    }
    Iterator operator++(int)
    {
        Iterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.cell_ == b.cell_; }

private:
    const Cell* cell_ = nullptr;
};

inline List::Iterator List::begin() const
{
    return Iterator{cell()};
}

inline List::Iterator List::end() const
{
    return Iterator{};
}

List make_list(std::initializer_list<Value> values);
/// Moves the elements out of `values`.
List make_list(std::vector<Value>&& values);

}  // namespace reops::data

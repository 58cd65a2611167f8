// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The persistent vector: a 32-way trie with a tail. Reading and changing an element cost a
/// few steps whatever the size; appending is constant. A change makes a new vector that shares all
/// but the path to the change; on an rvalue that nobody else refers to it happens in place.

#include "data/handle.hh"
#include "data/value.hh"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <vector>

namespace reops::data {

class Vector : public Handle<Kind::vector> {
public:
    class Iterator;

    Vector() = default;

    /// Requires index < size().
    const Value& operator[](std::size_t index) const;
    /// Null beyond the end.
    const Value* find(std::size_t index) const;
    const Value& front() const { return (*this)[0]; }
    const Value& back() const { return (*this)[size() - 1]; }

    [[nodiscard]] Vector push_back(Value value) const&;
    [[nodiscard]] Vector push_back(Value value) &&;
    /// Requires index < size().
    [[nodiscard]] Vector set(std::size_t index, Value value) const&;
    [[nodiscard]] Vector set(std::size_t index, Value value) &&;
    /// Requires a vector that is not empty.
    [[nodiscard]] Vector pop_back() const&;
    [[nodiscard]] Vector pop_back() &&;

    Iterator begin() const;
    Iterator end() const;

    friend bool operator==(const Vector& a, const Vector& b) { return a.value_ == b.value_; }

private:
    friend class Value;
    explicit Vector(Value value) : Handle(std::move(value)) {}

    /// The run of elements that lie side by side with this one: at most 32, aligned to 32.
    const Value* leaf_of(std::size_t index) const;
};

/// Forward is fast; it is a random access iterator in everything but name.
class Vector::Iterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = const Value*;
    using reference = const Value&;

    Iterator() = default;
    Iterator(const Vector* vector, std::size_t index) : vector_(vector), index_(index)
    {
        if (index_ < vector_->size())
            leaf_ = vector_->leaf_of(index_);
    }

    const Value& operator*() const { return leaf_[index_ % 32]; }
    const Value* operator->() const { return &**this; }
    Iterator& operator++()
    {
        if (++index_ % 32 == 0 && index_ < vector_->size())
            leaf_ = vector_->leaf_of(index_);
        return *this;
    }
    Iterator operator++(int)
    {
        Iterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

private:
    const Vector* vector_ = nullptr;
    std::size_t index_ = 0;
    const Value* leaf_ = nullptr;
};

inline Vector::Iterator Vector::begin() const
{
    return {this, 0};
}

inline Vector::Iterator Vector::end() const
{
    return {this, size()};
}

Vector make_vector(std::initializer_list<Value> values);
/// Moves the elements out of `values`.
Vector make_vector(std::vector<Value>&& values);

/// Builds in place; one owner, one thread.
class VectorBuilder {
public:
    void push_back(Value value) { vector_ = std::move(vector_).push_back(std::move(value)); }
    std::size_t size() const { return vector_.size(); }
    Vector finish() { return std::move(vector_); }

private:
    Vector vector_;
};

}  // namespace reops::data

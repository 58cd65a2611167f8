// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The objects of vectors; internal to this folder and to an interpreter's fast paths.
///
///     root:  size | shift | tree | tail        tree: inner nodes of up to 32 children, down to
///     leaves of exactly 32 values; null while all elements fit in the tail. The tail holds the
///     last 1 to 32 values and is never empty, as an empty vector has no root.

#include "data/object.hh"
#include "data/value.hh"

#include <cstddef>
#include <cstdint>

namespace reops::data {

constexpr std::size_t leaf_size = 32;

struct VectorLeaf : Object {
    using Object::Object;
    Value* values() { return reinterpret_cast<Value*>(this + 1); }
    const Value* values() const { return reinterpret_cast<const Value*>(this + 1); }
};

struct VectorInner : Object {
    using Object::Object;
    const Object* children[leaf_size];
};

struct VectorRoot : Object {
    using Object::Object;
    unsigned shift = 5;                ///< of the tree's root: 5 when its children are leaves
    const Object* tree = nullptr;      ///< owned
    const VectorLeaf* tail = nullptr;  ///< owned

    std::size_t tail_begin() const { return (std::size_t{size} - 1) & ~(leaf_size - 1); }
};

/// Each takes over a reference of `owned` (null: empty) and gives one back: of the same object,
/// changed in place, when it was the only one.
const Object* push_value(const Object* owned, Value value);
const Object* set_value(const Object* owned, std::size_t index, Value value);
const Object* pop_value(const Object* owned);

}  // namespace reops::data

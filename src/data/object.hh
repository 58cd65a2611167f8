// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What every heap part of a value begins with: a reference count and a type byte.
/// Objects are immutable once more than one reference exists; whoever holds the only one may change
/// it in place. Release never recurses: the dead wait in a list of their own, so that a list of a
/// million nested lists is freed in constant stack.

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace reops::data {

/// How destroy() finds the children.
enum class ObjectType : std::uint8_t {
    text,           ///< a string's or a secret's bytes
    name,           ///< the text of a keyword or symbol
    cell,           ///< one element of a list
    vector,         ///< root of a vector
    vector_inner,   ///< 32 nodes
    vector_leaf,    ///< up to 32 values
    array_map,      ///< up to 8 entries, in order of insertion
    hash_map,       ///< root of a hash map
    map_node,       ///< bitmap node: entries, then child nodes
    map_collision,  ///< entries whose keys have one hash
    native,         ///< a C++ object with a destructor of its own
};

/// 16 bytes. Any thread may retain and release; what follows the header belongs to the type.
struct Object {
    Object(ObjectType type_, std::uint8_t size_class_, std::uint32_t size_)
        : type(type_), size_class(size_class_), size(size_)
    {
    }
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    mutable std::atomic<std::uint32_t> count{1};
    mutable std::atomic<std::uint32_t> hash{0};  ///< 0: not computed yet
    ObjectType type;
    std::uint8_t size_class;  ///< of pool.hh
    std::uint16_t capacity = 0;
    std::uint32_t size;  ///< elements, entries or bytes

protected:
    ~Object() = default;
};

static_assert(sizeof(Object) == 16);

/// Gives one reference back. With the last one goes the object, and everything that only it kept
/// alive.
void release(const Object* object) noexcept;

inline void retain(const Object* object) noexcept
{
    object->count.fetch_add(1, std::memory_order_relaxed);
}

inline bool is_unique(const Object* object) noexcept
{
    return object->count.load(std::memory_order_acquire) == 1;
}

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The objects of maps and sets; internal to this folder.
///
///     array_map       header | key value | key value | ...           (up to 8, insertion order)
///     hash_map        header | root
///     map_node        header | entry bits | child bits | key value ... | child ...
///     map_collision   header | key value | ...                       (one hash, below level 7)
///
/// A place of a node holds an entry or a child, by 5 bits of the hash per level. A child with one
/// entry and nothing else is pulled up, so the shape is a function of the set of keys.

#include "data/object.hh"
#include "data/value.hh"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reops::data {

constexpr std::uint32_t array_map_limit = 8;
constexpr unsigned hash_bits = 32;
constexpr unsigned level_bits = 5;

/// Entries side by side: array_map and map_collision.
struct EntryArray : Object {
    using Object::Object;
    Value* entries() { return reinterpret_cast<Value*>(this + 1); }
    const Value* entries() const { return reinterpret_cast<const Value*>(this + 1); }
};

struct HashRoot : Object {
    using Object::Object;
    const Object* root = nullptr;  ///< a map_node, owned
};

struct MapNode : Object {
    using Object::Object;
    std::uint32_t entry_bits = 0;
    std::uint32_t child_bits = 0;

    std::size_t entry_count() const { return static_cast<std::size_t>(std::popcount(entry_bits)); }
    std::size_t child_count() const { return static_cast<std::size_t>(std::popcount(child_bits)); }
    Value* entries() { return reinterpret_cast<Value*>(this + 1); }
    const Value* entries() const { return reinterpret_cast<const Value*>(this + 1); }
    const Object** children()
    {
        return reinterpret_cast<const Object**>(entries() + 2 * entry_count());
    }
    const Object* const* children() const
    {
        return reinterpret_cast<const Object* const*>(entries() + 2 * entry_count());
    }
    std::size_t entry_index(std::uint32_t bit) const
    {
        return static_cast<std::size_t>(std::popcount(entry_bits & (bit - 1)));
    }
    std::size_t child_index(std::uint32_t bit) const
    {
        return static_cast<std::size_t>(std::popcount(child_bits & (bit - 1)));
    }
};

inline std::uint32_t bit_at(std::uint32_t hash, unsigned shift)
{
    return 1U << ((hash >> shift) & 31U);
}

/// The entry (key, then value) of a key under an array_map or hash_map, or null.
const Value* find_entry(const Object* root, const Value& key);
const Value* find_keyword_entry(const Object* root, std::string_view name);

/// What one insertion met.
struct Insertion {
    bool added = false;       ///< the key was not there before
    std::uint32_t alike = 1;  ///< how many keys now have the hash of this one, as far as is known
};

/// Both take over a reference of `root` (may be null) and give one back: of the same object,
/// changed in place, when it was the only reference.
const Object* put_entry(const Object* root, Value key, Value value, Insertion& insertion);
const Object* remove_entry(const Object* root, const Value& key);

/// An array_map of entries with different keys, moved out of `entries` (which are then no values
/// any more); null for none. Requires count <= array_map_limit.
const Object* take_entries(Value* entries, std::size_t count);

/// The same entries as a trie; takes over the reference.
const Object* hashed_entries(const Object* root);

/// Of a keyword of this name; what Value::hash() gives for it.
std::uint32_t hash_keyword(std::string_view name);

}  // namespace reops::data

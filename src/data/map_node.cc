// SPDX-License-Identifier: Apache-2.0
#include "data/map_node.hh"

#include "data/pool.hh"

#include <cstring>
#include <new>
#include <utility>

namespace reops::data {

namespace {

// ---- arrays of entries --------------------------------------------------------------------------

EntryArray* make_array(ObjectType type, std::size_t capacity)
{
    const std::size_t bytes = sizeof(EntryArray) + capacity * 2 * sizeof(Value);
    auto* made = new (allocate(bytes)) EntryArray(type, size_class_of(bytes), 0);
    made->capacity = static_cast<std::uint16_t>(capacity < UINT16_MAX ? capacity : UINT16_MAX);
    return made;
}

/// Frees the block of an object whose contents have been moved elsewhere.
void free_shell(const Object* object)
{
    deallocate(const_cast<Object*>(object), object->size_class);
}

/// Moves values as bytes: what is left behind is not destroyed.
void relocate(Value* to, const Value* from, std::size_t count)
{
    std::memcpy(static_cast<void*>(to), static_cast<const void*>(from), count * sizeof(Value));
}

void copy_values(Value* to, const Value* from, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        new (to + i) Value(from[i]);
}

/// An array that may be changed, with room for one more: the same when it is unshared and has room.
EntryArray* writable_array(const Object* owned, bool with_room)
{
    auto* array = const_cast<EntryArray*>(static_cast<const EntryArray*>(owned));
    const bool unique = is_unique(array);
    if (unique && (!with_room || array->size < array->capacity)) {
        array->hash.store(0, std::memory_order_relaxed);
        return array;
    }
    std::size_t capacity = array->size;
    if (with_room && array->type == ObjectType::array_map)
        capacity = array->size < 2 ? 2 : array->size < 4 ? 4 : array_map_limit;
    else if (with_room)
        ++capacity;
    EntryArray* made = make_array(array->type, capacity);
    made->size = array->size;
    if (unique) {
        relocate(made->entries(), array->entries(), std::size_t{2} * array->size);
        free_shell(array);
    } else {
        copy_values(made->entries(), array->entries(), std::size_t{2} * array->size);
        release(array);
    }
    return made;
}

std::size_t find_index(const EntryArray* array, const Value& key)
{
    const Value* entries = array->entries();
    std::size_t i = 0;
    while (i < array->size && !(entries[2 * i] == key))
        ++i;
    return i;
}

void remove_at(EntryArray* array, std::size_t index)
{
    Value* entry = array->entries() + 2 * index;
    entry[0].~Value();
    entry[1].~Value();
    --array->size;
    std::memmove(static_cast<void*>(entry),
                 static_cast<const void*>(entry + 2),
                 (array->size - index) * 2 * sizeof(Value));
}

void insert_at(EntryArray* array, std::size_t index, Value key, Value value)
{
    Value* entry = array->entries() + 2 * index;
    std::memmove(static_cast<void*>(entry + 2),
                 static_cast<const void*>(entry),
                 (array->size - index) * 2 * sizeof(Value));
    new (entry) Value(std::move(key));
    new (entry + 1) Value(std::move(value));
    ++array->size;
}

// ---- nodes --------------------------------------------------------------------------------------

MapNode* make_node(std::uint32_t entry_bits, std::uint32_t child_bits)
{
    const auto entries = static_cast<std::size_t>(std::popcount(entry_bits));
    const auto children = static_cast<std::size_t>(std::popcount(child_bits));
    const std::size_t bytes =
        sizeof(MapNode) + entries * 2 * sizeof(Value) + children * sizeof(const void*);
    auto* made = new (allocate(bytes)) MapNode(ObjectType::map_node, size_class_of(bytes), 0);
    made->entry_bits = entry_bits;
    made->child_bits = child_bits;
    return made;
}

/// A node that may be changed; copies a shared one and lets go of it.
MapNode* writable_node(const Object* owned)
{
    auto* node = const_cast<MapNode*>(static_cast<const MapNode*>(owned));
    if (is_unique(node))
        return node;
    MapNode* made = make_node(node->entry_bits, node->child_bits);
    copy_values(made->entries(), node->entries(), 2 * node->entry_count());
    for (std::size_t i = 0; i < node->child_count(); ++i) {
        retain(node->children()[i]);
        made->children()[i] = node->children()[i];
    }
    release(node);
    return made;
}

/// Moves everything to a node with other bits, except the places that only one of them has: those
/// are left out (already taken) or left to be filled.
MapNode* reshape(MapNode* node, std::uint32_t entry_bits, std::uint32_t child_bits)
{
    MapNode* made = make_node(entry_bits, child_bits);
    for (std::uint32_t rest = entry_bits & node->entry_bits; rest != 0; rest &= rest - 1) {
        const std::uint32_t bit = rest & (~rest + 1);
        relocate(made->entries() + 2 * made->entry_index(bit),
                 node->entries() + 2 * node->entry_index(bit),
                 2);
    }
    for (std::uint32_t rest = child_bits & node->child_bits; rest != 0; rest &= rest - 1) {
        const std::uint32_t bit = rest & (~rest + 1);
        made->children()[made->child_index(bit)] = node->children()[node->child_index(bit)];
    }
    free_shell(node);
    return made;
}

void place_entry(MapNode* node, std::uint32_t bit, Value key, Value value)
{
    Value* entry = node->entries() + 2 * node->entry_index(bit);
    new (entry) Value(std::move(key));
    new (entry + 1) Value(std::move(value));
}

/// The smallest subtree for two keys that are not equal.
const Object* pair_up(Value key1, Value value1, Value key2, Value value2, unsigned shift)
{
    if (shift >= hash_bits) {
        EntryArray* both = make_array(ObjectType::map_collision, 2);
        const bool first_is_less = compare(key1, key2) < 0;
        insert_at(both, 0, std::move(key1), std::move(value1));
        insert_at(both, first_is_less ? 1 : 0, std::move(key2), std::move(value2));
        return both;
    }
    const std::uint32_t bit1 = bit_at(key1.hash(), shift);
    const std::uint32_t bit2 = bit_at(key2.hash(), shift);
    if (bit1 == bit2) {
        MapNode* node = make_node(0, bit1);
        node->children()[0] = pair_up(std::move(key1),
                                      std::move(value1),
                                      std::move(key2),
                                      std::move(value2),
                                      shift + level_bits);
        return node;
    }
    MapNode* node = make_node(bit1 | bit2, 0);
    place_entry(node, bit1, std::move(key1), std::move(value1));
    place_entry(node, bit2, std::move(key2), std::move(value2));
    return node;
}

const Object* put_in_collision(const Object* owned, Value key, Value value, Insertion& insertion)
{
    const auto* shared = static_cast<const EntryArray*>(owned);
    std::size_t index = find_index(shared, key);
    if (index < shared->size) {
        EntryArray* array = writable_array(owned, false);
        array->entries()[2 * index + 1] = std::move(value);
        return array;
    }
    insertion.added = true;
    // Sorted, so that the order of iteration does not depend on the order of insertion.
    for (index = 0; index < shared->size && compare(shared->entries()[2 * index], key) <= 0;)
        ++index;
    EntryArray* array = writable_array(owned, true);
    insert_at(array, index, std::move(key), std::move(value));
    insertion.alike = array->size;
    return array;
}

const Object* put_in_node(
    const Object* owned, unsigned shift, Value key, Value value, Insertion& insertion)
{
    if (owned->type == ObjectType::map_collision)
        return put_in_collision(owned, std::move(key), std::move(value), insertion);
    MapNode* node = writable_node(owned);
    const std::uint32_t bit = bit_at(key.hash(), shift);
    if ((node->child_bits & bit) != 0) {
        const Object*& child = node->children()[node->child_index(bit)];
        child = put_in_node(child, shift + level_bits, std::move(key), std::move(value), insertion);
        return node;
    }
    if ((node->entry_bits & bit) == 0) {
        insertion.added = true;
        MapNode* made = reshape(node, node->entry_bits | bit, node->child_bits);
        place_entry(made, bit, std::move(key), std::move(value));
        return made;
    }
    Value* entry = node->entries() + 2 * node->entry_index(bit);
    if (entry[0] == key) {
        entry[1] = std::move(value);
        return node;
    }
    insertion.added = true;
    const Object* pair = pair_up(std::move(entry[0]),
                                 std::move(entry[1]),
                                 std::move(key),
                                 std::move(value),
                                 shift + level_bits);
    MapNode* made = reshape(node, node->entry_bits & ~bit, node->child_bits | bit);
    made->children()[made->child_index(bit)] = pair;
    return made;
}

/// If all that is left under a child is one entry, moves it out and frees the child.
bool pull_up(const Object* child, Value (&entry)[2])
{
    Value* only = nullptr;
    if (child->type == ObjectType::map_collision) {
        if (child->size == 1)
            only = const_cast<EntryArray*>(static_cast<const EntryArray*>(child))->entries();
    } else {
        const auto* node = static_cast<const MapNode*>(child);
        if (node->child_bits == 0 && std::has_single_bit(node->entry_bits))
            only = const_cast<MapNode*>(node)->entries();
    }
    if (only == nullptr)
        return false;
    relocate(entry, only, 2);
    free_shell(child);
    return true;
}

/// Requires that the key is there.
const Object* remove_in_node(const Object* owned, unsigned shift, const Value& key)
{
    if (owned->type == ObjectType::map_collision) {
        EntryArray* array = writable_array(owned, false);
        remove_at(array, find_index(array, key));
        return array;
    }
    MapNode* node = writable_node(owned);
    const std::uint32_t bit = bit_at(key.hash(), shift);
    if ((node->entry_bits & bit) != 0) {
        Value* entry = node->entries() + 2 * node->entry_index(bit);
        entry[0].~Value();
        entry[1].~Value();
        return reshape(node, node->entry_bits & ~bit, node->child_bits);
    }
    const Object*& child = node->children()[node->child_index(bit)];
    child = remove_in_node(child, shift + level_bits, key);
    Value entry[2];
    if (!pull_up(child, entry))
        return node;
    MapNode* made = reshape(node, node->entry_bits | bit, node->child_bits & ~bit);
    place_entry(made, bit, std::move(entry[0]), std::move(entry[1]));
    return made;
}

HashRoot* make_root()
{
    return new (allocate(sizeof(HashRoot)))
        HashRoot(ObjectType::hash_map, size_class_of(sizeof(HashRoot)), 0);
}

HashRoot* writable_root(const Object* owned)
{
    auto* root = const_cast<HashRoot*>(static_cast<const HashRoot*>(owned));
    if (is_unique(root)) {
        root->hash.store(0, std::memory_order_relaxed);
        return root;
    }
    HashRoot* made = make_root();
    made->size = root->size;
    made->root = root->root;
    retain(made->root);
    release(root);
    return made;
}

// ---- finding ------------------------------------------------------------------------------------

template <class Same>
const Value* find_in_array(const EntryArray* array, const Same& same)
{
    const Value* entry = array->entries();
    for (std::uint32_t i = 0; i < array->size; ++i, entry += 2)
        if (same(*entry))
            return entry;
    return nullptr;
}

template <class Same>
const Value* find_in_trie(const HashRoot* root, std::uint32_t hash, const Same& same)
{
    const Object* object = root->root;
    for (unsigned shift = 0; object->type == ObjectType::map_node; shift += level_bits) {
        const auto* node = static_cast<const MapNode*>(object);
        const std::uint32_t bit = bit_at(hash, shift);
        if ((node->entry_bits & bit) != 0) {
            const Value* entry = node->entries() + 2 * node->entry_index(bit);
            return same(*entry) ? entry : nullptr;
        }
        if ((node->child_bits & bit) == 0)
            return nullptr;
        object = node->children()[node->child_index(bit)];
    }
    return find_in_array(static_cast<const EntryArray*>(object), same);
}

}  // namespace

const Value* find_entry(const Object* root, const Value& key)
{
    const auto same = [&key](const Value& there) { return there == key; };
    if (root == nullptr)
        return nullptr;
    if (root->type == ObjectType::array_map)
        return find_in_array(static_cast<const EntryArray*>(root), same);
    return find_in_trie(static_cast<const HashRoot*>(root), key.hash(), same);
}

const Value* find_keyword_entry(const Object* root, std::string_view name)
{
    const auto same = [name](const Value& there) { return there.is_keyword(name); };
    if (root == nullptr)
        return nullptr;
    if (root->type == ObjectType::array_map)
        return find_in_array(static_cast<const EntryArray*>(root), same);
    return find_in_trie(static_cast<const HashRoot*>(root), hash_keyword(name), same);
}

const Object* take_entries(Value* entries, std::size_t count)
{
    if (count == 0)
        return nullptr;
    EntryArray* array = make_array(ObjectType::array_map, count);
    relocate(array->entries(), entries, 2 * count);
    array->size = static_cast<std::uint32_t>(count);
    return array;
}

const Object* hashed_entries(const Object* root)
{
    if (root == nullptr || root->type == ObjectType::hash_map)
        return root;
    HashRoot* made = make_root();
    made->root = make_node(0, 0);
    const auto* array = static_cast<const EntryArray*>(root);
    for (std::size_t i = 0; i < array->size; ++i) {
        Insertion insertion;
        made->root = put_in_node(
            made->root, 0, array->entries()[2 * i], array->entries()[2 * i + 1], insertion);
        ++made->size;
    }
    release(root);
    return made;
}

const Object* put_entry(const Object* root, Value key, Value value, Insertion& insertion)
{
    if (root == nullptr)
        root = make_array(ObjectType::array_map, 2);
    if (root->type == ObjectType::array_map) {
        const std::size_t index = find_index(static_cast<const EntryArray*>(root), key);
        if (index < root->size) {
            EntryArray* array = writable_array(root, false);
            array->entries()[2 * index + 1] = std::move(value);
            return array;
        }
        if (root->size < array_map_limit) {
            EntryArray* array = writable_array(root, true);
            insert_at(array, array->size, std::move(key), std::move(value));
            insertion.added = true;
            return array;
        }
        root = hashed_entries(root);
    }
    HashRoot* map = writable_root(root);
    map->root = put_in_node(map->root, 0, std::move(key), std::move(value), insertion);
    map->size += insertion.added ? 1 : 0;
    return map;
}

const Object* remove_entry(const Object* root, const Value& key)
{
    const Value* entry = find_entry(root, key);
    if (entry == nullptr)
        return root;
    if (root->size == 1) {
        release(root);
        return nullptr;
    }
    if (root->type == ObjectType::array_map) {
        const std::size_t index = find_index(static_cast<const EntryArray*>(root), key);
        EntryArray* array = writable_array(root, false);
        remove_at(array, index);
        return array;
    }
    HashRoot* map = writable_root(root);
    map->root = remove_in_node(map->root, 0, key);
    --map->size;
    return map;
}

}  // namespace reops::data

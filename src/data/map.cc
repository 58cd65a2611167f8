// SPDX-License-Identifier: Apache-2.0
#include "data/map.hh"

#include "data/map_node.hh"

#include <algorithm>
#include <new>

namespace reops::data {

const Value* Map::find(const Value& key) const
{
    const Value* entry = find_entry(object(), key);
    return entry == nullptr ? nullptr : entry + 1;
}

const Value* Map::find(std::string_view keyword_name) const
{
    const Value* entry = find_keyword_entry(object(), keyword_name);
    return entry == nullptr ? nullptr : entry + 1;
}

Value Map::get(const Value& key) const
{
    const Value* value = find(key);
    return value == nullptr ? Value{} : *value;
}

Value Map::get(std::string_view keyword_name) const
{
    const Value* value = find(keyword_name);
    return value == nullptr ? Value{} : *value;
}

Map Map::assoc(Value key, Value value) const&
{
    return Map{*this}.assoc(std::move(key), std::move(value));
}

Map Map::assoc(Value key, Value value) &&
{
    Insertion insertion;
    return Map{adopt(put_entry(take(), std::move(key), std::move(value), insertion))};
}

Map Map::dissoc(const Value& key) const&
{
    return Map{*this}.dissoc(key);
}

Map Map::dissoc(const Value& key) &&
{
    return Map{adopt(remove_entry(take(), key))};
}

bool Map::is_hashed() const
{
    return object() != nullptr && object()->type == ObjectType::hash_map;
}

Map Map::to_hashed() const
{
    return Map{adopt(hashed_entries(Map{*this}.take()))};
}

Map::Iterator::Iterator(const Object* root)
{
    if (root == nullptr)
        return;
    if (root->type == ObjectType::array_map) {
        entry_ = static_cast<const EntryArray*>(root)->entries();
        run_ = root->size;
        return;
    }
    enter(static_cast<const MapNode*>(static_cast<const HashRoot*>(root)->root));
    advance();
}

void Map::Iterator::enter(const MapNode* node)
{
    levels_[depth_++] = {node, node->entry_bits | node->child_bits};
}

void Map::Iterator::advance()
{
    run_ = 1;
    while (depth_ > 0) {
        Level& level = levels_[depth_ - 1];
        if (level.bits == 0) {
            --depth_;
            continue;
        }
        const std::uint32_t bit = level.bits & (~level.bits + 1);
        level.bits ^= bit;
        if ((level.node->entry_bits & bit) != 0) {
            entry_ = level.node->entries() + 2 * level.node->entry_index(bit);
            return;
        }
        const Object* child = level.node->children()[level.node->child_index(bit)];
        if (child->type == ObjectType::map_collision) {
            entry_ = static_cast<const EntryArray*>(child)->entries();
            run_ = child->size;
            return;
        }
        enter(static_cast<const MapNode*>(child));
    }
    entry_ = nullptr;
}

MapBuilder::~MapBuilder()
{
    for (std::uint32_t i = 0; i < 2 * count_; ++i)
        entries()[i].~Value();
}

void MapBuilder::set(Value key, Value value)
{
    if (is_small_) {
        Value* entry = entries();
        for (std::uint32_t i = 0; i < count_; ++i, entry += 2)
            if (*entry == key) {
                entry[1] = std::move(value);
                return;
            }
        if (count_ < array_map_limit) {
            new (entry) Value(std::move(key));
            new (entry + 1) Value(std::move(value));
            ++count_;
            return;
        }
        spill();
    }
    Insertion insertion;
    map_ = Map{Map::adopt(put_entry(map_.take(), std::move(key), std::move(value), insertion))};
    most_alike_ = std::max<std::size_t>(most_alike_, insertion.alike);
}

/// Hands the waiting entries to a map.
void MapBuilder::spill()
{
    map_ = Map{Map::adopt(take_entries(entries(), count_))};
    count_ = 0;
    is_small_ = false;
}

Map MapBuilder::finish()
{
    if (is_small_)
        spill();
    is_small_ = true;
    most_alike_ = 1;
    return std::move(map_);
}

Map make_map(std::initializer_list<KeyValue> entries)
{
    MapBuilder builder;
    for (const KeyValue& entry : entries)
        builder.set(entry.key, entry.value);
    return builder.finish();
}

}  // namespace reops::data

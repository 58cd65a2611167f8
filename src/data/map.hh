// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The persistent map. Up to 8 entries lie in an array in order of insertion; more are a hash
/// array mapped trie (32-way, bitmaps, nodes for keys of one hash), iterated in the order of the
/// keys' hashes, which is the same in every run. A map that once was larger stays a trie, as in
/// Clojure. Changes share all but the path; on an unshared rvalue they happen in place.

#include "data/handle.hh"
#include "data/value.hh"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>

namespace reops::data {

struct MapNode;

/// What iteration yields: `for (const auto& [key, value] : map)`.
struct MapEntry {
    const Value& key;
    const Value& value;
};

class Map : public Handle<Kind::map> {
public:
    class Iterator;

    Map() = default;

    /// Null when the key is absent; lives as long as any copy of the map.
    const Value* find(const Value& key) const;
    /// By a keyword's name: find("ns/name"). Makes nothing and interns nothing.
    const Value* find(std::string_view keyword_name) const;
    /// nil when the key is absent.
    Value get(const Value& key) const;
    Value get(std::string_view keyword_name) const;
    bool contains(const Value& key) const { return find(key) != nullptr; }
    bool contains(std::string_view keyword_name) const { return find(keyword_name) != nullptr; }

    [[nodiscard]] Map assoc(Value key, Value value) const&;
    [[nodiscard]] Map assoc(Value key, Value value) &&;
    [[nodiscard]] Map dissoc(const Value& key) const&;
    [[nodiscard]] Map dissoc(const Value& key) &&;

    Iterator begin() const;
    Iterator end() const;

    /// Is it a trie (and not an array)? For writers that must restore the same order.
    bool is_hashed() const;
    /// The same entries as a trie, whatever their number (none: stays empty).
    [[nodiscard]] Map to_hashed() const;

    friend bool operator==(const Map& a, const Map& b) { return a.value_ == b.value_; }

private:
    friend class Value;
    friend class Set;
    explicit Map(Value value) : Handle(std::move(value)) {}
};

/// Walks arrays and tries alike, in place.
class Map::Iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = MapEntry;
    using difference_type = std::ptrdiff_t;
    using pointer = const MapEntry*;
    using reference = MapEntry;

    Iterator() = default;
    explicit Iterator(const Object* root);

    MapEntry operator*() const { return {entry_[0], entry_[1]}; }
    Iterator& operator++()
    {
        if (--run_ > 0)
            entry_ += 2;
        else
            advance();
        return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.entry_ == b.entry_; }

private:
    void advance();
    void enter(const MapNode* node);

    struct Level {
        const MapNode* node;
        std::uint32_t bits;  ///< places not visited yet
    };
    const Value* entry_ = nullptr;  ///< key and value side by side; null at the end
    std::size_t run_ = 0;           ///< entries side by side, this one included
    std::size_t depth_ = 0;
    std::array<Level, 8> levels_;  // NOLINT: only the first depth_ are read
};

inline Map::Iterator Map::begin() const
{
    return Iterator{object()};
}

inline Map::Iterator Map::end() const
{
    return Iterator{};
}

struct KeyValue {
    Value key;
    Value value;
};

/// Later keys replace earlier equal ones.
Map make_map(std::initializer_list<KeyValue> entries);

/// Builds in place; one owner, one thread.
class MapBuilder {
public:
    void set(Value key, Value value)
    {
        map_ = std::move(map_).assoc(std::move(key), std::move(value));
    }
    const Map& map() const { return map_; }
    Map finish() { return std::move(map_); }

private:
    Map map_;
};

}  // namespace reops::data

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
    friend class MapBuilder;
    friend class SetBuilder;
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

/// Builds a map from entries; later ones replace earlier ones of an equal key. The first 8 wait in
/// the builder itself, so a small map costs one allocation. One owner, one thread.
class MapBuilder {
public:
    MapBuilder() = default;
    MapBuilder(const MapBuilder&) = delete;
    MapBuilder& operator=(const MapBuilder&) = delete;
    ~MapBuilder();

    void set(Value key, Value value);
    std::size_t size() const { return is_small_ ? count_ : map_.size(); }
    /// The most keys of one hash that were met. They are searched one by one: who builds from a
    /// stranger's text refuses when there are many, as only malice makes them (alike_limit).
    std::size_t most_alike() const { return most_alike_; }
    static constexpr std::size_t alike_limit = 50;
    /// The map; the builder is empty afterwards.
    Map finish();

private:
    Value* entries() { return reinterpret_cast<Value*>(waiting_); }
    void spill();

    alignas(Value) std::byte waiting_[16 * sizeof(Value)];  // NOLINT: count_ says what is alive
    std::uint32_t count_ = 0;
    bool is_small_ = true;
    std::size_t most_alike_ = 1;
    Map map_;
};

}  // namespace reops::data

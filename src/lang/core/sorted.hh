// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Sorted maps and sets: persistent AVL trees whose changes copy the path from the root.

#include "data/native.hh"
#include "data/value.hh"
#include "lang/collections.hh"
#include "lang/references.hh"
#include "lang/task.hh"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::lang {

/// A node of the tree; nil stands for none.
class SortedNode final : public data::Native {
public:
    static constexpr ClassId id = ClassId::sorted_node;

    SortedNode(Value key, Value value, Value left, Value right);

    std::string_view type_name() const override { return "sorted node"; }
    std::string print() const override { return "#sorted-node"; }

    void list(References& out) const
    {
        out.add(key);
        out.add(value);
        out.add(left);
        out.add(right);
    }

    Value key;
    Value value;
    Value left;
    Value right;
    std::size_t height;
    std::size_t count;
};

/// The tree and the function that orders it (nil: `compare`).
struct SortedTree {
    Value root;
    Value comparator;

    std::size_t size() const;
    const SortedNode* find(Task& task, const Value& key) const;
    /// The key of an entry that is there already stays.
    SortedTree insert(Task& task, const Value& key, const Value& value) const;
    SortedTree erase(Task& task, const Value& key) const;
    int compare(Task& task, const Value& a, const Value& b) const;
    /// The nodes in order, or from the greatest on.
    std::vector<const SortedNode*> nodes(Task& task, bool ascending = true) const;
};

class SortedMap final : public Collection {
public:
    static constexpr ClassId id = ClassId::sorted_map;

    explicit SortedMap(SortedTree tree) : Collection(id), tree_(std::move(tree)) {}

    const SortedTree& tree() const { return tree_; }
    void list(References& out) const
    {
        out.add(tree_.root);
        out.add(tree_.comparator);
    }

    Value seq(Task& task) const override;
    std::int64_t count(Task& task) const override;
    std::optional<Value> find(Task& task, const Value& key) const override;
    Value assoc(Task& task, Value self, Value key, Value value) const override;
    Value dissoc(Task& task, Value self, const Value& key) const override;
    Value conj(Task& task, Value self, Value element) const override;
    Value empty(Task& task) const override;
    bool is_map() const override { return true; }

    std::string_view type_name() const override { return "sorted map"; }
    std::string print() const override;
    bool equal_value(const Value& other) const override;
    std::uint32_t hash_value() const override;

private:
    SortedTree tree_;
};

class SortedSet final : public Collection {
public:
    static constexpr ClassId id = ClassId::sorted_set;

    explicit SortedSet(SortedTree tree) : Collection(id), tree_(std::move(tree)) {}

    const SortedTree& tree() const { return tree_; }
    void list(References& out) const
    {
        out.add(tree_.root);
        out.add(tree_.comparator);
    }

    Value seq(Task& task) const override;
    std::int64_t count(Task& task) const override;
    std::optional<Value> find(Task& task, const Value& key) const override;
    /// `disj`.
    Value dissoc(Task& task, Value self, const Value& key) const override;
    Value conj(Task& task, Value self, Value element) const override;
    Value empty(Task& task) const override;
    bool is_set() const override { return true; }

    std::string_view type_name() const override { return "sorted set"; }
    std::string print() const override;
    bool equal_value(const Value& other) const override;
    std::uint32_t hash_value() const override;

private:
    SortedTree tree_;
};

}  // namespace reops::lang

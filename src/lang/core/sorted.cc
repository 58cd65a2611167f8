// SPDX-License-Identifier: Apache-2.0
#include "lang/core/sorted.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/core/compare.hh"
#include "lang/error.hh"
#include "lang/printer.hh"
#include "lang/seq.hh"

#include <algorithm>

namespace reops::lang {

namespace {

const SortedNode* node_of(const Value& value)
{
    return value.is_nil() ? nullptr : static_cast<const SortedNode*>(&value.as_native());
}

std::size_t height_of(const Value& value)
{
    return value.is_nil() ? 0 : node_of(value)->height;
}

std::size_t count_of(const Value& value)
{
    return value.is_nil() ? 0 : node_of(value)->count;
}

Value make_node(const Value& key, const Value& value, Value left, Value right)
{
    return data::make_native<SortedNode>(key, value, std::move(left), std::move(right));
}

/// A node over two trees whose heights differ by at most two.
Value balance(const Value& key, const Value& value, const Value& left, const Value& right)
{
    if (height_of(left) > height_of(right) + 1) {
        const SortedNode& l = *node_of(left);
        if (height_of(l.left) >= height_of(l.right))
            return make_node(l.key, l.value, l.left, make_node(key, value, l.right, right));
        const SortedNode& m = *node_of(l.right);
        return make_node(m.key,
                         m.value,
                         make_node(l.key, l.value, l.left, m.left),
                         make_node(key, value, m.right, right));
    }
    if (height_of(right) > height_of(left) + 1) {
        const SortedNode& r = *node_of(right);
        if (height_of(r.right) >= height_of(r.left))
            return make_node(r.key, r.value, make_node(key, value, left, r.left), r.right);
        const SortedNode& m = *node_of(r.left);
        return make_node(m.key,
                         m.value,
                         make_node(key, value, left, m.left),
                         make_node(r.key, r.value, m.right, r.right));
    }
    return make_node(key, value, left, right);
}

const SortedNode& leftmost(const Value& tree)
{
    const SortedNode* node = node_of(tree);
    while (!node->left.is_nil())
        node = node_of(node->left);
    return *node;
}

Value without_leftmost(const Value& tree)
{
    const SortedNode& node = *node_of(tree);
    if (node.left.is_nil())
        return node.right;
    return balance(node.key, node.value, without_leftmost(node.left), node.right);
}

Value insert(
    Task& task, const SortedTree& tree, const Value& at, const Value& key, const Value& value)
{
    if (at.is_nil())
        return make_node(key, value, {}, {});
    const SortedNode& node = *node_of(at);
    const int order = tree.compare(task, key, node.key);
    if (order == 0)
        return make_node(node.key, value, node.left, node.right);
    if (order < 0)
        return balance(node.key, node.value, insert(task, tree, node.left, key, value), node.right);
    return balance(node.key, node.value, node.left, insert(task, tree, node.right, key, value));
}

Value erase(Task& task, const SortedTree& tree, const Value& at, const Value& key)
{
    if (at.is_nil())
        return at;
    const SortedNode& node = *node_of(at);
    const int order = tree.compare(task, key, node.key);
    if (order < 0)
        return balance(node.key, node.value, erase(task, tree, node.left, key), node.right);
    if (order > 0)
        return balance(node.key, node.value, node.left, erase(task, tree, node.right, key));
    if (node.left.is_nil())
        return node.right;
    if (node.right.is_nil())
        return node.left;
    const SortedNode& next = leftmost(node.right);
    return balance(next.key, next.value, node.left, without_leftmost(node.right));
}

/// Recursion is as deep as the tree is high.
void collect(Task& task, const Value& at, bool ascending, std::vector<const SortedNode*>& out)
{
    if (at.is_nil())
        return;
    const SortedNode& node = *node_of(at);
    collect(task, ascending ? node.left : node.right, ascending, out);
    task.poll();
    out.push_back(&node);
    collect(task, ascending ? node.right : node.left, ascending, out);
}

/// The object as a value, for the printer.
std::string print_self(const data::Native& self)
{
    data::retain(&self);
    return print_value(Task::current(), Value::native(&self), true);
}

}  // namespace

SortedNode::SortedNode(Value key_, Value value_, Value left_, Value right_)
    : Native(static_cast<std::uint16_t>(id)),
      key(std::move(key_)),
      value(std::move(value_)),
      left(std::move(left_)),
      right(std::move(right_)),
      height(1 + std::max(height_of(left), height_of(right))),
      count(1 + count_of(left) + count_of(right))
{
}

std::size_t SortedTree::size() const
{
    return count_of(root);
}

int SortedTree::compare(Task& task, const Value& a, const Value& b) const
{
    return compare_by(task, comparator, a, b);
}

const SortedNode* SortedTree::find(Task& task, const Value& key) const
{
    const SortedNode* node = node_of(root);
    while (node != nullptr) {
        const int order = compare(task, key, node->key);
        if (order == 0)
            return node;
        node = node_of(order < 0 ? node->left : node->right);
    }
    return nullptr;
}

SortedTree SortedTree::insert(Task& task, const Value& key, const Value& value) const
{
    if (root.is_nil())
        compare(task, key, key);  // throws for what has no order
    return {lang::insert(task, *this, root, key, value), comparator};
}

SortedTree SortedTree::erase(Task& task, const Value& key) const
{
    return {lang::erase(task, *this, root, key), comparator};
}

std::vector<const SortedNode*> SortedTree::nodes(Task& task, bool ascending) const
{
    std::vector<const SortedNode*> out;
    out.reserve(size());
    collect(task, root, ascending, out);
    return out;
}

Value SortedMap::seq(Task& task) const
{
    std::vector<Value> entries;
    for (const SortedNode* node : tree_.nodes(task))
        entries.push_back(make_entry(node->key, node->value));
    return entries.empty() ? Value{} : Value{data::make_list(std::move(entries))};
}

std::int64_t SortedMap::count(Task&) const
{
    return static_cast<std::int64_t>(tree_.size());
}

std::optional<Value> SortedMap::find(Task& task, const Value& key) const
{
    const SortedNode* node = tree_.find(task, key);
    return node == nullptr ? std::nullopt : std::optional{node->value};
}

Value SortedMap::assoc(Task& task, Value, Value key, Value value) const
{
    return data::make_native<SortedMap>(tree_.insert(task, key, value));
}

Value SortedMap::dissoc(Task& task, Value, const Value& key) const
{
    return data::make_native<SortedMap>(tree_.erase(task, key));
}

Value SortedMap::conj(Task& task, Value self, Value element) const
{
    if (element.is_nil())
        return self;
    if (element.is_vector() && element.as_vector().size() == 2)
        return assoc(task, std::move(self), element.as_vector()[0], element.as_vector()[1]);
    if (!element.is_map() && find_collection(element) == nullptr)
        fail_type("a map or an entry", element, "`conj` to a map");
    SortedTree tree = tree_;
    Walk walk{task, element};
    for (Value entry; walk.next(entry);)
        tree = tree.insert(task, nth(task, entry, 0), nth(task, entry, 1));
    return data::make_native<SortedMap>(std::move(tree));
}

Value SortedMap::empty(Task&) const
{
    return data::make_native<SortedMap>(SortedTree{{}, tree_.comparator});
}

std::string SortedMap::print() const
{
    return print_self(*this);
}

bool SortedMap::equal_value(const Value& other) const
{
    Task& task = Task::current();
    const Collection* collection = find_collection(other);
    if (!other.is_map() && (collection == nullptr || !collection->is_map()))
        return false;
    if (lang::count(task, other) != count(task))
        return false;
    for (const SortedNode* node : tree_.nodes(task))
        if (!contains(task, other, node->key) || !(get(task, other, node->key) == node->value))
            return false;
    return true;
}

std::uint32_t SortedMap::hash_value() const
{
    data::MapBuilder plain;
    for (const SortedNode* node : tree_.nodes(Task::current()))
        plain.set(node->key, node->value);
    return Value{plain.finish()}.hash();
}

Value SortedSet::seq(Task& task) const
{
    std::vector<Value> elements;
    for (const SortedNode* node : tree_.nodes(task))
        elements.push_back(node->key);
    return elements.empty() ? Value{} : Value{data::make_list(std::move(elements))};
}

std::int64_t SortedSet::count(Task&) const
{
    return static_cast<std::int64_t>(tree_.size());
}

std::optional<Value> SortedSet::find(Task& task, const Value& key) const
{
    const SortedNode* node = tree_.find(task, key);
    return node == nullptr ? std::nullopt : std::optional{node->key};
}

Value SortedSet::dissoc(Task& task, Value, const Value& key) const
{
    return data::make_native<SortedSet>(tree_.erase(task, key));
}

Value SortedSet::conj(Task& task, Value self, Value element) const
{
    if (tree_.find(task, element) != nullptr)
        return self;
    return data::make_native<SortedSet>(tree_.insert(task, element, Value{}));
}

Value SortedSet::empty(Task&) const
{
    return data::make_native<SortedSet>(SortedTree{{}, tree_.comparator});
}

std::string SortedSet::print() const
{
    return print_self(*this);
}

bool SortedSet::equal_value(const Value& other) const
{
    Task& task = Task::current();
    const Collection* collection = find_collection(other);
    if (!other.is_set() && (collection == nullptr || !collection->is_set()))
        return false;
    if (lang::count(task, other) != count(task))
        return false;
    for (const SortedNode* node : tree_.nodes(task))
        if (!contains(task, other, node->key))
            return false;
    return true;
}

std::uint32_t SortedSet::hash_value() const
{
    data::SetBuilder plain;
    for (const SortedNode* node : tree_.nodes(Task::current()))
        plain.insert(node->key);
    return Value{plain.finish()}.hash();
}

}  // namespace reops::lang

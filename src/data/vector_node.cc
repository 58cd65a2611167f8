// SPDX-License-Identifier: Apache-2.0
#include "data/vector_node.hh"

#include "base/check.hh"
#include "data/pool.hh"

#include <cstring>
#include <new>
#include <utility>

namespace reops::data {

namespace {

VectorLeaf* make_leaf(std::size_t capacity)
{
    const std::size_t bytes = sizeof(VectorLeaf) + capacity * sizeof(Value);
    auto* made = new (allocate(bytes)) VectorLeaf(ObjectType::vector_leaf, size_class_of(bytes), 0);
    made->capacity = static_cast<std::uint16_t>(capacity);
    return made;
}

VectorInner* make_inner()
{
    constexpr std::uint8_t size_class = size_class_of(sizeof(VectorInner));
    return new (allocate(sizeof(VectorInner))) VectorInner(ObjectType::vector_inner, size_class, 0);
}

VectorRoot* make_root()
{
    constexpr std::uint8_t size_class = size_class_of(sizeof(VectorRoot));
    return new (allocate(sizeof(VectorRoot))) VectorRoot(ObjectType::vector, size_class, 0);
}

/// A leaf that may be changed, with room for `extra` more values.
VectorLeaf* writable_leaf(const Object* owned, std::size_t extra)
{
    auto* leaf = const_cast<VectorLeaf*>(static_cast<const VectorLeaf*>(owned));
    const bool unique = is_unique(leaf);
    const std::size_t wanted = leaf->size + extra;
    if (unique && wanted <= leaf->capacity)
        return leaf;
    std::size_t capacity = wanted;
    if (extra > 0)
        for (capacity = 4; capacity < wanted;)
            capacity *= 2;
    VectorLeaf* made = make_leaf(capacity);
    made->size = leaf->size;
    if (unique) {
        std::memcpy(static_cast<void*>(made->values()),
                    static_cast<const void*>(leaf->values()),
                    leaf->size * sizeof(Value));
        deallocate(leaf, leaf->size_class);
    } else {
        for (std::size_t i = 0; i < leaf->size; ++i)
            new (made->values() + i) Value(leaf->values()[i]);
        release(leaf);
    }
    return made;
}

VectorInner* writable_inner(const Object* owned)
{
    auto* inner = const_cast<VectorInner*>(static_cast<const VectorInner*>(owned));
    if (is_unique(inner))
        return inner;
    VectorInner* made = make_inner();
    made->size = inner->size;
    for (std::size_t i = 0; i < inner->size; ++i) {
        retain(inner->children[i]);
        made->children[i] = inner->children[i];
    }
    release(inner);
    return made;
}

VectorRoot* writable_root(const Object* owned)
{
    auto* root = const_cast<VectorRoot*>(static_cast<const VectorRoot*>(owned));
    if (is_unique(root)) {
        root->hash.store(0, std::memory_order_relaxed);
        return root;
    }
    VectorRoot* made = make_root();
    made->size = root->size;
    made->shift = root->shift;
    made->tree = root->tree;
    made->tail = root->tail;
    if (made->tree != nullptr)
        retain(made->tree);
    retain(made->tail);
    release(root);
    return made;
}

/// A chain of nodes with one child each, down to the leaf.
const Object* path_to(const Object* leaf, unsigned shift)
{
    if (shift == 0)
        return leaf;
    VectorInner* inner = make_inner();
    inner->size = 1;
    inner->children[0] = path_to(leaf, shift - 5);
    return inner;
}

/// Puts a full leaf behind the last one; `index` is that of its first value.
const Object* append_leaf(const Object* owned,
                          unsigned shift,
                          std::size_t index,
                          const Object* leaf)
{
    VectorInner* inner = writable_inner(owned);
    const std::size_t place = (index >> shift) % leaf_size;
    if (place == inner->size) {
        inner->children[place] = path_to(leaf, shift - 5);
        ++inner->size;
    } else {
        inner->children[place] = append_leaf(inner->children[place], shift - 5, index, leaf);
    }
    return inner;
}

void sink_tail(VectorRoot* root)
{
    const std::size_t index = root->tail_begin();
    const Object* leaf = std::exchange(root->tail, nullptr);
    if (root->tree == nullptr) {
        root->tree = path_to(leaf, root->shift);
        return;
    }
    if (index == std::size_t{1} << (root->shift + 5)) {
        VectorInner* above = make_inner();
        above->size = 1;
        above->children[0] = root->tree;
        root->tree = above;
        root->shift += 5;
    }
    root->tree = append_leaf(root->tree, root->shift, index, leaf);
}

/// Takes the last leaf out of the tree; null when nothing is left of the node.
const Object* take_last_leaf(const Object* owned, unsigned shift, const Object*& leaf)
{
    if (shift == 0) {
        leaf = owned;
        return nullptr;
    }
    VectorInner* inner = writable_inner(owned);
    const Object*& last = inner->children[inner->size - 1];
    last = take_last_leaf(last, shift - 5, leaf);
    if (last == nullptr)
        --inner->size;
    if (inner->size > 0)
        return inner;
    release(inner);
    return nullptr;
}

void lift_tail(VectorRoot* root)
{
    release(root->tail);
    const Object* leaf = nullptr;
    root->tree = take_last_leaf(root->tree, root->shift, leaf);
    root->tail = static_cast<const VectorLeaf*>(leaf);
    if (root->tree == nullptr) {
        root->shift = 5;
        return;
    }
    const auto* top = static_cast<const VectorInner*>(root->tree);
    if (root->shift > 5 && top->size == 1) {
        root->tree = top->children[0];
        root->shift -= 5;
        retain(root->tree);
        release(top);
    }
}

const Object* set_in_tree(const Object* owned, unsigned shift, std::size_t index, Value value)
{
    if (shift == 0) {
        VectorLeaf* leaf = writable_leaf(owned, 0);
        leaf->values()[index % leaf_size] = std::move(value);
        return leaf;
    }
    VectorInner* inner = writable_inner(owned);
    const Object*& child = inner->children[(index >> shift) % leaf_size];
    child = set_in_tree(child, shift - 5, index, std::move(value));
    return inner;
}

}  // namespace

const Object* push_value(const Object* owned, Value value)
{
    VectorRoot* root = owned == nullptr ? make_root() : writable_root(owned);
    REOPS_CHECK(root->size < UINT32_MAX, "a vector is over 4 billion elements");
    if (root->tail != nullptr && root->tail->size == leaf_size)
        sink_tail(root);
    // A vector that filled one leaf will likely fill the next; a small one should stay small.
    VectorLeaf* tail = root->tail != nullptr ? writable_leaf(root->tail, 1)
                                             : make_leaf(root->size == 0 ? 4 : leaf_size);
    new (tail->values() + tail->size) Value(std::move(value));
    ++tail->size;
    root->tail = tail;
    ++root->size;
    return root;
}

const Object* set_value(const Object* owned, std::size_t index, Value value)
{
    VectorRoot* root = writable_root(owned);
    if (index >= root->tail_begin()) {
        VectorLeaf* tail = writable_leaf(root->tail, 0);
        tail->values()[index % leaf_size] = std::move(value);
        root->tail = tail;
    } else {
        root->tree = set_in_tree(root->tree, root->shift, index, std::move(value));
    }
    return root;
}

const Object* pop_value(const Object* owned)
{
    if (owned->size == 1) {
        release(owned);
        return nullptr;
    }
    VectorRoot* root = writable_root(owned);
    if (root->tail->size == 1) {
        lift_tail(root);
    } else {
        VectorLeaf* tail = writable_leaf(root->tail, 0);
        --tail->size;
        tail->values()[tail->size].~Value();
        root->tail = tail;
    }
    --root->size;
    return root;
}

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#include "data/object.hh"

#include "data/list.hh"
#include "data/map_node.hh"
#include "data/native.hh"
#include "data/pool.hh"
#include "data/vector_node.hh"

#include <bit>

namespace reops::data {

namespace {

// The dead of this thread that still hold references, linked through their first 8 bytes: count and
// hash have no meaning any more. Letting go of the children of one may add others; the outermost
// destroy() works through them, so the stack does not grow with the depth of the value.
struct Dead {
    const Object* first = nullptr;
    bool draining = false;
};

constinit thread_local Dead dead;

void push_dead(const Object* object)
{
    const auto link = std::bit_cast<std::uint64_t>(dead.first);
    object->count.store(static_cast<std::uint32_t>(link), std::memory_order_relaxed);
    object->hash.store(static_cast<std::uint32_t>(link >> 32), std::memory_order_relaxed);
    dead.first = object;
}

Object* pop_dead()
{
    const Object* object = dead.first;
    const std::uint64_t low = object->count.load(std::memory_order_relaxed);
    const std::uint64_t high = object->hash.load(std::memory_order_relaxed);
    dead.first = std::bit_cast<const Object*>(high << 32 | low);
    return const_cast<Object*>(object);
}

void drop_values(Value* values, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        values[i].~Value();
}

void drop_children(Object* object)
{
    switch (object->type) {
        case ObjectType::cell: {
            auto* cell = static_cast<Cell*>(object);
            cell->first.~Value();
            if (cell->rest != nullptr)
                release(cell->rest);
            return;
        }
        case ObjectType::vector: {
            auto* root = static_cast<VectorRoot*>(object);
            if (root->tree != nullptr)
                release(root->tree);
            release(root->tail);
            return;
        }
        case ObjectType::vector_inner: {
            auto* inner = static_cast<VectorInner*>(object);
            for (std::size_t i = 0; i < inner->size; ++i)
                release(inner->children[i]);
            return;
        }
        case ObjectType::vector_leaf:
            return drop_values(static_cast<VectorLeaf*>(object)->values(), object->size);
        case ObjectType::array_map:
        case ObjectType::map_collision:
            return drop_values(static_cast<EntryArray*>(object)->entries(),
                               std::size_t{2} * object->size);
        case ObjectType::hash_map:
            return release(static_cast<HashRoot*>(object)->root);
        case ObjectType::map_node: {
            auto* node = static_cast<MapNode*>(object);
            for (std::size_t i = 0; i < node->child_count(); ++i)
                release(node->children()[i]);
            return drop_values(node->entries(), 2 * node->entry_count());
        }
        case ObjectType::text:
        case ObjectType::name:
        case ObjectType::native:
            return;
    }
}

/// The last reference is gone.
void destroy(const Object* object)
{
    if (object->type <= ObjectType::name) {
        deallocate(const_cast<Object*>(object), object->size_class);
        return;
    }
    push_dead(object);
    if (dead.draining)
        return;
    dead.draining = true;
    while (dead.first != nullptr) {
        Object* next = pop_dead();
        if (next->type == ObjectType::native) {
            delete static_cast<Native*>(next);
            continue;
        }
        drop_children(next);
        deallocate(next, next->size_class);
    }
    dead.draining = false;
}

}  // namespace

void release(const Object* object) noexcept
{
    // A sole owner needs no atomic subtraction: nobody else can take a reference meanwhile.
    if (is_unique(object) || object->count.fetch_sub(1, std::memory_order_acq_rel) == 1)
        destroy(object);
}

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#include "lang/cycles.hh"

#include "data/list.hh"
#include "data/map_node.hh"
#include "data/vector_node.hh"
#include "lang/interpreter.hh"
#include "lang/references.hh"
#include "lang/task.hh"
#include "lang/traced.hh"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace reops::lang {

namespace {

using data::Object;
using data::ObjectType;

constexpr std::size_t least_containers = 256;  ///< fewer are not worth a search
constexpr std::size_t first_reach = 20'000;
constexpr std::size_t last_reach = 640'000;

void list_values(References& out, const Value* values, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out.add(values[i]);
}

void list_children(References& out, const Object* object)
{
    switch (object->type) {
        case ObjectType::text:
        case ObjectType::name:
            return;
        case ObjectType::cell: {
            const auto* cell = static_cast<const data::Cell*>(object);
            out.add(cell->first);
            return out.add(static_cast<const Object*>(cell->rest));
        }
        case ObjectType::vector: {
            const auto* root = static_cast<const data::VectorRoot*>(object);
            out.add(root->tree);
            return out.add(static_cast<const Object*>(root->tail));
        }
        case ObjectType::vector_inner: {
            const auto* inner = static_cast<const data::VectorInner*>(object);
            for (std::size_t i = 0; i < inner->size; ++i)
                out.add(inner->children[i]);
            return;
        }
        case ObjectType::vector_leaf:
            return list_values(
                out, static_cast<const data::VectorLeaf*>(object)->values(), object->size);
        case ObjectType::array_map:
        case ObjectType::map_collision:
            return list_values(out,
                               static_cast<const data::EntryArray*>(object)->entries(),
                               std::size_t{2} * object->size);
        case ObjectType::hash_map:
            return out.add(static_cast<const data::HashRoot*>(object)->root);
        case ObjectType::map_node: {
            const auto* node = static_cast<const data::MapNode*>(object);
            for (std::size_t i = 0; i < node->child_count(); ++i)
                out.add(node->children()[i]);
            return list_values(out, node->entries(), 2 * node->entry_count());
        }
        case ObjectType::native:
            return list_native(out, static_cast<const data::Native&>(*object));
    }
}

/// Has it anything to follow?
bool is_leaf(const Object* object)
{
    return object->type == ObjectType::text || object->type == ObjectType::name ||
           (object->type == ObjectType::native &&
            !is_traced(static_cast<const data::Native&>(*object)));
}

}  // namespace

void ContainerList::enter(Container& container)
{
    const std::lock_guard lock{mutex_};
    container.before_ = last_;
    (last_ == nullptr ? first_ : last_->after_) = &container;
    last_ = &container;
    ++size_;
}

void ContainerList::leave(Container& container)
{
    const std::lock_guard lock{mutex_};
    (container.before_ == nullptr ? first_ : container.before_->after_) = container.after_;
    (container.after_ == nullptr ? last_ : container.after_->before_) = container.before_;
    container.before_ = container.after_ = nullptr;
    --size_;
}

std::size_t ContainerList::size() const
{
    const std::lock_guard lock{mutex_};
    return size_;
}

Container::Container(const data::Object& self) : self_(self)
{
    if (Task* task = Task::find_current()) {
        list_ = task->interpreter().cycles().containers();
        list_->enter(*this);
    }
}

void Container::leave()
{
    if (list_ != nullptr)
        list_->leave(*this);
}

/// Trial deletion without touching a count: what its own graph holds is counted beside the objects,
/// and who is held by more is alive, with all that it holds. Objects that are being destroyed on
/// other threads are safe to meet: a container waits for the list's mutex before it lets go, and
/// nothing refers to one that dies.
class Cycles::Search {
public:
    explicit Search(std::size_t most) : most_(most) {}

    void add_root(const Object* object, std::uint32_t held)
    {
        const std::size_t at = find_or_add(object);
        if (at != none)
            seen_[at].held += held;
    }

    void run()
    {
        for (std::size_t i = 0; i < seen_.size(); ++i)
            for (const Object* child : children_of(seen_[i].object))
                if (const std::size_t at = find_or_add(child); at != none)
                    ++seen_[at].held;
        mark_living();
        mark_living();  // once more: somebody may have moved a reference downwards meanwhile
    }

    std::vector<Value> garbage() const
    {
        std::vector<Value> out;
        for (const Seen& each : seen_)
            if (!each.is_alive && each.object->type == ObjectType::native)
                out.push_back(value_of(static_cast<const data::Native&>(*each.object)));
        return out;
    }

    std::size_t dead_containers() const
    {
        return static_cast<std::size_t>(
            std::count_if(seen_.begin(), seen_.end(), [](const Seen& each) {
                return !each.is_alive && each.object->type == ObjectType::native &&
                       is_container(static_cast<const data::Native&>(*each.object));
            }));
    }
    bool is_cut() const { return is_cut_; }

private:
    struct Seen {
        const Object* object;
        std::uint32_t held = 0;  ///< references from what was seen
        bool is_alive = false;
    };
    static constexpr std::size_t none = SIZE_MAX;

    const std::vector<const Object*>& children_of(const Object* object)
    {
        references_.objects().clear();
        list_children(references_, object);
        return references_.objects();
    }

    std::size_t find_or_add(const Object* object)
    {
        if (is_leaf(object))
            return none;
        if (const auto found = places_.find(object); found != places_.end())
            return found->second;
        if (seen_.size() == most_) {
            is_cut_ = true;
            return none;
        }
        places_.emplace(object, seen_.size());
        seen_.push_back({object});
        return seen_.size() - 1;
    }

    void mark_living()
    {
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < seen_.size(); ++i) {
            Seen& each = seen_[i];
            if (each.is_alive ||
                (each.held > 0 && each.object->count.load(std::memory_order_acquire) == each.held))
                continue;
            each.is_alive = true;
            open.push_back(i);
        }
        while (!open.empty()) {
            const Object* object = seen_[open.back()].object;
            open.pop_back();
            for (const Object* child : children_of(object)) {
                const auto found = places_.find(child);
                if (found == places_.end() || seen_[found->second].is_alive)
                    continue;
                seen_[found->second].is_alive = true;
                open.push_back(found->second);
            }
        }
    }

    std::size_t most_;
    bool is_cut_ = false;
    std::vector<Seen> seen_;
    std::unordered_map<const Object*, std::size_t> places_;
    References references_;
};

Cycles::Cycles()
    : containers_(std::make_shared<ContainerList>()),
      next_size_(least_containers),
      reach_(first_reach)
{
}

void Cycles::suspect(data::Value value)
{
    if (!value.raw().is_counted() || is_leaf(value.raw().object()))
        return;
    const std::lock_guard lock{mutex_};
    suspects_.push_back(std::move(value));
}

bool Cycles::is_wanted() const
{
    const std::lock_guard lock{mutex_};
    return !suspects_.empty() || containers_->size() >= next_size_;
}

Cycles::Garbage Cycles::step()
{
    const std::lock_guard lock{mutex_};
    return step(reach_);
}

Cycles::Garbage Cycles::step_without_limit()
{
    const std::lock_guard lock{mutex_};
    return step(SIZE_MAX);
}

/// Requires mutex_. Containers are taken from the front of the list and put to its end, so that
/// each has its turn.
Cycles::Garbage Cycles::step(std::size_t most)
{
    Search search{most};
    Garbage garbage;
    for (const Value& value : suspects_)
        search.add_root(value.raw().object(), 1);
    {
        const std::lock_guard lock{containers_->mutex_};
        const bool is_time = most == SIZE_MAX || containers_->size_ >= next_size_;
        const std::size_t count = is_time ? std::min(containers_->size_, most / 4 + 1) : 0;
        for (std::size_t i = 0; i < count; ++i) {
            Container* container = containers_->first_;
            search.add_root(&container->self_, 0);
            if (container->after_ == nullptr)
                break;
            containers_->first_ = container->after_;
            container->after_->before_ = nullptr;
            container->before_ = containers_->last_;
            container->after_ = nullptr;
            containers_->last_->after_ = container;
            containers_->last_ = container;
        }
        search.run();
        garbage.objects_ = search.garbage();
        const std::size_t living = containers_->size_ - search.dead_containers();
        const bool is_whole = !search.is_cut() && count == containers_->size_;
        if (is_time)
            next_size_ = std::max(least_containers, is_whole ? 2 * living : living + living / 8);
        // What a step cannot see whole is looked at again at once, as far as a step may reach.
        if (is_time && search.is_cut() && garbage.objects_.empty() && reach_ < last_reach) {
            reach_ *= 2;
            next_size_ = least_containers;
        }
    }
    garbage.suspects_ = std::exchange(suspects_, {});
    return garbage;
}

void Cycles::Garbage::free()
{
    for (const Value& object : objects_)
        empty_native(object.as_native());
    objects_.clear();
    suspects_.clear();
}

}  // namespace reops::lang

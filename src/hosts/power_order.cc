// SPDX-License-Identifier: Apache-2.0
// Both orders are depth-first walks of the same graph: a stop visits a system's guests before it, a
// start visits what a system runs on before it. Explicit stacks: chains may be long.
#include "hosts/power_order.hh"

#include <algorithm>
#include <set>
#include <string_view>

namespace reops::hosts {

namespace {

/// What must be done before `name`, in the direction.
std::vector<std::string> prerequisites(Direction direction,
                                       std::string_view name,
                                       const Inventory& inventory)
{
    if (direction == Direction::stop)
        return inventory.guests_of(name);
    const System* system = inventory.find(name);
    if (system == nullptr || system->runs_on.empty())
        return {};
    return {system->runs_on};
}

struct Visit {
    std::string name;
    std::string because;
    std::vector<std::string> before;
    std::size_t next = 0;
};

class Walk {
public:
    Walk(Direction direction, const std::vector<std::string>& names, const Inventory& inventory)
        : direction_(direction), inventory_(inventory), named_(names.begin(), names.end())
    {
    }

    void from(const std::string& root)
    {
        enter(root, root);
        while (!stack_.empty()) {
            Visit& top = stack_.back();
            if (top.next < top.before.size()) {
                const std::string child = top.before[top.next++];
                enter(child, root);
            } else {
                leave();
            }
        }
    }

    std::vector<PowerStep> take() { return std::move(steps_); }

private:
    void enter(const std::string& name, const std::string& root)
    {
        if (!seen_.insert(name).second)
            return;
        stack_.push_back({.name = name,
                          .because = named_.contains(name) ? "" : root,
                          .before = prerequisites(direction_, name, inventory_)});
    }

    void leave()
    {
        Visit visit = std::move(stack_.back());
        stack_.pop_back();
        steps_.push_back({.host = std::move(visit.name),
                          .waits_for = std::move(visit.before),
                          .because = std::move(visit.because),
                          .known = false});
        steps_.back().known = inventory_.find(steps_.back().host) != nullptr;
    }

    Direction direction_;
    const Inventory& inventory_;
    std::set<std::string> named_;
    std::set<std::string> seen_;
    std::vector<Visit> stack_;
    std::vector<PowerStep> steps_;
};

}  // namespace

std::vector<PowerStep> power_order(Direction direction,
                                   const std::vector<std::string>& names,
                                   const Inventory& inventory)
{
    Walk walk{direction, names, inventory};
    for (const std::string& name : names)
        walk.from(name);
    return walk.take();
}

}  // namespace reops::hosts

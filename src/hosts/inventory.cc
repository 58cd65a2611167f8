// SPDX-License-Identifier: Apache-2.0
#include "hosts/inventory.hh"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::hosts {

namespace {

using Systems = std::map<std::string, System, std::less<>>;

Failure refuse(std::string message)
{
    return Failure{Code::invalid_argument, std::move(message)};
}

Result<void> check_runs_on(const Systems& systems)
{
    for (const auto& [name, system] : systems)
        if (!system.runs_on.empty() && !systems.contains(system.runs_on))
            return refuse(fmt::format("system \"{}\" runs on \"{}\", which is not in the inventory",
                                      name,
                                      system.runs_on));
    return {};
}

/// Follows `:runs-on` upwards from each system once; meeting the own path again is a cycle.
Result<void> check_cycles(const Systems& systems)
{
    std::set<std::string_view> good;
    for (const auto& [name, system] : systems) {
        std::vector<std::string_view> path;
        std::string_view at = name;
        while (!at.empty() && !good.contains(at)) {
            if (const auto loop = std::find(path.begin(), path.end(), at); loop != path.end()) {
                path.erase(path.begin(), loop);
                path.push_back(at);
                return refuse(fmt::format("systems run on one another in a circle: {}",
                                          fmt::join(path, " -> ")));
            }
            path.push_back(at);
            at = systems.find(at)->second.runs_on;
        }
        good.insert(path.begin(), path.end());
    }
    return {};
}

}  // namespace

Result<Inventory> Inventory::make(std::vector<System> systems, std::uint64_t version)
{
    Inventory inventory;
    inventory.version_ = version;
    for (System& system : systems) {
        if (system.address.empty())
            system.address = system.name;
        std::string name = system.name;
        if (!inventory.systems_.emplace(name, std::move(system)).second)
            return refuse(fmt::format("system \"{}\" is in the inventory twice", name));
    }
    if (auto known = check_runs_on(inventory.systems_); !known.ok())
        return known.failure();
    if (auto acyclic = check_cycles(inventory.systems_); !acyclic.ok())
        return acyclic.failure();
    for (const auto& [name, system] : inventory.systems_)
        if (!system.runs_on.empty())
            inventory.guests_[system.runs_on].push_back(name);
    for (const auto& [name, system] : inventory.systems_)
        if (system.role == Role::self)
            for (const System* at = &system; at != nullptr; at = inventory.find(at->runs_on))
                inventory.own_.insert(at->name);
    return inventory;
}

const System* Inventory::find(std::string_view name) const
{
    const auto found = systems_.find(name);
    return found == systems_.end() ? nullptr : &found->second;
}

std::vector<std::string> Inventory::guests_of(std::string_view name) const
{
    const auto found = guests_.find(name);
    return found == guests_.end() ? std::vector<std::string>{} : found->second;
}

Selector by_type(std::string type)
{
    return [type = std::move(type)](std::string_view, const System& system) {
        return system.type == type;
    };
}

Selector named(std::string name)
{
    return [name = std::move(name)](std::string_view id, const System&) { return id == name; };
}

Selector matching(std::string part_of_id)
{
    return [part = std::move(part_of_id)](std::string_view id, const System&) {
        return id.find(part) != std::string_view::npos;
    };
}

std::vector<std::string> select(const Inventory& inventory, const Selector& selector)
{
    std::vector<std::string> out;
    for (const auto& [name, system] : inventory.systems())
        if (selector(name, system))
            out.push_back(name);
    return out;
}

}  // namespace reops::hosts

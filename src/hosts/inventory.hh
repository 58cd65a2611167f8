// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The inventory: what is known of systems, as an immutable value with a version.
/// Pure: nothing here reaches a network. Providers fill it, the engine reads it.

#include "base/result.hh"
#include "base/time.hh"
#include "data/value.hh"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reops::hosts {

/// Which part of reops' own chain a system is.
enum class Role { unset, self, other };

/// One inventory entry: a machine with a provider. Its name is its id and, without `:address`, the
/// name under which it is reached.
struct System {
    std::string name;
    std::string type;      ///< keyword without colon: "plex"; empty when none was given
    std::string provider;  ///< "sim", "libvirt", "physical"
    std::string address;   ///< host name or address; defaults to the name
    std::string runs_on;   ///< name of its hypervisor; empty: none known
    Role role = Role::unset;
    Duration stop_within = minutes(3);
    Duration start_within = minutes(5);
    std::uint32_t stagger = 8;    ///< guests started at a time when this is a hypervisor
    bool unknown_guests = false;  ///< may be stopped while it runs guests nobody named
    data::Value options;          ///< the whole map as configured (:uri, :mac ...)
};

/// A version of the inventory. Copying is cheap enough for a change, not for an event.
class Inventory {
public:
    Inventory() = default;

    /// Checks that `:runs-on` names exist and make no cycle (invalid_argument, naming the cycle).
    static Result<Inventory> make(std::vector<System> systems, std::uint64_t version);

    std::uint64_t version() const { return version_; }
    const System* find(std::string_view name) const;
    const std::map<std::string, System, std::less<>>& systems() const { return systems_; }
    /// Names of the systems that run on `name`, sorted.
    std::vector<std::string> guests_of(std::string_view name) const;
    /// Is it the system that reops runs on, or one that carries that?
    bool is_own(std::string_view name) const { return own_.contains(name); }

private:
    std::map<std::string, System, std::less<>> systems_;
    std::map<std::string, std::vector<std::string>, std::less<>> guests_;
    std::set<std::string, std::less<>> own_;
    std::uint64_t version_ = 0;
};

/// Reads the `:systems` map of the configuration: {"foo" {:type :plex :provider :sim ...}}.
/// Failures name the system, the key, and the nearest known word.
Result<std::vector<System>> read_systems(const data::Value& systems);

/// A predicate over `[id system]`.
using Selector = std::function<bool(std::string_view id, const System& system)>;

Selector by_type(std::string type);
Selector named(std::string name);
Selector matching(std::string part_of_id);
std::vector<std::string> select(const Inventory& inventory, const Selector& selector);

}  // namespace reops::hosts

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What is outside: machines that take their time, a mail server, power that fails. It
/// outlives the program of the scenario and keeps its own log of what it was asked.

#include "hosts/inventory.hh"
#include "tests/support/scenario/fields.hh"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reops::scenario {

enum class Power { on, off, starting, stopping };

std::string_view to_string(Power power);

/// How a machine answers. Absent words leave what was.
struct MachineChange {
    std::optional<Power> state = {};
    std::optional<Duration> stops_in = {};
    std::optional<Duration> starts_in = {};
    std::optional<bool> never_stops = {};
    std::optional<bool> never_starts = {};
    std::optional<bool> unreachable = {};
    std::optional<std::string> fails = {};  ///< empty: no more
    std::optional<std::vector<std::string>> strangers = {};
    std::optional<bool> stays_off = {};  ///< when the power comes back
};

/// Reads `{:stops-in "60s" ..}`.
MachineChange read_machine_change(Source& source, const data::Form& form);

struct Machine {
    Power state = Power::on;
    std::optional<Time> due = {};  ///< when it is on, or off
    Duration stops_in = seconds(5);
    Duration starts_in = seconds(10);
    bool never_stops = false;
    bool never_starts = false;
    bool unreachable = false;
    std::string fails = {};
    std::vector<std::string> strangers = {};  ///< guests that inventory does not know
    bool stays_off = false;

    void take(const MachineChange& change);
};

/// One line of the machines' own log.
struct Request {
    Time at = {};
    std::string what = {};  ///< "stop", "stop-hard", "start", "lost power"
    std::string host = {};
};

class World {
public:
    World() = default;
    World(std::shared_ptr<const hosts::Inventory> inventory,
          std::map<std::string, Machine, std::less<>> machines)
        : inventory_(std::move(inventory)), machines_(std::move(machines))
    {
    }

    const std::shared_ptr<const hosts::Inventory>& inventory() const { return inventory_; }
    /// Null when nobody has such a machine.
    const Machine* find(std::string_view host) const;
    void change(const std::string& host, const MachineChange& change);

    /// The next moment at which a machine changes by itself; Time::never() without one.
    Time next() const;
    /// Everything that is due by then has happened.
    void advance(Time now);
    /// Asks a machine; empty: it takes the request, else why not.
    std::string ask(const std::string& host, std::string_view what, Time now);
    /// Nothing has power.
    void power_cut(Time now);
    /// What starts by itself is on again.
    void power_back();

    bool mail_answers = true;
    const std::vector<Request>& requests() const { return requests_; }

private:
    void lose_guests(const std::string& host, Time now);

    std::shared_ptr<const hosts::Inventory> inventory_ = std::make_shared<hosts::Inventory>();
    std::map<std::string, Machine, std::less<>> machines_;
    std::vector<Request> requests_;
};

/// Reads hosts.edn: the inventory, and how its machines and the mail server answer.
World read_world(Source& source);

}  // namespace reops::scenario

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The simulated machines as a pure state machine: the same entries at the same times give
/// the same states, whoever runs it and whenever. Nothing here reads a clock or a file.
///
///              start                due                 on
///      off ───────────> starting ───────> on   <──────────────┐
///       ^                  │ never-boots   │ stop             │
///       └──────────────────┘               v                  │ ignore-stop
///       <───── due ──── stopping <─────────┴──────────────────┘
///       <───── stop-hard, or the hypervisor went off: from any state but absent

#include "base/result.hh"
#include "base/time.hh"
#include "data/map.hh"
#include "data/value.hh"
#include "providers/provider.hh"
#include "providers/sim/settings.hh"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::providers::sim {

/// One request as it stands in the log.
struct Entry {
    Time at;         ///< time of the simulation
    std::string op;  ///< declare, set, start, stop, stop-hard, create, destroy
    std::string system;
    data::Value arguments;  ///< words of declare and set
};

/// A machine changed its state.
struct Transition {
    Time at;
    std::string system;
    PowerState from = PowerState::unknown;
    PowerState to = PowerState::unknown;
    std::string why;  ///< "booted", "lost power: big-iron went off"
};

struct Machine {
    PowerState state = PowerState::on;
    std::optional<Time> due;  ///< when a starting or stopping machine is done
    data::Map declared;       ///< words from the configuration
    data::Map overrides;      ///< words from `set`; they win
    Settings settings;        ///< both together
};

/// Failure: unreachable or denied, as its settings say.
Result<void> reach(const std::pair<const std::string, Machine>& machine);

class World {
public:
    /// Lets time pass up to the entry, then carries it out. A failure is the answer to the request
    /// (a start that fails); the world is as it was, but for the time. Times never go back.
    Result<void> apply(const Entry& entry);
    /// Does what is due up to `now`, in order of time, then of name.
    void advance(Time now);

    /// When something will happen by itself.
    std::optional<Time> next_due() const;
    const Machine* find(std::string_view system) const;
    const std::map<std::string, Machine, std::less<>>& machines() const { return machines_; }
    /// What runs on it now, sorted; nothing when no machine was ever said to run on it.
    std::optional<std::vector<std::string>> guests_of(std::string_view hypervisor) const;
    /// All that happened since the last call.
    std::vector<Transition> take_transitions();

private:
    using Place = std::map<std::string, Machine, std::less<>>::iterator;

    Result<void> declare(const Entry& entry);
    Result<void> set(const Entry& entry);
    Result<void> start(Place place);
    Result<void> stop(Place place);
    void change(Place place, PowerState to, std::string why);
    void finish(Place place);
    void cut_power_of_guests(const std::string& hypervisor);

    std::map<std::string, Machine, std::less<>> machines_;
    std::vector<Transition> transitions_;
    Time now_{};
};

}  // namespace reops::providers::sim

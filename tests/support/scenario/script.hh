// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What happens in a scenario, and when: events.edn as a value. Times count from the start.

#include "engine/event.hh"
#include "tests/support/scenario/fields.hh"
#include "tests/support/scenario/world.hh"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace reops::scenario {

/// A sensor's reading. `age`: its payload carries a time of its own, that long before.
struct Reading {
    engine::Event event = {};
    std::optional<Duration> age = {};
};

/// What a person types.
struct Order {
    std::string verb = {};
    data::Value args = {};
    std::string actor = {};
};

/// The program ends without warning and begins again after `down`. With `power_cut` the whole
/// house is dark meanwhile, and what begins again is the machine, with a clock that may be wrong.
struct Restart {
    Duration down{};
    bool power_cut = false;
    std::optional<Duration> synchronised_after = Duration{};  ///< nothing: never
    Duration clock_behind{};  ///< by how much the clock is wrong until then
};

/// The mail server answers, or it does not.
struct MailServer {
    bool answers = true;
};

/// A machine behaves otherwise from now on.
struct HostChange {
    std::string host = {};
    MachineChange change = {};
};

/// Somebody set the wall clock.
struct ClockStep {
    Duration by{};
};

/// The broker has been away for five minutes, or is back.
struct SourceTrouble {
    bool over = false;
};

struct Happening {
    Duration at{};
    std::variant<Reading, Order, Restart, MailServer, HostChange, ClockStep, SourceTrouble> what =
        {};
};

struct Script {
    Time start = {};
    Duration utc_offset{};
    Duration until{};
    std::vector<Happening> happenings = {};  ///< by time; in the order of the file at one time
};

/// Reads events.edn; mistakes are the source's. What the broker could not deliver, because it or
/// the program was away, comes when it is back.
Script read_script(Source& source);

}  // namespace reops::scenario

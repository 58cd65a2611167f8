// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Entries: whatever comes from outside, in the order of the journal. The engine's decisions
/// are a function of its state and of these, of nothing else.

#include "base/time.hh"
#include "data/value.hh"
#include "engine/event.hh"
#include "engine/ids.hh"
#include "engine/outcome.hh"
#include "hosts/inventory.hh"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace reops::engine {

/// A timer of the engine's is due; `key` names it in the engine's own table.
struct TimerDue {
    std::string key = {};
    Time due = {};
};

/// A performer is about to act on an effect that is never repeated.
struct Begun {
    EffectId effect = {};
};

/// An attempt at an effect ended.
struct Ended {
    EffectId effect = {};
    std::uint32_t attempt = 1;
    Outcome outcome = {};
};

/// What the user's function of a stage inside a run gave (the engine asks for it by a follow-up).
struct Evaluated {
    RunId run = {};
    std::uint32_t stage = 0;
    std::vector<std::string> hosts = {};  ///< of `pick` over hosts: the ones to go on with
    bool replaces_value = false;
    data::Value value = {};
    std::string error = {};  ///< not empty: the function threw
    bool again = false;      ///< asked a second time, after a start; not written
};

struct FilterAnswer;

/// What the filters of one flow made of an entry that was `pending`.
struct Filtered {
    std::string flow = {};
    std::string version = {};
    std::string key = {};  ///< of the event
    Position entry = {};   ///< the pending one
    bool again = false;    ///< it may have been evaluated before, by a process that ended
    Duration took{};
    std::shared_ptr<FilterAnswer> answer = {};  ///< not written: it is in the trace and the delta
};

/// A person's command: "cancel" {:run 12}, "release" {:host "foo"}, "disarm" {:flow ..},
/// "resume" {:flow ..}.
struct Command {
    std::string verb = {};
    data::Value args = {};
    std::string actor = {};
};

struct InventoryChanged {
    std::shared_ptr<const hosts::Inventory> inventory = {};
};

/// A flow is armed in this version. The Flow itself was declared to the engine before.
struct Armed {
    std::string flow = {};
    std::string version = {};
    std::vector<std::string> stages = {};  ///< as printed; the text of the version
    std::string origin = {};               ///< "program", "repl", a file
};

/// The process began. Comes before anything else after recovery.
struct Started {
    std::string boot_id = {};
    bool same_boot = true;
    bool downtime_pending = false;  ///< DowntimeKnown will follow; leftovers wait for it
    bool downtime_known = true;     ///< exact within a boot, else by a synchronised wall clock
    Duration downtime{};
    std::string mail_host = {};  ///< right side of Message-IDs
    Duration utc_offset{};       ///< of the configured zone, for times in messages
};

/// After a boot of the machine the clock took a while to be synchronised: only now is it known how
/// long the program was down. Follows a Started with `downtime_pending`.
struct DowntimeKnown {
    bool known = true;  ///< false: two minutes passed and the clock is still not synchronised
    Duration downtime{};
};

/// The wall clock was set by more than a second; moves schedules and shown times only.
struct ClockStepped {
    Duration by{};
};

/// A source, sink or the program itself is in trouble, or well again; becomes an alert.
struct Trouble {
    std::string cause = {};  ///< "source-down:mqtt"
    std::string text = {};
    bool over = false;
};

using Body = std::variant<Event,
                          TimerDue,
                          Begun,
                          Ended,
                          Evaluated,
                          Command,
                          InventoryChanged,
                          Armed,
                          Started,
                          ClockStepped,
                          Trouble,
                          DowntimeKnown,
                          Filtered>;

/// One thing that came from outside. `at` is engine time and never goes back.
struct Entry {
    Position position = {};
    Time at = {};
    Body body = {};
};

}  // namespace reops::engine

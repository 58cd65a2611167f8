// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What a flow would do, without doing it: `reops plan FLOW [VALUE] [--key K]`.
///
/// A hypothetical live event is given to a copy of the engine. Every action is answered on virtual
/// time as if it had gone well, due timers fire, until the flow has nothing open. Nothing of the
/// real engine changes, and the same question to the same state has the same answer. Other flows
/// that take the event act beside it, as they would.
///
///     auto plan = make_plan(engine, {.flow = "closet-heat", .value = Value::integer(71),
///                                    .key = "closet", .at = engine.state().now});
///
/// Pure; called on the engine's thread, since it reads the engine. What cannot be foreseen: guests
/// that only the provider knows, and failures.

#include "base/result.hh"
#include "engine/engine.hh"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reops::engine {

struct PlanQuestion {
    std::string flow = {};
    /// Without one, the stages before the first action are taken as passed.
    std::optional<data::Value> value = {};
    std::string key = {};           ///< empty: the flow's own key, else "emit"
    Time at = {};                   ///< not before the engine's time, which is taken instead
    Duration horizon = hours(1);    ///< no further than this
    std::size_t most_steps = 5000;  ///< nor longer than this many entries
    /// What providers say of hosts now: is it on? Hosts without a word here are taken as this
    /// engine saw them last, else as being in the other state.
    std::map<std::string, bool, std::less<>> is_on = {};
    Duration stop_takes = seconds(30);  ///< unless its last stop is remembered
    Duration start_takes = seconds(60);
    Duration operation_takes = seconds(5);
};

/// What the flow made of the event, or of a timer that the event set.
struct PlanLook {
    Duration at{};
    Reason reason = Reason::clear;
    std::string stage = {};                ///< the one that ended it, as printed; empty: none
    std::vector<data::Value> values = {};  ///< after each stage that replaced the value
    std::string error = {};
};

/// One host in one action, in the order in which they begin.
struct PlanStep {
    RunId run = {};
    std::uint32_t stage = 0;
    std::string host = {};
    std::string action = {};                  ///< "stop", "start"
    std::string because = {};                 ///< the named host that brought it in
    std::vector<std::string> waits_for = {};  ///< hosts of the same action that come before
    Status outcome = Status::verified;  ///< `refused` with its message; else as if it went well
    std::string message = {};
    bool already_there = false;  ///< nothing would have to be changed
    bool ended = false;          ///< false: beyond the horizon
    Duration begins{};           ///< after the event
    Duration ends{};
};

struct PlanMail {
    Duration at{};
    std::string subject = {};
    std::vector<std::string> to = {};
    bool in_digest = false;  ///< over the limit of an hour: only its subject is told, later
};

struct PlanPublish {
    Duration at{};
    std::string topic = {};
    std::string payload = {};
};

struct PlanHold {
    Duration at{};
    std::string host = {};
};

/// reops would complain.
struct PlanAlert {
    Duration at{};
    std::string text = {};
};

/// All offsets are after the event.
struct Plan {
    std::string flow = {};
    std::string version = {};
    std::string event = {};
    std::string key = {};
    std::optional<data::Value> value = {};
    Time at = {};
    bool opens_run = false;
    std::vector<PlanLook> looks = {};  ///< the last one says why a run was opened, or was not
    Duration opened{};                 ///< of the first run
    std::string status = {};           ///< of the last run that ended: "done"; empty: none did
    std::vector<PlanStep> steps = {};
    std::vector<PlanMail> mails = {};
    std::vector<PlanPublish> publishes = {};
    std::vector<PlanHold> holds = {};
    std::vector<PlanAlert> alerts = {};
    std::vector<std::string> other_flows = {};  ///< that would open a run by the same event
    bool cut = false;                           ///< the horizon or the bound was reached
};

/// Fails with not_found when the flow is not armed.
Result<Plan> make_plan(const Engine& engine, const PlanQuestion& question);

}  // namespace reops::engine

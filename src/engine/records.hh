// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The records that make up the engine's state. Each one is changed through its Table, which
/// remembers that it was; record_codec.hh turns them to bytes.

#include "base/time.hh"
#include "data/value.hh"
#include "engine/effect.hh"
#include "engine/event.hh"
#include "engine/ids.hh"
#include "engine/outcome.hh"
#include "engine/signal.hh"
#include "hosts/power_order.hh"

#include <cstdint>
#include <string>
#include <vector>

namespace reops::engine {

/// A flow as it is armed. Table key: its name.
struct ArmedFlow {
    std::uint32_t ordinal = 0;  ///< short name in traces, never reused
    std::string name = {};
    std::string version = {};
    std::string event = {};
    std::string key = {};
    bool has_key = false;
    bool active = true;  ///< false: disarmed, kept for the history
    bool paused = false;
    std::vector<std::string> stages = {};
    std::string origin = {};
    std::vector<Time> failures = {};  ///< of the last minute
    Time armed = {};
};

/// What the stateful filters of a flow keep for one key. Table key: flow, NUL, key.
struct FilterState {
    std::vector<data::Value> stages = {};
};

/// (flow, key) while its condition holds. Table key: flow, NUL, key.
struct Incident {
    std::uint64_t number = 0;
    std::string flow = {};
    std::string key = {};
    Position event = {};  ///< the first that passed
    Time opened = {};
    Time last_pass = {};
    Time last_event = {};
    Time last_run = {};
    RunId open_run = {};  ///< 0: none
    RunId last_run_id = {};
    std::uint32_t runs = 0;
    std::uint32_t joined = 0;
    std::uint32_t repeats = 0;
    std::string signature = {};          ///< outcomes of the last run
    std::vector<std::string> told = {};  ///< by stage: outcomes that its last mail told of
    std::string thread = {};             ///< identity of the first mail; empty: nobody was told
};

/// The runs of a flow and key that follow one another (Mode::queue and Mode::restart). Table key:
/// flow, NUL, key.
struct RunQueue {
    RunId open_run = {};
    std::vector<Trigger> waiting = {};
};

enum class ItemState : std::uint8_t {
    waiting,       ///< for other hosts of the same order
    behind_other,  ///< another power action on the system is in flight
    open,          ///< its effect is in the outbox
    ended,
};

/// One host in the action that a run is at.
struct HostItem {
    std::string host = {};
    std::vector<std::string> waits_for = {};
    std::string because = {};
    ItemState state = ItemState::waiting;
    EffectId effect = {};
    bool is_start = false;
    bool hard = false;  ///< the stop was overdue and became stop-hard
    bool behind_timed_out = false;
    Outcome outcome = {};  ///< once ended
};

/// A verb at work on the hosts of a run's present stage. Table key: the run's number.
struct Operation {
    std::string verb = {};
    std::uint32_t hosts = 0;     ///< all of them
    std::uint32_t released = 0;  ///< of them, in order; the others wait for their batch
    std::uint32_t open = 0;      ///< of the released: not ended
};

/// One of its hosts. Table key: the run's number, its place.
struct OperationItem {
    std::string host = {};
    EffectId effect = {};  ///< 0: not released
    bool ended = false;
    Outcome outcome = {};
};

enum class RunStatus : std::uint8_t {
    open,
    done,
    partial,  ///< some hosts failed
    failed,
    no_hosts,
    unchanged,  ///< a repeat run that found all as it was
    interrupted,
    cancelled,
    shadow,  ///< nothing was done: its flow only lists what it would do
};

/// A run that is open. Table key: its number.
struct Run {
    RunId id = {};
    std::string flow = {};
    std::string version = {};
    Trigger trigger = {};
    Time opened = {};
    std::uint32_t stage = 0;
    std::vector<std::string> hosts = {};
    HostResults results = {};
    std::vector<HostItem> items = {};
    bool incident = false;
    bool repeat = false;
    bool evaluating = false;
    bool cancelled = false;
    bool expired = false;
    bool found_no_hosts = false;
    bool told = false;  ///< an email stage was reached
    std::string error = {};
};

/// Who waits for an effect.
struct Waiter {
    RunId run = {};
    std::uint32_t stage = 0;
};

/// One item of the outbox. Table key: the effect's number.
struct OutboxItem {
    Effect effect = {};
    std::vector<Waiter> waiters = {};
    bool waits_for_retry = false;
    Time retry_at = {};
    std::string last_trouble = {};
    bool kept_back = false;  ///< reops is frozen: not offered yet
};

/// Why a host may not be started by others. Table key: host, NUL, flow, NUL, key.
struct Hold {
    std::string host = {};
    std::string flow = {};
    std::string key = {};
    Time since = {};
    bool silent = false;     ///< its incident closed for lack of readings; waits for a clear
    bool confirmed = false;  ///< a stop of the incident reached its end
};

/// What the engine remembers of a system's power. Table key: the host.
struct SystemState {
    EffectId in_flight = {};  ///< 0: none
    std::string kind = {};    ///< of the one in flight
    bool has_direction = false;
    hosts::Direction direction = hosts::Direction::stop;
    std::vector<Time> changes = {};  ///< of direction, within 15 minutes
    Duration last_stop{};            ///< how long the last stop took
    bool is_off = false;             ///< as far as our actions have seen
    Time seen = {};
};

/// What one flow still has to make of an entry that is in the journal already: its function takes
/// long, or an earlier one of its key does. Table key: flow, NUL, number of the entry.
struct Pending {
    std::string flow = {};
    std::string key = {};  ///< of the event
    Position entry = {};
    Time at = {};           ///< of the entry
    Event event = {};       ///< empty for a timer
    bool is_timer = false;  ///< of the filter `stage`
    std::uint8_t stage = 0;
    Time due = {};
    bool overdue = false;
};

/// An alert that has not cleared. Table key: its cause.
struct Alert {
    std::string cause = {};
    std::string text = {};
    Time since = {};
};

/// A timer of the engine's own. Table key: its key; the first letter says what it is for.
struct TimerRecord {
    Time due = {};
};

/// Everything that is one of a kind. Table key: empty.
struct Counters {
    std::uint64_t next_run = 1;
    std::uint64_t next_effect = 1;
    std::uint64_t next_incident = 1;
    std::uint32_t next_ordinal = 1;
    std::vector<Time> mails = {};          ///< of the last hour
    std::vector<std::string> digest = {};  ///< subjects over the limit
    std::string boot_id = {};
    std::string mail_host = {};
    Duration utc_offset{};  ///< for times in messages
    bool frozen = false;    ///< what is decided waits
    Time frozen_since = {};
    std::string frozen_by = {};
};

std::string_view to_string(RunStatus status);

}  // namespace reops::engine

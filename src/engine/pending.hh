// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Entries that one flow has not decided yet because its function takes long. They are rows
/// of the state, in the order in which they came; one of a flow and key is evaluated at a time.

#include "engine/entry.hh"
#include "engine/flow.hh"
#include "engine/state.hh"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace reops::engine {

struct Context;

/// Who waits, by flow and key, and who is being evaluated. Derived from State::pending, but for
/// what is being evaluated, which belongs to the process. Read by lanes, changed between.
class PendingIndex {
public:
    void rebuild(const State& state);

    bool is_empty() const { return queues_.empty(); }
    bool has(std::string_view flow, std::string_view key) const;

    void add(const Pending& row);
    void remove(const Pending& row);
    /// All of the flow's; they are gone from the state.
    void drop(std::string_view flow);
    /// The flow is armed: look at its queues. In another version: what is being evaluated by the
    /// old one is not wanted any more.
    void wake(std::string_view flow, bool other_version);

    /// The first of (flow, key), while nobody evaluates it; then somebody does.
    std::optional<Position> claim(std::string_view flow, std::string_view key);
    /// (flow, key) that may have one to claim; forgets that they may.
    std::set<std::string> take_ready();

    /// Entries up to here were pending when the process began.
    Position recovered;

private:
    struct Queue {
        std::deque<Position> waiting;
        bool claimed = false;
    };
    using Queues = std::map<std::string, Queue, std::less<>>;

    Queues queues_;  ///< by flow, NUL, key; none is empty
    std::set<std::string> ready_;
};

/// The flow has to decide the entry at hand later.
void put_pending(Context& c, const Flow& flow, const std::string& key, const Entry& entry);
/// The answer is in: the entry waits no longer. False when nobody waits for it: the flow was
/// disarmed, or armed in another version.
bool take_pending(Context& c, const Filtered& filtered);
/// The flow is disarmed.
void drop_pending(Context& c, const std::string& flow);
/// The lag timer of a flow is due.
void check_lag(Context& c, const std::string& flow);

}  // namespace reops::engine

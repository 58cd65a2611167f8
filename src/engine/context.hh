// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What every part of the decide half works on: the state, the flows, the entry's time, and
/// the decision that is being made. Serial, no user code, no clock.

#include "engine/decision.hh"
#include "engine/flow_registry.hh"
#include "engine/pending.hh"
#include "engine/state.hh"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace reops::engine {

/// Timers in the order they become due; derived from State::timers.
class TimerIndex {
public:
    void rebuild(const State& state);
    void set(State& state, const std::string& key, Time due);
    void cancel(State& state, const std::string& key);
    /// Removes the timer that became due. False: it was cancelled or moved meanwhile.
    bool take(State& state, const TimerDue& timer);
    Time next() const { return order_.empty() ? Time::never() : order_.begin()->first; }
    const std::set<std::pair<Time, std::string>>& order() const { return order_; }

private:
    std::set<std::pair<Time, std::string>> order_;
};

/// A user's function inside a run that has to be called before the run goes on.
struct Evaluation {
    RunId run;
    std::uint32_t stage = 0;
    bool again = false;  ///< it may have been called before, by a process that ended
};

struct Context {
    State& state;
    FlowRegistry& flows;
    TimerIndex& timers;
    PendingIndex& pending;
    Time now;
    Position position;
    Time before;  ///< of the entry before this one
    Decision* decision = nullptr;
    std::vector<Evaluation>* evaluations = nullptr;
    std::vector<FilterKey>* changed_filters = nullptr;
    /// Runs to look at again before the entry is done: never from inside one another.
    std::vector<RunId> to_progress;
    /// Flows with events that wait in a queue that is free now.
    std::vector<std::string> to_open;

    void note(Note note) { decision->notes.push_back(std::move(note)); }
};

/// The letters that timer keys begin with.
namespace timer_for {
constexpr char filter = 'f';  ///< f flow NUL key NUL stage
constexpr char quiet = 'q';   ///< q flow NUL key
constexpr char retry = 'r';   ///< r effect
constexpr char behind = 'b';  ///< b run NUL host
constexpr char digest = 'd';  ///< d
constexpr char lag = 'l';     ///< l flow
}  // namespace timer_for

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/context.hh"

namespace reops::engine {

void TimerIndex::rebuild(const State& state)
{
    order_.clear();
    for (const auto& [key, timer] : state.timers.rows())
        order_.emplace(timer.due, key);
}

void TimerIndex::set(State& state, const std::string& key, Time due)
{
    cancel(state, key);
    state.timers.at(key).due = due;
    order_.emplace(due, key);
}

void TimerIndex::cancel(State& state, const std::string& key)
{
    if (const TimerRecord* timer = state.timers.find(key)) {
        order_.erase({timer->due, key});
        state.timers.erase(key);
    }
}

bool TimerIndex::take(State& state, const TimerDue& timer)
{
    const TimerRecord* record = state.timers.find(timer.key);
    if (record == nullptr || record->due != timer.due)
        return false;
    cancel(state, timer.key);
    return true;
}

}  // namespace reops::engine

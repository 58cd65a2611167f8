// SPDX-License-Identifier: Apache-2.0
#include "engine/state_check.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace reops::engine {

namespace {

Failure corrupt(std::string what)
{
    return Failure{Code::corrupt, "the engine's state does not fit together: " + std::move(what)};
}

bool has_effect(const State& state, EffectId id)
{
    return state.outbox.find(number_key(id.number)) != nullptr;
}

bool has_run(const State& state, RunId id)
{
    return id.number == 0 || state.runs.find(number_key(id.number)) != nullptr;
}

Result<void> check_runs(const State& state)
{
    for (const auto& [key, run] : state.runs.rows()) {
        if (key != number_key(run.id.number))
            return corrupt("run " + to_string(run.id) + " stands under another number");
        for (const HostItem& item : run.items)
            if (item.state == ItemState::open && !has_effect(state, item.effect))
                return corrupt(to_string(run.id) + " waits for " + to_string(item.effect) +
                               ", which is not in the outbox");
    }
    return {};
}

Result<void> check_outbox(const State& state)
{
    for (const auto& [key, item] : state.outbox.rows()) {
        const Effect& effect = item.effect;
        if (key != number_key(effect.id.number) || effect.attempt == 0)
            return corrupt("effect " + to_string(effect.id) + " stands under another number");
        if (find_effect_kind(effect.kind) == nullptr)
            return Failure{Code::unsupported,
                           fmt::format("the outbox holds a `{}` ({}), which this reops cannot "
                                       "perform; start the newer program that wrote it",
                                       effect.kind,
                                       to_string(effect.id))};
    }
    return {};
}

Result<void> check_operations(const State& state)
{
    for (const auto& [key, operation] : state.operations.rows())
        if (state.runs.find(key) == nullptr || operation.released > operation.hosts ||
            operation.open > operation.released)
            return corrupt("an operation `" + operation.verb + "`");
    for (const auto& [key, item] : state.operation_items.rows()) {
        const bool open = item.effect.number != 0 && !item.ended;
        if (key.size() != 16 || state.operations.find(key.substr(0, 8)) == nullptr ||
            (open && !has_effect(state, item.effect)))
            return corrupt("an operation on " + item.host);
    }
    return {};
}

Result<void> check_systems(const State& state)
{
    for (const auto& [host, system] : state.systems.rows())
        if (system.in_flight.number != 0 && !has_effect(state, system.in_flight))
            return corrupt("an action on " + host + " is in flight, but not in the outbox");
    return {};
}

Result<void> check_incidents(const State& state)
{
    for (const auto& [key, incident] : state.incidents.rows())
        if (key != join_key(incident.flow, incident.key) || !has_run(state, incident.open_run))
            return corrupt("an incident of " + incident.flow);
    for (const auto& [key, hold] : state.holds.rows())
        if (key != join_key(hold.host, hold.flow, hold.key))
            return corrupt("a hold of " + hold.host);
    for (const auto& [key, queue] : state.run_queues.rows())
        if (!has_run(state, queue.open_run))
            return corrupt("a run queue follows " + to_string(queue.open_run));
    return {};
}

Result<void> check_pending(const State& state)
{
    for (const auto& [key, row] : state.pending.rows())
        if (key != join_key(row.flow, number_key(row.entry.number)) || row.entry > state.position)
            return corrupt("a pending entry of " + row.flow);
    return {};
}

Result<void> check_names(const State& state)
{
    for (const auto& [name, flow] : state.flows.rows())
        if (name != flow.name || flow.ordinal == 0)
            return corrupt("flow " + name);
    for (const auto& [cause, alert] : state.alerts.rows())
        if (cause != alert.cause)
            return corrupt("alert " + cause);
    for (const auto& [key, timer] : state.timers.rows())
        if (key.empty())
            return corrupt("a timer without a name");
    if (state.counters.size() > 1 || (state.counters.size() == 1 && !state.counters.find("")))
        return corrupt("there is one row of counters");
    return {};
}

}  // namespace

Result<void> check_state(const State& state)
{
    using Check = Result<void> (*)(const State&);
    static constexpr std::array<Check, 7> checks = {check_names,
                                                    check_runs,
                                                    check_outbox,
                                                    check_operations,
                                                    check_systems,
                                                    check_incidents,
                                                    check_pending};
    for (const Check check : checks)
        if (auto fits = check(state); !fits.ok())
            return fits;
    return {};
}

}  // namespace reops::engine

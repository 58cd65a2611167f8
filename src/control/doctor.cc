// SPDX-License-Identifier: Apache-2.0
// What a running reops knows of its own health. What can be seen without it (files, folders, the
// lock) is looked at by the command itself.
#include "control/routes.hh"
#include "data/vector.hh"
#include "engine/state.hh"

#include <algorithm>

namespace reops::control {

namespace {

constexpr Duration checks_within = seconds(10);

Check check_intake(const ControlParts& parts)
{
    if (parts.runtime.is_accepting())
        return {"intake", Health::ok, "events are taken and committed", ""};
    return {"intake",
            Health::fail,
            "intake is stopped: the journal cannot be written, or reops is stopping",
            "df -h " + parts.state_folder};
}

Check check_history(const ControlParts& parts)
{
    store::History& history = parts.runtime.history();
    const auto runs = history.runs({});
    if (!runs.ok())
        return {"history", Health::fail, runs.failure().message, "reops doctor --rebuild"};
    return {"history",
            Health::ok,
            "reflects the journal up to " + engine::to_string(history.position()) + " of " +
                engine::to_string(parts.runtime.engine().state().position),
            ""};
}

Check check_flows(const engine::State& state)
{
    std::size_t armed = 0;
    std::string paused;
    for (const auto& [name, flow] : state.flows.rows()) {
        armed += flow.active ? 1U : 0U;
        if (flow.active && flow.paused)
            paused = name;
    }
    if (armed == 0)
        return {"flows", Health::warn, "no flow is armed: nothing can happen", "reops flows"};
    if (!paused.empty())
        return {"flows",
                Health::fail,
                "`" + paused + "` failed too often and is paused",
                "reops resume " + paused};
    return {"flows", Health::ok, std::to_string(armed) + " armed", ""};
}

Check check_outbox(const engine::State& state)
{
    std::size_t waiting = 0;
    const engine::OutboxItem* first = nullptr;
    for (const auto& [key, item] : state.outbox.rows())
        if (item.waits_for_retry) {
            ++waiting;
            first = first == nullptr ? &item : first;
        }
    if (first == nullptr)
        return {"outbox", Health::ok, std::to_string(state.outbox.size()) + " in flight", ""};
    return {
        "outbox",
        Health::warn,
        std::to_string(waiting) + " wait for another attempt; the oldest: " + first->effect.kind +
            " " + engine::to_string(first->effect.id) + " (" + first->last_trouble + ")",
        first->effect.run.number != 0 ? "reops why " + engine::to_string(first->effect.run) : ""};
}

Check check_freeze(const engine::State& state)
{
    const engine::Counters* counters = state.counters.find("");
    if (counters == nullptr || !counters->frozen)
        return {"freeze", Health::ok, "what is decided is done", ""};
    return {"freeze",
            Health::warn,
            "frozen by " + counters->frozen_by + " since " + to_iso(counters->frozen_since) +
                ": nothing that is decided is done",
            "reops thaw"};
}

std::vector<Check> own_checks(const ControlParts& parts)
{
    const engine::State& state = parts.runtime.engine().state();
    std::vector<Check> checks = {check_intake(parts),
                                 check_history(parts),
                                 check_flows(state),
                                 check_freeze(state),
                                 check_outbox(state)};
    for (const auto& [cause, alert] : state.alerts.rows())
        checks.push_back({"alert", Health::warn, alert.text, ""});
    return checks;
}

}  // namespace

void show_doctor(const ControlParts& parts, const Ask&, const Reply& reply)
{
    std::vector<Check> checks = own_checks(parts);
    if (!parts.run_checks)
        return reply(make_detail({{"checks", to_value(checks)}}));
    parts.run_checks(checks_within,
                     [reply, checks = std::move(checks)](std::vector<Check> more) mutable {
                         checks.insert(checks.end(), more.begin(), more.end());
                         reply(make_detail({{"checks", to_value(checks)}}));
                     });
}

}  // namespace reops::control

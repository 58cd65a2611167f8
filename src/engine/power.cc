// SPDX-License-Identifier: Apache-2.0
//   waiting --others ended--> open --outcome--> ended
//      |  \--refused--> ended   \--stop overdue, its hypervisor goes too--> open (stop-hard)
//      \--another action in flight--> behind_other --it ended, or 60 s--> waiting
#include "engine/power.hh"

#include "engine/detail.hh"
#include "engine/incidents.hh"
#include "engine/power_item.hh"
#include "engine/runs.hh"

#include <algorithm>

namespace reops::engine {

namespace {

const PowerStage* power_stage(const Context& c, const Run& run)
{
    const Flow* flow = c.flows.find(run.flow, run.version);
    if (flow == nullptr || run.stage >= flow->stages.size() ||
        flow->stages[run.stage]->role() != StageRole::power)
        return nullptr;
    return static_cast<const PowerStage*>(flow->stages[run.stage].get());
}

/// May its hypervisor still be shut down in this stop? Not once it is refused, or will be because
/// another guest of its stays on.
bool goes_down(const Context& c,
               const Run& run,
               const HostItem& hypervisor,
               const std::string& guest)
{
    if (hypervisor.state == ItemState::ended || !may_go_down(c, hypervisor.host))
        return false;
    return std::none_of(run.items.begin(), run.items.end(), [&](const HostItem& other) {
        return other.host != guest && other.state == ItemState::ended &&
               !is_success(other.outcome.status) &&
               std::find(hypervisor.waits_for.begin(), hypervisor.waits_for.end(), other.host) !=
                   hypervisor.waits_for.end();
    });
}

/// Its power goes away with its hypervisor either way, or the flow said `halt`.
bool may_switch_off(const Context& c, const Run& run, const HostItem& item)
{
    const PowerStage* stage = power_stage(c, run);
    if (stage == nullptr || c.now > run.trigger.at + stage->options().good_for)
        return false;
    if (stage->options().hard_when_overdue)
        return true;
    return std::any_of(run.items.begin(), run.items.end(), [&](const HostItem& other) {
        return std::find(other.waits_for.begin(), other.waits_for.end(), item.host) !=
                   other.waits_for.end() &&
               goes_down(c, run, other, item.host);
    });
}

void take_outcome(Context& c, Run& run, HostItem& item, const Outcome& outcome)
{
    const bool overdue = !item.is_start && !item.hard && outcome.status == Status::timeout;
    if (overdue && !run.cancelled && may_switch_off(c, run, item)) {
        open_hard(c, run, item, power_stage(c, run)->options());
        return;
    }
    Outcome result = outcome;
    if (item.hard && result.status == Status::refused) {  // it has no switch: it stays what it was
        result.status = Status::timeout;
        result.message = "did not stop: " + outcome.message;
        result.changed = true;
    }
    if (result.status == Status::timeout && result.message.empty())
        result.message = item.is_start ? "did not start" : "did not stop";
    if (item.hard && is_success(result.status)) {
        result.hard = true;
        result.message = "did not stop in time, switched off";
    }
    end_item(c, run, item, result);
}

Outcome would_be(hosts::Direction direction)
{
    return {
        .status = Status::shadow,
        .message = direction == hosts::Direction::start ? "would be started" : "would be stopped",
        .changed = false};
}

bool begin_ready(Context& c, Run& run, const PowerOptions& options)
{
    const Flow* flow = c.flows.find(run.flow, run.version);
    const bool in_shadow = flow != nullptr && flow->options.shadow;
    bool moved = false;
    for (HostItem& item : run.items) {
        const PowerCase power{run, item, options};
        if (item.state != ItemState::waiting || !is_ready(c, power))
            continue;
        if (const auto why = refusal(c, power))
            end_item(c, run, item, *why);
        else if (in_shadow)
            end_item(c, run, item, would_be(options.direction));
        else
            open_power(c, run, item, options);
        moved = moved || item.state == ItemState::ended;
    }
    return moved;
}

void finish_power(Context& c, Run& run, std::string_view action)
{
    run.hosts.clear();
    for (const HostItem& item : run.items) {
        run.results.push_back({.stage = run.stage,
                               .host = item.host,
                               .action = std::string{action},
                               .because = item.because,
                               .outcome = item.outcome});
        if (is_success(item.outcome.status))
            run.hosts.push_back(item.host);
    }
    run.items.clear();
    finish_stage(c, run.id);
}

/// Items that stood behind the action that just ended may try again, and starts that waited for
/// room on a hypervisor.
void wake_others(Context& c, const std::string& host)
{
    for (const auto& [key, run] : c.state.runs.rows()) {
        bool waits = false;
        for (std::size_t i = 0; i < run.items.size(); ++i) {
            waits = waits || (run.items[i].is_start && run.items[i].state == ItemState::waiting);
            if (run.items[i].host != host || run.items[i].state != ItemState::behind_other)
                continue;
            c.state.runs.edit(key)->items[i].state = ItemState::waiting;
            c.timers.cancel(c.state, timer_for::behind + join_key(key, host));
            waits = true;
        }
        if (waits)
            c.to_progress.push_back(run.id);
    }
}

}  // namespace

bool begin_power(Context& c, Run& run, const PowerStage& stage)
{
    const PowerOptions& options = stage.options();
    const std::vector<std::string>& names =
        options.hosts_from_signal ? run.hosts : options.hosts.names;
    if (names.empty()) {
        // After an action that failed everywhere the run goes on to who tells of it.
        run.found_no_hosts = run.results.empty();
        c.note({.kind = "no-hosts", .run = run.id, .flow = run.flow, .key = run.trigger.key});
        return false;
    }
    for (hosts::PowerStep& step :
         hosts::power_order(options.direction, names, *c.state.inventory)) {
        HostItem item;
        item.host = std::move(step.host);
        item.waits_for = std::move(step.waits_for);
        item.because = std::move(step.because);
        item.is_start = options.direction == hosts::Direction::start;
        run.items.push_back(std::move(item));
    }
    progress_power(c, run.id);
    return true;
}

void progress_power(Context& c, RunId id)
{
    Run* run = c.state.runs.edit(number_key(id.number));
    if (run == nullptr || run->items.empty())
        return;
    const PowerStage* stage = power_stage(c, *run);
    if (stage == nullptr)
        cancel_waiting(c, id);  // its version is gone: only what is in flight ends
    else
        while (begin_ready(c, *run, stage->options())) {
        }
    run = c.state.runs.edit(number_key(id.number));
    const bool ended = run != nullptr && !run->items.empty() &&
                       std::all_of(run->items.begin(), run->items.end(), [](const HostItem& item) {
                           return item.state == ItemState::ended;
                       });
    if (ended)
        finish_power(c, *run, run->items.front().is_start ? "start" : "stop");
}

void power_ended(Context& c, const OutboxItem& item, const Outcome& outcome)
{
    SystemState& system = c.state.systems.at(item.effect.host);
    if (system.in_flight == item.effect.id)
        system.in_flight = EffectId{};
    const bool stopped = item.effect.kind == "stop" || item.effect.kind == "stop-hard";
    if (is_success(outcome.status) && (stopped || item.effect.kind == "start")) {
        system.is_off = stopped;
        system.seen = c.now;
        if (item.effect.kind == "stop" && outcome.changed)
            system.last_stop = outcome.took;
    }
    for (const Waiter& waiter : item.waiters) {
        Run* run = c.state.runs.edit(number_key(waiter.run.number));
        if (run == nullptr)
            continue;
        for (HostItem& host : run->items)
            if (host.state == ItemState::open && host.effect == item.effect.id)
                take_outcome(c, *run, host, outcome);
        c.to_progress.push_back(waiter.run);
    }
    wake_others(c, item.effect.host);
}

void behind_timed_out(Context& c, RunId id, const std::string& host)
{
    c.timers.cancel(c.state, timer_for::behind + join_key(number_key(id.number), host));
    Run* run = c.state.runs.edit(number_key(id.number));
    if (run == nullptr)
        return;
    for (HostItem& item : run->items)
        if (item.host == host && item.state == ItemState::behind_other) {
            item.state = ItemState::waiting;
            item.behind_timed_out = true;
        }
    progress_power(c, id);
}

void cancel_waiting(Context& c, RunId id)
{
    Run* run = c.state.runs.edit(number_key(id.number));
    if (run == nullptr)
        return;
    for (HostItem& item : run->items)
        if (item.state == ItemState::waiting || item.state == ItemState::behind_other)
            end_item(c,
                     *run,
                     item,
                     Outcome{.status = Status::cancelled,
                             .message = "the run was cancelled",
                             .changed = false});
    const bool ended = std::all_of(run->items.begin(), run->items.end(), [](const HostItem& item) {
        return item.state == ItemState::ended;
    });
    if (ended && !run->items.empty())
        finish_power(c, *run, run->items.front().is_start ? "start" : "stop");
}

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.hh"

#include "base/check.hh"
#include "engine/decide_event.hh"
#include "engine/decide_other.hh"
#include "engine/evaluate.hh"
#include "engine/power.hh"
#include "engine/run_queue.hh"

#include <algorithm>
#include <set>
#include <utility>

namespace reops::engine {

namespace {

/// Entries that change which flows exist, or what the filters are told of time, are decided alone,
/// between filtered segments.
bool is_barrier(const Entry& entry)
{
    return std::holds_alternative<Armed>(entry.body) ||
           std::holds_alternative<Command>(entry.body) ||
           std::holds_alternative<InventoryChanged>(entry.body) ||
           std::holds_alternative<Started>(entry.body) ||
           std::holds_alternative<DowntimeKnown>(entry.body);
}

const TimerDue* filter_timer_of(const Entry& entry)
{
    const auto* timer = std::get_if<TimerDue>(&entry.body);
    const bool ours =
        timer != nullptr && !timer->key.empty() && timer->key.front() == timer_for::filter;
    return ours ? timer : nullptr;
}

/// The lane that must filter an entry, by its event key; every entry of a key has the same.
std::size_t shard_of(const Entry& entry)
{
    if (const auto* event = std::get_if<Event>(&entry.body))
        return FilterStates::shard_of(event->key);
    if (const TimerDue* timer = filter_timer_of(entry))
        return FilterStates::shard_of(parse_filter_timer(timer->key).key);
    return 0;
}

/// What the decision set in motion, until nothing moves any more.
void settle(Context& c)
{
    std::size_t runs = 0;
    std::size_t flows = 0;
    while (runs < c.to_progress.size() || flows < c.to_open.size()) {
        if (runs < c.to_progress.size()) {
            const RunId run = c.to_progress[runs++];
            progress_power(c, run);
        } else {
            const std::string flow = c.to_open[flows++];
            open_waiting(c, flow);
        }
    }
}

}  // namespace

void Engine::filter_entry(const Entry& entry, std::uint32_t lane, Slot& slot)
{
    std::vector<FilterResult>& out = scratch_.lanes[lane];
    slot.lane = lane;
    slot.begin = static_cast<std::uint32_t>(out.size());
    if (const auto* event = std::get_if<Event>(&entry.body)) {
        for (const ArmedRef& armed : flows_.interested(event->name, event->key))
            out.push_back(filter_event(armed, entry, *event, state_.filters));
    } else if (const TimerDue* due = filter_timer_of(entry)) {
        const FilterTimer timer = parse_filter_timer(due->key);
        const ArmedRef* armed = flows_.find_armed(timer.flow);
        FilterState* state =
            state_.filters.find(FilterStates::shard_of(timer.key), join_key(timer.flow, timer.key));
        if (armed != nullptr && state != nullptr)
            out.push_back(filter_timer(
                *armed,
                timer.stage,
                {.at = entry.at, .due = due->due, .overdue = due->due <= state_.overdue_until},
                *state));
    }
    slot.end = static_cast<std::uint32_t>(out.size());
}

std::size_t Engine::filter_segment(const Batch& batch, std::size_t from, Parallel& parallel)
{
    std::size_t to = from;
    while (to < batch.entries.size() && !is_barrier(batch.entries[to]))
        ++to;
    scratch_.slots.assign(to - from, Slot{});
    const std::size_t lanes = parallel.lanes();
    scratch_.lanes.resize(lanes);
    for (auto& lane : scratch_.lanes)
        lane.clear();
    parallel.run([&](std::size_t lane) {
        for (std::size_t i = from; i < to; ++i) {
            const Entry& entry = batch.entries[i];
            if (lanes == 1 || shard_of(entry) % lanes == lane)
                filter_entry(entry, static_cast<std::uint32_t>(lane), scratch_.slots[i - from]);
        }
    });
    return to;
}

void Engine::process(Batch& batch, Parallel& parallel)
{
    for (std::size_t next = batch.decisions.size(); next < batch.entries.size();) {
        const std::size_t to = filter_segment(batch, next, parallel);
        const std::size_t from = next;
        for (; next < to; ++next) {
            const Slot& slot = scratch_.slots[next - from];
            const std::span<FilterResult> all{scratch_.lanes[slot.lane]};
            decide(batch, next, all.subspan(slot.begin, slot.end - slot.begin));
        }
        if (next < batch.entries.size() && is_barrier(batch.entries[next])) {
            decide(batch, next, {});
            ++next;
        }
        evaluate(batch);
    }
}

void Engine::decide(Batch& batch, std::size_t index, std::span<FilterResult> results)
{
    const Entry& entry = batch.entries[index];
    REOPS_CHECK(entry.position > state_.position, "positions rise");
    REOPS_CHECK(entry.at >= state_.now, "engine time does not go back");
    const Time before = std::exchange(state_.now, entry.at);
    state_.position = entry.position;
    Decision& decision = batch.decisions.emplace_back();
    decision.position = entry.position;
    decision.trace_begin = static_cast<std::uint32_t>(batch.trace.size());
    Context c{.state = state_,
              .flows = flows_,
              .timers = timers_,
              .now = entry.at,
              .position = entry.position,
              .before = before,
              .decision = &decision,
              .evaluations = &scratch_.evaluations,
              .changed_filters = &scratch_.changed_filters,
              .to_progress = {},
              .to_open = {}};
    scratch_.changed_filters.clear();
    const auto* timer = std::get_if<TimerDue>(&entry.body);
    const bool stale = timer != nullptr && !timers_.take(state_, *timer);
    const auto* event = std::get_if<Event>(&entry.body);
    const TimerDue* due = filter_timer_of(entry);
    // The event key that the filter results are about; an event's is not copied.
    const std::string timer_key = due != nullptr ? parse_filter_timer(due->key).key : std::string{};
    const std::string& key = event != nullptr ? event->key : timer_key;
    for (FilterResult& result : results) {
        if (result.state_changed)
            scratch_.changed_filters.push_back(
                {FilterStates::shard_of(key), join_key(result.flow->name, key)});
        batch.trace.push_back(decide_result(c, result, key, event != nullptr));
    }
    if (!stale && results.empty())
        std::visit(
            [&](const auto& body) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(body)>, Event>)
                    engine::decide(c, body);
            },
            entry.body);
    settle(c);
    decision.trace_end = static_cast<std::uint32_t>(batch.trace.size());
    decision.delta = take_delta(state_, scratch_.changed_filters);
}

void Engine::evaluate(Batch& batch)
{
    const std::vector<Evaluation> asked = std::move(scratch_.evaluations);
    scratch_.evaluations.clear();
    for (const Evaluation& one : asked) {
        const Run* run = state_.runs.find(number_key(one.run.number));
        const Flow* flow = run != nullptr ? flows_.find(run->flow, run->version) : nullptr;
        if (flow == nullptr || one.stage >= flow->stages.size())
            continue;
        const Entry& last = batch.entries.back();
        batch.entries.push_back(Entry{.position = Position{last.position.number + 1},
                                      .at = last.at,
                                      .body = call_stage(*run, *flow->stages[one.stage])});
    }
}

std::vector<TimerDue> Engine::due(Time now) const
{
    std::vector<TimerDue> out;
    for (const auto& [time, key] : timers_.order()) {
        if (time > now)
            break;
        out.push_back({.key = key, .due = time});
    }
    return out;
}

std::vector<const Effect*> Engine::outstanding() const
{
    std::vector<const Effect*> out;
    for (const auto& [key, item] : state_.outbox.rows())
        if (!item.waits_for_retry)
            out.push_back(&item.effect);
    return out;
}

const Effect* Engine::find_effect(EffectId id) const
{
    const OutboxItem* item = state_.outbox.find(number_key(id.number));
    return item == nullptr ? nullptr : &item->effect;
}

Result<void> Engine::load(std::string_view snapshot)
{
    auto state = decode_snapshot(snapshot);
    if (!state.ok())
        return state.failure();
    auto inventory = state_.inventory;
    state_ = std::move(*state);
    state_.inventory = std::move(inventory);
    return {};
}

Result<void> Engine::apply(Position position, Time at, std::string_view delta)
{
    state_.position = position;
    state_.now = std::max(state_.now, at);
    return apply_delta(state_, delta);
}

void Engine::take_process_facts(const Engine& running)
{
    state_.inventory = running.state_.inventory;
    state_.started = running.state_.started;
    state_.overdue_until = running.state_.overdue_until;
    state_.leftovers_wait = running.state_.leftovers_wait;
    state_.first_new_effect = running.state_.first_new_effect;
}

void Engine::finish_recovery()
{
    timers_.rebuild(state_);
    arm_all_known();
    // Runs that waited for a user's function when the process ended: asked again.
    for (const auto& [key, run] : state_.runs.rows())
        if (run.evaluating)
            scratch_.evaluations.push_back({run.id, run.stage});
}

void Engine::forget_old_versions()
{
    std::set<std::pair<std::string, std::string>> used;
    for (const auto& [key, run] : state_.runs.rows())
        used.emplace(run.flow, run.version);
    flows_.forget_all_but(used);
}

void Engine::arm_all_known()
{
    for (const auto& [name, armed] : state_.flows.rows())
        if (armed.active)
            flows_.arm(name, armed.version, armed.ordinal);
}

}  // namespace reops::engine

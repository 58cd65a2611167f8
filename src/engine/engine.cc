// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.hh"

#include "base/check.hh"
#include "engine/decide_event.hh"
#include "engine/decide_other.hh"
#include "engine/detail.hh"
#include "engine/evaluate.hh"
#include "engine/freeze.hh"
#include "engine/run_queue.hh"
#include "engine/runs.hh"

#include <algorithm>
#include <numeric>
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

constexpr std::size_t most_left_in_a_batch = 3;

/// An entry that the engine itself puts behind the others.
void follow(Batch& batch, Body body)
{
    const Entry& last = batch.entries.back();
    batch.entries.push_back(Entry{
        .position = Position{last.position.number + 1}, .at = last.at, .body = std::move(body)});
}

/// A pending entry's answer is in, and is still wanted.
void decide_late(Context& c, const Filtered& filtered, std::vector<TraceItem>& trace)
{
    FilterAnswer& answer = *filtered.answer;
    FilterResult& result = answer.result;
    if (result.state_changed) {
        const std::size_t shard = FilterStates::shard_of(filtered.key);
        const std::string name = join_key(filtered.flow, filtered.key);
        c.state.filters.at(shard, name) = std::move(answer.state);
        c.changed_filters->push_back({shard, name});
    }
    const TraceItem item = decide_result(c, result, filtered.key, !answer.was_timer);
    const auto tell = [&](std::string_view kind) {
        c.note({.kind = kind,
                .run = item.run,
                .flow = filtered.flow,
                .key = filtered.key,
                .detail = make_detail({{"event", number(filtered.entry.number)},
                                       {"reason", text(to_string(item.reason))},
                                       {"took", text(to_string(filtered.took))}})});
    };
    tell("decided-late");
    if (filtered.again)
        tell("evaluated-again");
    trace.push_back(item);
}

/// What the decision set in motion, until nothing moves any more.
void settle(Context& c)
{
    std::size_t runs = 0;
    std::size_t flows = 0;
    while (runs < c.to_progress.size() || flows < c.to_open.size()) {
        if (runs < c.to_progress.size()) {
            const RunId run = c.to_progress[runs++];
            progress_run(c, run);
        } else {
            const std::string flow = c.to_open[flows++];
            open_waiting(c, flow);
        }
    }
}

}  // namespace

/// Does the segment ask functions that may take any time?
bool Engine::is_watched(std::span<const Entry> entries) const
{
    return flows_.has_unknown_pace() &&
           std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
               return std::holds_alternative<Event>(entry.body) ||
                      filter_timer_of(entry) != nullptr;
           });
}

std::size_t Engine::filter_segment(Batch& batch,
                                   std::size_t from,
                                   Parallel& parallel,
                                   Caller& caller)
{
    std::size_t to = from;
    while (to < batch.entries.size() && !is_barrier(batch.entries[to]))
        ++to;
    scratch_.slots.assign(to - from, Slot{});
    Segment segment{.entries = std::span{batch.entries}.subspan(from, to - from),
                    .lanes = parallel.lanes(),
                    .flows = flows_,
                    .states = state_.filters,
                    .pending = pending_,
                    .caller = caller,
                    .overdue_until = state_.overdue_until,
                    .slots = scratch_.slots};
    scratch_.lanes.resize(segment.lanes);
    for (std::size_t lane = 0; lane < segment.lanes; ++lane)
        if (scratch_.lanes[lane].use_count() == 1)
            scratch_.lanes[lane]->reset(segment);
        else
            scratch_.lanes[lane] = std::make_shared<FilterLane>(segment, lane, true);
    if (is_watched(segment.entries))
        call_lanes(batch, from, segment, caller);
    else
        parallel.run([&](std::size_t lane) { scratch_.lanes[lane]->run(); });
    return to;
}

/// Lanes that were left are gone on with; after a few of them what is left of the segment asks no
/// function any more, so that a batch waits for a few slow ones at most.
void Engine::call_lanes(Batch& batch, std::size_t from, Segment& segment, Caller& caller)
{
    std::vector<std::size_t> lanes(segment.lanes);
    std::iota(lanes.begin(), lanes.end(), 0U);
    for (std::size_t tries = most_left_in_a_batch; !lanes.empty(); --tries) {
        std::vector<CallPtr> calls;
        calls.reserve(lanes.size());
        for (const std::size_t lane : lanes)
            calls.push_back(scratch_.lanes[lane]);
        std::vector<CallEnd> ends(calls.size());
        caller.run(calls, ends);
        lanes = go_on(batch, from, segment, lanes, ends, tries > 1);
    }
}

/// Which lanes have to be run again. The entries that a left one reads stay where they are: the
/// batch goes on with a copy.
std::vector<std::size_t> Engine::go_on(Batch& batch,
                                       std::size_t from,
                                       Segment& segment,
                                       const std::vector<std::size_t>& lanes,
                                       const std::vector<CallEnd>& ends,
                                       bool tries)
{
    std::shared_ptr<const std::vector<Entry>> kept;
    std::vector<std::size_t> again;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        std::shared_ptr<FilterLane>& lane = scratch_.lanes[lanes[i]];
        if (ends[i] == CallEnd::ended)
            continue;
        if (ends[i] == CallEnd::refused) {
            lane = std::make_shared<FilterLane>(segment, lanes[i], false);
            lane->run();
            continue;
        }
        if (kept == nullptr) {
            kept = std::make_shared<const std::vector<Entry>>(std::move(batch.entries));
            batch.entries = *kept;
            segment.entries = std::span{batch.entries}.subspan(from, segment.entries.size());
        }
        lane->keep(kept);
        auto next = std::make_shared<FilterLane>(segment, *lane, tries);
        lane = std::move(next);
        if (tries)
            again.push_back(lanes[i]);
        else
            lane->run();
    }
    return again;
}

void Engine::process(Batch& batch, Parallel& parallel, Caller& caller)
{
    scratch_.changed_filters.clear();
    for (std::size_t next = batch.decisions.size(); next < batch.entries.size();) {
        const std::size_t to = filter_segment(batch, next, parallel, caller);
        const std::size_t from = next;
        for (; next < to; ++next) {
            const Slot& slot = scratch_.slots[next - from];
            const std::span<FilterResult> all{scratch_.lanes[slot.lane]->results()};
            decide(batch, next, all.subspan(slot.begin, slot.end - slot.begin));
        }
        if (next < batch.entries.size() && is_barrier(batch.entries[next])) {
            decide(batch, next, {});
            ++next;
        }
        evaluate(batch, caller);
        begin_pending(batch, caller);
    }
    if (!batch.decisions.empty())
        batch.decisions.back().delta = changes();
}

/// Of the whole batch, each record once. It is committed as one, so nobody sees a part of it.
std::string Engine::changes()
{
    if (!writes_deltas_) {
        forget_changes(state_);
        return {};
    }
    auto& filters = scratch_.changed_filters;
    std::sort(filters.begin(), filters.end());
    filters.erase(std::unique(filters.begin(), filters.end()), filters.end());
    return take_delta(state_, filters);
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
              .pending = pending_,
              .now = entry.at,
              .position = entry.position,
              .before = before,
              .decision = &decision,
              .evaluations = &scratch_.evaluations,
              .changed_filters = &scratch_.changed_filters,
              .to_progress = {},
              .to_open = {}};
    const auto* timer = std::get_if<TimerDue>(&entry.body);
    const bool stale = timer != nullptr && !timers_.take(state_, *timer);
    const auto* event = std::get_if<Event>(&entry.body);
    const TimerDue* due = filter_timer_of(entry);
    const auto* filtered = std::get_if<Filtered>(&entry.body);
    if (filtered != nullptr && filtered->answer != nullptr && take_pending(c, *filtered))
        decide_late(c, *filtered, batch.trace);
    // The event key that the filter results are about; an event's is not copied.
    const std::string timer_key = due != nullptr ? parse_filter_timer(due->key).key : std::string{};
    const std::string& key = event != nullptr ? event->key : timer_key;
    decide_results(c, entry, results, key, batch.trace);
    if (!stale && results.empty())
        std::visit(
            [&](const auto& body) {
                using Kind = std::decay_t<decltype(body)>;
                if constexpr (!std::is_same_v<Kind, Event> && !std::is_same_v<Kind, Filtered>)
                    engine::decide(c, body);
            },
            entry.body);
    settle(c);
    decision.trace_end = static_cast<std::uint32_t>(batch.trace.size());
}

void Engine::decide_results(Context& c,
                            const Entry& entry,
                            std::span<FilterResult> results,
                            const std::string& key,
                            std::vector<TraceItem>& trace)
{
    const bool from_event = std::holds_alternative<Event>(entry.body);
    for (FilterResult& result : results) {
        if (result.reason == Reason::pending) {
            put_pending(c, *result.flow, key, entry);
            if (result.was_left)
                (void)pending_.claim(result.flow->name, key);
            trace.push_back({.flow = result.ordinal, .reason = Reason::pending});
            continue;
        }
        if (result.state_changed)
            scratch_.changed_filters.push_back(
                {FilterStates::shard_of(key), join_key(result.flow->name, key)});
        trace.push_back(decide_result(c, result, key, from_event));
    }
}

/// Calls the functions of stages inside runs. Once one was left the others are not waited for.
void Engine::evaluate(Batch& batch, Caller& caller)
{
    const std::vector<Evaluation> asked = std::exchange(scratch_.evaluations, {});
    bool waits = true;
    for (const Evaluation& one : asked) {
        const Run* run = state_.runs.find(number_key(one.run.number));
        const FlowPtr flow = run != nullptr ? flows_.get(run->flow, run->version) : nullptr;
        if (flow == nullptr || one.stage >= flow->stages.size())
            continue;
        const CallPtr call = std::make_shared<StageCall>(flow, *run, one.again);
        CallEnd end = CallEnd::ended;
        if (flow->stages[one.stage]->pace() == Pace::prompt)
            call->run();
        else if (waits && !caller.expects_slow(*flow))
            caller.run({&call, 1}, {&end, 1});
        else
            end = CallEnd::refused;
        waits = waits && end != CallEnd::left;
        if (end == CallEnd::refused)
            end = caller.begin(call);
        if (end == CallEnd::ended)
            follow(batch, call->answer({}));
    }
}

/// Evaluates the first pending entry of each flow and key that has one.
void Engine::begin_pending(Batch& batch, Caller& caller)
{
    for (const std::string& name : pending_.take_ready()) {
        const std::size_t cut = name.find('\0');
        const std::string flow = name.substr(0, cut);
        const std::string key = name.substr(cut + 1);
        const ArmedRef* armed = flows_.find_armed(flow);
        const auto first = armed != nullptr ? pending_.claim(flow, key) : std::nullopt;
        if (!first)
            continue;
        const Pending& row = *state_.pending.find(join_key(flow, number_key(first->number)));
        const FilterState* state = state_.filters.find(FilterStates::shard_of(key), name);
        const CallPtr call = std::make_shared<LateFilter>(*armed,
                                                          row,
                                                          state != nullptr ? *state : FilterState{},
                                                          row.entry <= pending_.recovered);
        if (caller.begin(call) == CallEnd::ended)
            follow(batch, call->answer({}));
    }
}

Time Engine::next_due() const
{
    for (const auto& [time, key] : timers_.order())
        if (may_fire(state_, key))
            return time;
    return Time::never();
}

std::vector<TimerDue> Engine::due(Time now) const
{
    std::vector<TimerDue> out;
    for (const auto& [time, key] : timers_.order()) {
        if (time > now)
            break;
        if (may_fire(state_, key))
            out.push_back({.key = key, .due = time});
    }
    return out;
}

std::vector<const Effect*> Engine::outstanding() const
{
    std::vector<const Effect*> out;
    for (const auto& [key, item] : state_.outbox.rows())
        if (!item.waits_for_retry && !item.kept_back &&
            !(is_frozen(state_) && waits_in_freeze(item.effect.kind)))
            out.push_back(&item.effect);
    return out;
}

void Engine::forget_freeze()
{
    if (!is_frozen(state_))
        return;
    state_.counter().frozen = false;
    std::vector<std::string> kept;
    for (const auto& [key, item] : state_.outbox.rows())
        if (item.kept_back)
            kept.push_back(key);
    for (const std::string& key : kept)
        state_.outbox.edit(key)->kept_back = false;
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
    pending_.rebuild(state_);
    arm_all_known();
    // Runs that waited for a user's function when the process ended: asked again.
    for (const auto& [key, run] : state_.runs.rows())
        if (run.evaluating)
            scratch_.evaluations.push_back({.run = run.id, .stage = run.stage, .again = true});
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

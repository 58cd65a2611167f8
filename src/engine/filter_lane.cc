// SPDX-License-Identifier: Apache-2.0
#include "engine/filter_lane.hh"

#include "engine/context.hh"
#include "engine/decide_event.hh"

#include <utility>

namespace reops::engine {

namespace {

/// The lane that must filter an entry, by its event key; every entry of a key has the same.
std::size_t shard_of(const Entry& entry)
{
    if (const auto* event = std::get_if<Event>(&entry.body))
        return FilterStates::shard_of(event->key);
    if (const TimerDue* timer = filter_timer_of(entry))
        return FilterStates::shard_of(parse_filter_timer(timer->key).key);
    return 0;
}

Filtered filtered_by(const Flow& flow, std::string key, Position entry, Duration took)
{
    return Filtered{.flow = flow.name,
                    .version = flow.version,
                    .key = std::move(key),
                    .entry = entry,
                    .took = took};
}

}  // namespace

const TimerDue* filter_timer_of(const Entry& entry)
{
    const auto* timer = std::get_if<TimerDue>(&entry.body);
    const bool ours =
        timer != nullptr && !timer->key.empty() && timer->key.front() == timer_for::filter;
    return ours ? timer : nullptr;
}

FilterLane::FilterLane(const Segment& segment, std::size_t number, bool tries)
    : segment_(&segment), number_(number), tries_(tries)
{
}

FilterLane::FilterLane(const Segment& segment, FilterLane& before, bool tries)
    : segment_(&segment),
      number_(before.number_),
      tries_(tries),
      next_(before.next_),
      flow_(before.flow_),
      results_(std::move(before.results_)),
      behind_(std::move(before.behind_))
{
    put_pending(*before.armed_, *before.key_, true);
}

void FilterLane::reset(const Segment& segment)
{
    segment_ = &segment;
    tries_ = true;
    next_ = flow_ = 0;
    results_.clear();
    behind_.clear();
    begun_.store(0, std::memory_order_relaxed);
}

void FilterLane::run()
{
    for (; next_ < segment_->entries.size(); ++next_, flow_ = 0)
        if (segment_->lanes == 1 || shard_of(segment_->entries[next_]) % segment_->lanes == number_)
            if (!run_entry(next_))
                return;
}

/// False: the lane was left, and nothing of the engine may be touched any more.
bool FilterLane::run_entry(std::size_t index)
{
    const Entry& entry = segment_->entries[index];
    if (flow_ == 0)
        segment_->slots[index] = {.lane = static_cast<std::uint32_t>(number_),
                                  .begin = static_cast<std::uint32_t>(results_.size())};
    if (const auto* event = std::get_if<Event>(&entry.body)) {
        if (!run_event(entry, *event))
            return false;
    } else if (const TimerDue* due = filter_timer_of(entry)) {
        if (!run_timer(entry, *due))
            return false;
    }
    segment_->slots[index].end = static_cast<std::uint32_t>(results_.size());
    return true;
}

bool FilterLane::run_event(const Entry& entry, const Event& event)
{
    const std::vector<ArmedRef>& flows = segment_->flows.interested(event.name, event.key);
    while (flow_ < flows.size()) {
        const ArmedRef& armed = flows[flow_++];
        if (!look({.armed = armed, .entry = entry, .key = event.key, .event = &event}))
            return false;
    }
    return true;
}

bool FilterLane::run_timer(const Entry& entry, const TimerDue& due)
{
    if (flow_++ > 0)
        return true;
    const FilterTimer timer = parse_filter_timer(due.key);
    const ArmedRef* armed = segment_->flows.find_armed(timer.flow);
    if (armed == nullptr)
        return true;
    return look(
        {.armed = *armed,
         .entry = entry,
         .key = timer.key,
         .stage = timer.stage,
         .timed = {.at = entry.at, .due = due.due, .overdue = due.due <= segment_->overdue_until}});
}

FilterResult FilterLane::filter(const Look& one,
                                std::uint32_t ordinal,
                                const Flow& flow,
                                FilterState* state)
{
    return one.event != nullptr ? filter_event(ordinal, flow, one.entry, *one.event, state)
                                : filter_timer(ordinal, flow, one.stage, one.timed, *state);
}

bool FilterLane::look(const Look& one)
{
    const Flow& flow = *one.armed.flow;
    const bool asks_none = one.event != nullptr && history_only(flow, one.entry, *one.event);
    const bool watched = !flow.prompt && !asks_none;
    const bool too_slow = watched && (!tries_ || segment_->caller.expects_slow(flow));
    if (too_slow || (!asks_none && is_pending(flow, one.key))) {
        put_pending(one.armed, one.key, false);
        return true;
    }
    const std::size_t shard = FilterStates::shard_of(one.key);
    const bool stateful = flow.stateful && !asks_none;
    FilterState* state =
        stateful ? segment_->states.find(shard, join_key(flow.name, one.key)) : nullptr;
    if (state == nullptr && one.event == nullptr)
        return true;
    if (watched)
        return call(one, state);
    if (state == nullptr && stateful)
        state = &segment_->states.at(shard, join_key(flow.name, one.key));
    results_.push_back(filter(one, one.armed.ordinal, flow, state));
    return true;
}

/// From the beginning of the call to its end only copies are touched: the lane may be left.
bool FilterLane::call(const Look& one, const FilterState* state)
{
    const Flow& flow = *one.armed.flow;
    const std::uint32_t ordinal = one.armed.ordinal;
    FilterState copy = state != nullptr ? *state : FilterState{};
    armed_ = &one.armed;
    entry_ = one.entry.position;
    if (one.event == nullptr)
        timer_key_ = one.key;
    key_ = one.event != nullptr ? &one.event->key : &timer_key_;
    begun_.store(begun_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    phase_.store(Phase::in_call, std::memory_order_release);
    FilterResult result = filter(one, ordinal, flow, flow.stateful ? &copy : nullptr);
    Phase expected = Phase::in_call;
    if (!phase_.compare_exchange_strong(expected, Phase::between, std::memory_order_acq_rel)) {
        answer_ = std::make_shared<FilterAnswer>(FilterAnswer{.flow = {},
                                                              .result = std::move(result),
                                                              .state = std::move(copy),
                                                              .was_timer = one.event == nullptr});
        return false;
    }
    if (flow.stateful)
        segment_->states.at(FilterStates::shard_of(one.key), join_key(flow.name, one.key)) =
            std::move(copy);
    results_.push_back(std::move(result));
    return true;
}

bool FilterLane::is_pending(const Flow& flow, const std::string& key) const
{
    return segment_->pending.has(flow.name, key) ||
           (!behind_.empty() && behind_.contains(join_key(flow.name, key)));
}

void FilterLane::put_pending(const ArmedRef& armed, const std::string& key, bool was_left)
{
    FilterResult& result = results_.emplace_back();
    result.ordinal = armed.ordinal;
    result.flow = armed.flow.get();
    result.reason = Reason::pending;
    result.was_left = was_left;
    behind_.insert(join_key(armed.flow->name, key));
}

bool FilterLane::leave()
{
    Phase expected = Phase::in_call;
    return phase_.compare_exchange_strong(expected, Phase::left, std::memory_order_acq_rel);
}

const Flow& FilterLane::flow() const
{
    return kept_flow_ != nullptr ? *kept_flow_ : *armed_->flow;
}

void FilterLane::keep(std::shared_ptr<const std::vector<Entry>> entries)
{
    kept_flow_ = armed_->flow;
    kept_entries_ = std::move(entries);
}

Body FilterLane::answer(Duration took)
{
    Filtered filtered = filtered_by(*kept_flow_, *key_, entry_, took);
    answer_->flow = kept_flow_;
    filtered.answer = std::move(answer_);
    return filtered;
}

LateFilter::LateFilter(const ArmedRef& armed, Pending row, FilterState state, bool again)
    : ordinal_(armed.ordinal),
      row_(std::move(row)),
      again_(again),
      answer_(std::make_shared<FilterAnswer>())
{
    answer_->flow = armed.flow;
    answer_->state = std::move(state);
    answer_->was_timer = row_.is_timer;
}

void LateFilter::run()
{
    const Flow& flow = *answer_->flow;
    FilterState& state = answer_->state;
    if (row_.is_timer) {
        const TimerInput timer{.at = row_.at, .due = row_.due, .overdue = row_.overdue};
        answer_->result = filter_timer(ordinal_, flow, row_.stage, timer, state);
        return;
    }
    const Entry entry{.position = row_.entry, .at = row_.at};
    answer_->result =
        filter_event(ordinal_, flow, entry, row_.event, flow.stateful ? &state : nullptr);
}

Body LateFilter::answer(Duration took)
{
    Filtered filtered = filtered_by(*answer_->flow, row_.key, row_.entry, took);
    filtered.again = again_;
    filtered.answer = std::move(answer_);
    return filtered;
}

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/filter_half.hh"

#include "engine/call_limit.hh"
#include "engine/trigger_value.hh"

#include <exception>

namespace reops::engine {

namespace {

const FilterStage& filter_at(const Flow& flow, std::size_t index)
{
    return static_cast<const FilterStage&>(*flow.stages[index]);
}

/// The stage's function is the user's: whatever it throws ends this event only.
FilterStep call(const FilterStage& stage, const FilterInput& input, data::Value& state)
{
    try {
        if (stage.pace() == Pace::unknown)
            begin_limited_call();
        return stage.on_event(input, state);
    } catch (const std::exception& error) {
        FilterStep step;
        step.verdict = Verdict::fail;
        step.error = error.what();
        return step;
    }
}

/// A clear is known to every later stateful stage of the key. What `map` would make of a value that
/// was dropped before it is not asked: the user's function was promised not to see it.
void spread_clear(const Flow& flow,
                  std::size_t from,
                  FilterInput& input,
                  FilterState* state,
                  FilterResult& result)
{
    if (state == nullptr)
        return;
    for (std::size_t i = from; i < flow.filters; ++i) {
        const FilterStage& stage = filter_at(flow, i);
        if (dynamic_cast<const Transformer*>(&stage) != nullptr)
            input.value = data::Value{};
        const TimerWish wish = stage.on_clear(input, state->stages[i]);
        if (wish.what != TimerWish::What::leave)
            result.more().timers.emplace_back(static_cast<std::uint8_t>(i), wish);
    }
}

/// Runs the stages from `first` on; fills the result.
void run_from(const Flow& flow,
              std::size_t first,
              FilterInput& input,
              FilterState* state,
              FilterResult& result)
{
    data::Value none;
    for (std::size_t i = first; i < flow.filters; ++i) {
        FilterStep step =
            call(filter_at(flow, i), input, state != nullptr ? state->stages[i] : none);
        result.stage = static_cast<std::uint8_t>(i);
        if (step.timer.what != TimerWish::What::leave)
            result.more().timers.emplace_back(result.stage, step.timer);
        if (step.replaces_value) {
            input.value = std::move(step.value);
            result.more().values.push_back(input.value);
        }
        if (step.verdict == Verdict::pass)
            continue;
        if (step.verdict == Verdict::fail) {
            result.reason = Reason::failed;
            result.more().error = std::move(step.error);
            return;
        }
        result.reason = step.verdict == Verdict::clear ? Reason::clear : Reason::wait;
        if (step.verdict == Verdict::clear)
            spread_clear(flow, i + 1, input, state, result);
        return;
    }
    result.stage = static_cast<std::uint8_t>(flow.filters);
    result.reason = Reason::run;
    if (!input.observe_only)
        result.more().trigger = make_trigger(input);
}

bool is_late(const Flow& flow, const Entry& entry, const Event& event)
{
    return flow.max_age && event.observed && entry.at - *event.observed > *flow.max_age;
}

/// A retained reading is only known, unless it is young by its own time or the flow wants it.
bool observes_only(const Flow& flow, const Entry& entry, const Event& event)
{
    if (event.arrival != Arrival::retained || flow.options.retained)
        return false;
    return !event.observed ||
           entry.at - *event.observed > flow.max_age.value_or(Duration{minutes(5)});
}

void size_for(FilterState& state, const Flow& flow)
{
    if (state.stages.size() < flow.filters)
        state.stages.resize(flow.filters);
}

}  // namespace

std::optional<Reason> history_only(const Flow& flow, const Entry& entry, const Event& event)
{
    if (event.arrival == Arrival::superseded)
        return Reason::superseded;
    if (event.arrival == Arrival::implausible)
        return Reason::implausible;
    if (event.arrival != Arrival::retained && is_late(flow, entry, event))
        return Reason::late;
    return std::nullopt;
}

FilterResult filter_event(std::uint32_t ordinal,
                          const Flow& flow,
                          const Entry& entry,
                          const Event& event,
                          FilterState* state)
{
    FilterResult result;
    result.ordinal = ordinal;
    result.flow = &flow;
    if (const auto reason = history_only(flow, entry, event)) {
        result.reason = *reason;
        return result;
    }
    FilterInput input{.at = entry.at,
                      .position = entry.position,
                      .event = &event,
                      .value = event.value,
                      .observe_only = observes_only(flow, entry, event)};
    if (state != nullptr) {
        size_for(*state, flow);
        result.state_changed = true;
    }
    run_from(flow, 0, input, state, result);
    if (input.observe_only && result.reason != Reason::failed)
        result.reason = Reason::retained;
    return result;
}

FilterResult filter_timer(std::uint32_t ordinal,
                          const Flow& flow,
                          std::uint8_t stage,
                          const TimerInput& timer,
                          FilterState& state)
{
    FilterResult result;
    result.ordinal = ordinal;
    result.flow = &flow;
    result.state_changed = true;
    result.reason = Reason::wait;
    result.stage = stage;
    if (stage >= flow.filters)
        return result;
    size_for(state, flow);
    FilterStep step = filter_at(flow, stage).on_timer(timer, state.stages[stage]);
    if (step.verdict != Verdict::pass || !step.released)
        return result;
    Trigger& released = *step.released;
    const Event event{.name = released.name,
                      .key = released.key,
                      .value = released.value,
                      .payload = released.payload,
                      .emitted = released.emitted,
                      .actor = released.actor,
                      .depth = released.depth,
                      .caused_by = released.caused_by};
    FilterInput input{
        .at = timer.at, .position = released.event, .event = &event, .value = released.value};
    run_from(flow, stage + 1U, input, &state, result);
    return result;
}

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
//   closed --passing event--> waiting --timer--> open --clear--> closed
//                                |  \--clear--> closed
//                                \--timer was due while down--> overdue --passing event--> open
// State: nil (closed) or {:phase :waiting|:open|:overdue, :newest TRIGGER, :due microseconds}. The
// due time tells a timer that was cancelled and set anew from the one that is meant.
#include "data/map.hh"
#include "engine/stages.hh"
#include "engine/trigger_value.hh"

namespace reops::engine {

namespace {

using data::Value;

Value make_state(const char* phase)
{
    return Value{data::make_map({{Value::keyword("phase"), Value::keyword(phase)}})};
}

Value make_waiting(Value newest, Time due)
{
    return Value{data::make_map({{Value::keyword("phase"), Value::keyword("waiting")},
                                 {Value::keyword("newest"), std::move(newest)},
                                 {Value::keyword("due"), Value::integer(due.us)}})};
}

class HoldForStage final : public FilterStage {
public:
    explicit HoldForStage(Duration span) : span_(span) {}
    std::string_view name() const override { return "hold-for"; }
    Pace pace() const override { return Pace::prompt; }
    std::string printed() const override { return "(hold-for " + to_string(span_) + ")"; }
    bool is_stateful() const override { return true; }

    FilterStep on_event(const FilterInput& input, Value& state) const override
    {
        FilterStep step;
        step.verdict = Verdict::wait;
        if (input.observe_only)
            return step;
        const std::string_view phase = phase_of(state);
        if (phase == "open" || phase == "overdue") {
            step.verdict = Verdict::pass;
            state = make_state("open");
            return step;
        }
        Time due = input.at + span_;
        if (phase.empty())
            step.timer = {TimerWish::What::set, due};
        else
            due = due_of(state);
        state = make_waiting(to_value(make_trigger(input)), due);
        return step;
    }

    TimerWish on_clear(const FilterInput& input, Value& state) const override
    {
        if (input.observe_only || state.is_nil())
            return {};
        state = Value{};
        return {TimerWish::What::cancel, {}};
    }

    FilterStep on_timer(const TimerInput& input, Value& state) const override
    {
        FilterStep step;
        step.verdict = Verdict::wait;
        if (phase_of(state) != "waiting" || due_of(state) != input.due)
            return step;
        if (input.overdue) {  // what held before the program went down needs a fresh reading
            state = make_state("overdue");
            return step;
        }
        step.released = trigger_from(state.as_map().get("newest"));
        step.verdict = Verdict::pass;
        state = make_state("open");
        return step;
    }

private:
    static std::string_view phase_of(const Value& state)
    {
        const Value phase = state.is_map() ? state.as_map().get("phase") : Value{};
        return phase.is_keyword() ? phase.name() : std::string_view{};
    }

    static Time due_of(const Value& state)
    {
        const Value due = state.as_map().get("due");
        return due.is_integer() ? Time{due.as_integer()} : Time{};
    }

    Duration span_;
};

}  // namespace

StagePtr make_hold_for(Duration span)
{
    return std::make_shared<HoldForStage>(span);
}

}  // namespace reops::engine

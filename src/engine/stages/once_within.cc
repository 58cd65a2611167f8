// SPDX-License-Identifier: Apache-2.0
// State: engine time of the last event that passed, microseconds.
#include "engine/stages.hh"

namespace reops::engine {

namespace {

class OnceWithinStage final : public FilterStage {
public:
    explicit OnceWithinStage(Duration span) : span_(span) {}
    std::string_view name() const override { return "once-within"; }
    Pace pace() const override { return Pace::prompt; }
    std::string printed() const override { return "(once-within " + to_string(span_) + ")"; }
    bool is_stateful() const override { return true; }

    FilterStep on_event(const FilterInput& input, data::Value& state) const override
    {
        FilterStep step;
        const bool known = state.kind() == data::Kind::integer;
        if (input.observe_only || (known && input.at - Time{state.as_integer()} < span_))
            step.verdict = Verdict::wait;
        else
            state = data::Value::integer(input.at.us);
        return step;
    }

private:
    Duration span_;
};

}  // namespace

StagePtr make_once_within(Duration span)
{
    return std::make_shared<OnceWithinStage>(span);
}

}  // namespace reops::engine

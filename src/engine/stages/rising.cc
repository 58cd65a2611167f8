// SPDX-License-Identifier: Apache-2.0
// State: the last known reading, a number; nil while none is known.
#include "data/print.hh"
#include "engine/stages.hh"

#include <fmt/format.h>

namespace reops::engine {

namespace {

class RisingStage final : public FilterStage {
public:
    explicit RisingStage(double level) : level_(level) {}
    std::string_view name() const override { return "rising"; }
    Pace pace() const override { return Pace::prompt; }
    std::string printed() const override { return fmt::format("(rising {})", level_); }
    bool is_stateful() const override { return true; }

    FilterStep on_event(const FilterInput& input, data::Value& state) const override
    {
        FilterStep step;
        const std::optional<double> now = input.value.number();
        if (!now) {
            step.verdict = Verdict::fail;
            step.error = "`rising` expected a number but got " +
                         std::string{data::describe(input.value.kind())} + ": " +
                         data::print(input.value);
            return step;
        }
        const std::optional<double> last = state.number();
        state = input.value;
        if (*now <= level_)
            step.verdict = Verdict::clear;
        else if (!last || *last > level_ || input.observe_only)
            step.verdict = Verdict::wait;
        return step;
    }

    // The reading is known although an earlier stage dropped it. Behind a `map` only the clear is
    // known, and a clear means: not above.
    TimerWish on_clear(const FilterInput& input, data::Value& state) const override
    {
        if (input.value.number())
            state = input.value;
        else if (input.value.is_nil())
            state = data::Value::real(level_);
        return {};
    }

private:
    double level_;
};

}  // namespace

StagePtr make_rising(double level)
{
    return std::make_shared<RisingStage>(level);
}

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/stages.hh"

namespace reops::engine {

namespace {

class PickStage final : public FilterStage {
public:
    PickStage(Predicate predicate, std::string text, Pace pace)
        : predicate_(std::move(predicate)), printed_("(pick " + std::move(text) + ")"), pace_(pace)
    {
    }
    std::string_view name() const override { return "pick"; }
    std::string printed() const override { return printed_; }
    Pace pace() const override { return pace_; }
    FilterStep on_event(const FilterInput& input, data::Value&) const override
    {
        FilterStep step;
        step.verdict = predicate_(input.value) ? Verdict::pass : Verdict::clear;
        return step;
    }

private:
    Predicate predicate_;
    std::string printed_;
    Pace pace_;
};

}  // namespace

StagePtr make_pick(Predicate predicate, std::string printed, Pace pace)
{
    return std::make_shared<PickStage>(std::move(predicate), std::move(printed), pace);
}

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/stages.hh"

namespace reops::engine {

namespace {

class PickStage final : public FilterStage {
public:
    PickStage(Predicate predicate, std::string text)
        : predicate_(std::move(predicate)), printed_("(pick " + std::move(text) + ")")
    {
    }
    std::string_view name() const override { return "pick"; }
    std::string printed() const override { return printed_; }
    FilterStep on_event(const FilterInput& input, data::Value&) const override
    {
        FilterStep step;
        step.verdict = predicate_(input.value) ? Verdict::pass : Verdict::clear;
        return step;
    }

private:
    Predicate predicate_;
    std::string printed_;
};

}  // namespace

StagePtr make_pick(Predicate predicate, std::string printed)
{
    return std::make_shared<PickStage>(std::move(predicate), std::move(printed));
}

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/stages.hh"

namespace reops::engine {

namespace {

class MapStage final : public FilterStage, public Transformer {
public:
    MapStage(Transform transform, std::string text, Pace pace)
        : transform_(std::move(transform)), printed_("(map " + std::move(text) + ")"), pace_(pace)
    {
    }
    std::string_view name() const override { return "map"; }
    std::string printed() const override { return printed_; }
    Pace pace() const override { return pace_; }
    FilterStep on_event(const FilterInput& input, data::Value&) const override
    {
        FilterStep step;
        step.replaces_value = true;
        step.value = transform_(input.value);
        return step;
    }
    data::Value transform(const data::Value& value) const override { return transform_(value); }

private:
    Transform transform_;
    std::string printed_;
    Pace pace_;
};

}  // namespace

StagePtr make_map(Transform transform, std::string printed, Pace pace)
{
    return std::make_shared<MapStage>(std::move(transform), std::move(printed), pace);
}

}  // namespace reops::engine

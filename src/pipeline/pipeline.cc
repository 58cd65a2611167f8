// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline.hh"

#include "engine/stages.hh"
#include "sources/sensor/mapping.hh"

namespace reops::pipeline {

namespace {

Result<void> check_mail(const engine::Stage& stage, const std::string& flow)
{
    if (stage.role() != engine::StageRole::email)
        return {};
    if (!static_cast<const engine::EmailStage&>(stage).options().to.empty())
        return {};
    return Failure{
        Code::invalid_argument,
        "`email` of `" + flow + "` has nobody to write to",
        "put :email {:from \"reops@home\" :to [\"me@home\"]} into reops.edn, or name the "
        "addresses in the flow"};
}

}  // namespace

Pipeline::Pipeline(std::string event, std::optional<std::string> key)
    : name_("flows.main/" + event), event_(std::move(event)), key_(std::move(key))
{
}

Pipeline& Pipeline::named(std::string name) &
{
    name_ = std::move(name);
    return *this;
}

Pipeline&& Pipeline::named(std::string name) &&
{
    return std::move(named(std::move(name)));
}

Pipeline& Pipeline::with(engine::FlowOptions options) &
{
    options_ = options;
    return *this;
}

Pipeline&& Pipeline::with(engine::FlowOptions options) &&
{
    return std::move(with(options));
}

Result<engine::FlowPtr> Pipeline::finish(const Defaults& defaults, std::string_view build_id) const
{
    engine::Flow flow;
    flow.name = name_;
    flow.event = event_;
    flow.key = key_;
    flow.options = options_;
    for (const StagePart& part : parts_) {
        flow.stages.push_back(part.make(defaults));
        if (const auto checked = check_mail(*flow.stages.back(), name_); !checked.ok())
            return checked.failure();
    }
    return engine::make_flow(std::move(flow), build_id);
}

Pipeline operator|(Pipeline left, StagePart right)
{
    left.add(std::move(right));
    return left;
}

Pipeline sensor(std::string_view event, std::optional<std::string> key)
{
    return Pipeline{std::string{sources::canonical_event(event)}, std::move(key)};
}

}  // namespace reops::pipeline

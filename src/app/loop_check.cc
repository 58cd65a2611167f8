// SPDX-License-Identifier: Apache-2.0
#include "app/loop_check.hh"

#include "engine/stages.hh"

#include <fmt/format.h>

namespace reops::app {

namespace {

bool reads(const engine::Flow& flow,
           const std::vector<sources::SensorMapping>& mappings,
           const std::string& topic)
{
    for (const sources::SensorMapping& mapping : mappings) {
        if (mapping.event != flow.event)
            continue;
        const auto key = sources::match_topic(mapping.topic, topic);
        if (key && (!flow.key || *flow.key == *key))
            return true;
    }
    return false;
}

}  // namespace

std::vector<std::string> own_topics(const engine::Flow& flow,
                                    const std::vector<sources::SensorMapping>& mappings)
{
    std::vector<std::string> topics;
    if (flow.options.self_trigger)
        return topics;
    for (const engine::StagePtr& stage : flow.stages) {
        if (stage->role() != engine::StageRole::publish)
            continue;
        const auto& options = static_cast<const engine::PublishStage&>(*stage).options();
        if (reads(flow, mappings, options.topic))
            topics.push_back(options.topic);
    }
    return topics;
}

Failure refuse_loop(const engine::Flow& flow, const std::string& topic)
{
    return Failure{
        Code::invalid_argument,
        fmt::format(
            "`{}` publishes to `{}`, which its own source reads, and MQTT 3.1.1 has no room "
            "to mark a message as its own",
            flow.name,
            topic),
        "publish to another topic, use a broker that speaks MQTT 5, or say self_trigger when the "
        "loop is meant"};
}

}  // namespace reops::app

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Short spelling for the flows and systems of engine tests.

#include "engine/flow.hh"
#include "engine/stages.hh"
#include "hosts/inventory.hh"

#include <initializer_list>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::test {

using engine::FlowPtr;

inline hosts::System make_system(std::string name, std::string runs_on = "")
{
    hosts::System system;
    system.name = std::move(name);
    system.provider = "sim";
    system.runs_on = std::move(runs_on);
    return system;
}

/// foo and bar run on big-iron; so does coin-1, of the mining pool.
inline std::vector<hosts::System> closet_systems()
{
    return {
        make_system("big-iron"), make_system("foo", "big-iron"), make_system("bar", "big-iron")};
}

inline engine::StagePtr over(double level)
{
    std::ostringstream text;
    text << "t > " << level;
    return engine::make_pick(
        [level](const data::Value& value) {
            const auto number = value.number();
            if (!number)
                throw std::invalid_argument("not a number");
            return *number > level;
        },
        text.str());
}

inline engine::PowerOptions power(hosts::Direction direction,
                                  std::initializer_list<const char*> names)
{
    engine::PowerOptions options;
    options.direction = direction;
    options.hosts = hosts::Hosts(names);
    return options;
}

inline engine::StagePtr act(engine::PowerOptions options)
{
    return std::make_shared<engine::PowerStage>(std::move(options));
}

inline engine::StagePtr stop(std::initializer_list<const char*> names)
{
    return act(power(hosts::Direction::stop, names));
}

inline engine::StagePtr start(std::initializer_list<const char*> names)
{
    return act(power(hosts::Direction::start, names));
}

/// A verb that changes something; `batch` 0: all at once.
inline engine::OperationOptions verb(std::string name,
                                     std::initializer_list<const char*> names,
                                     std::uint32_t batch = 0)
{
    engine::OperationOptions options;
    options.verb = std::move(name);
    options.batch = batch;
    options.hosts = hosts::Hosts(names);
    return options;
}

inline engine::StagePtr operate(engine::OperationOptions options)
{
    return std::make_shared<engine::OperationStage>(std::move(options));
}

inline engine::StagePtr mail(std::string subject, bool recovered = false)
{
    return std::make_shared<engine::EmailStage>(engine::MailOptions{.from = "reops@lan",
                                                                    .to = {"me@lan"},
                                                                    .subject = std::move(subject),
                                                                    .recovered = recovered});
}

inline engine::StagePtr publish(std::string topic)
{
    return std::make_shared<engine::PublishStage>(
        engine::PublishOptions{.topic = std::move(topic)});
}

inline FlowPtr make(std::string name,
                    std::vector<engine::StagePtr> stages,
                    engine::FlowOptions options = {},
                    std::string event = "temperature",
                    std::string_view build = "build-1")
{
    auto flow = engine::make_flow({.name = std::move(name),
                                   .event = std::move(event),
                                   .key = {},
                                   .options = options,
                                   .stages = std::move(stages)},
                                  build);
    if (!flow.ok())
        throw std::invalid_argument(flow.failure().message);
    return *flow;
}

/// The post's line.
inline FlowPtr closet_heat()
{
    return make("closet-heat", {over(70), stop({"foo", "bar", "big-iron"}), mail("too hot")});
}

}  // namespace reops::test

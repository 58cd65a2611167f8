// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stages.hh"

namespace reops::pipeline {

namespace {

StagePart ready(engine::StagePtr stage)
{
    return StagePart{[stage = std::move(stage)](const Defaults&) { return stage; }};
}

StagePart power(hosts::Direction direction,
                bool hard_when_overdue,
                const Hosts* named,
                const PowerWishes& wishes)
{
    engine::PowerOptions options;
    options.direction = direction;
    options.hard_when_overdue = hard_when_overdue;
    options.force = wishes.force;
    options.unknown_guests = wishes.unknown_guests;
    options.good_for = wishes.good_for;
    options.hosts_from_signal = named == nullptr;
    if (named != nullptr)
        options.hosts = *named;
    return ready(std::make_shared<engine::PowerStage>(std::move(options)));
}

std::vector<std::string> names_of(const engine::HostResults& results)
{
    std::vector<std::string> names;
    for (const engine::HostResult& result : results)
        names.push_back(result.host);
    return names;
}

}  // namespace

StagePart pick_values(engine::Predicate predicate, std::string text, Pace pace)
{
    return ready(engine::make_pick(std::move(predicate), std::move(text), pace));
}

StagePart pick_hosts(engine::Chooser chooser, std::string text, Pace pace)
{
    return ready(engine::make_choose(std::move(chooser), std::move(text), pace));
}

StagePart map_values(engine::Transform transform, std::string text, Pace pace)
{
    return ready(engine::make_map(std::move(transform), std::move(text), pace));
}

StagePart rising(double level)
{
    return ready(engine::make_rising(level));
}

StagePart hold_for(Duration span)
{
    return ready(engine::make_hold_for(span));
}

StagePart once_within(Duration span)
{
    return ready(engine::make_once_within(span));
}

StagePart stop(const Hosts& hosts, PowerWishes wishes)
{
    return power(hosts::Direction::stop, false, &hosts, wishes);
}

StagePart stop(PowerWishes wishes)
{
    return power(hosts::Direction::stop, false, nullptr, wishes);
}

StagePart halt(const Hosts& hosts, PowerWishes wishes)
{
    return power(hosts::Direction::stop, true, &hosts, wishes);
}

StagePart halt(PowerWishes wishes)
{
    return power(hosts::Direction::stop, true, nullptr, wishes);
}

StagePart start(const Hosts& hosts, PowerWishes wishes)
{
    return power(hosts::Direction::start, false, &hosts, wishes);
}

StagePart start(PowerWishes wishes)
{
    return power(hosts::Direction::start, false, nullptr, wishes);
}

StagePart operate(engine::OperationOptions options)
{
    return ready(std::make_shared<engine::OperationStage>(std::move(options)));
}

std::vector<std::string> successful(const engine::HostResults& success,
                                    const engine::HostResults& /*failure*/,
                                    const std::vector<std::string>& /*hosts*/)
{
    return names_of(success);
}

std::vector<std::string> failed(const engine::HostResults& /*success*/,
                                const engine::HostResults& failure,
                                const std::vector<std::string>& /*hosts*/)
{
    return names_of(failure);
}

StagePart email(std::string subject, EmailWishes wishes)
{
    return StagePart{[subject = std::move(subject), wishes](const Defaults& defaults) {
        return std::make_shared<engine::EmailStage>(
            engine::MailOptions{.from = defaults.to_from.from,
                                .to = defaults.to_from.to,
                                .subject = subject,
                                .recovered = wishes.recovered});
    }};
}

StagePart email(ToFrom to_from, std::string subject, EmailWishes wishes)
{
    return ready(
        std::make_shared<engine::EmailStage>(engine::MailOptions{.from = std::move(to_from.from),
                                                                 .to = std::move(to_from.to),
                                                                 .subject = std::move(subject),
                                                                 .recovered = wishes.recovered}));
}

StagePart publish(std::string topic, PublishWishes wishes)
{
    return ready(std::make_shared<engine::PublishStage>(engine::PublishOptions{
        .topic = std::move(topic), .qos = wishes.qos, .retain = wishes.retain}));
}

}  // namespace reops::pipeline

// SPDX-License-Identifier: Apache-2.0
// How the stages that act and tell print themselves; the text is part of a flow's version.
#include "data/print.hh"
#include "engine/stages.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::engine {

FilterStep FilterStage::on_timer(const TimerInput& /*input*/, data::Value& /*state*/) const
{
    FilterStep step;
    step.verdict = Verdict::wait;
    return step;
}

std::string_view PowerStage::name() const
{
    if (options_.direction == hosts::Direction::start)
        return "start";
    return options_.hard_when_overdue ? "halt" : "stop";
}

std::string PowerStage::printed() const
{
    std::string out = fmt::format("({}", name());
    if (!options_.hosts_from_signal)
        out += fmt::format(" [{}]", fmt::join(options_.hosts.names, " "));
    if (options_.force)
        out += " :force true";
    if (options_.unknown_guests)
        out += " :unknown-guests true";
    if (options_.good_for != minutes(10))
        out += " :good-for " + to_string(options_.good_for);
    return out + ")";
}

std::string OperationStage::printed() const
{
    std::string out = "(" + options_.verb;
    if (!options_.hosts_from_signal)
        out += fmt::format(" [{}]", fmt::join(options_.hosts.names, " "));
    if (!options_.args.is_nil())
        out += " " + data::print(options_.args);
    if (options_.may_repeat)
        out += " :repeatable true";
    if (options_.batch != 0)
        out += fmt::format(" :batch {}", options_.batch);
    return out + " :timeout " + to_string(options_.limit) + ")";
}

bool acts_on_hosts(const Stage& stage)
{
    return stage.role() == StageRole::power || stage.role() == StageRole::operate;
}

std::string EmailStage::printed() const
{
    return fmt::format("(email {} \"{}\"{})",
                       fmt::join(options_.to, ","),
                       options_.subject,
                       options_.recovered ? " :recovered true" : "");
}

std::string PublishStage::printed() const
{
    return fmt::format("(publish \"{}\"{}{})",
                       options_.topic,
                       options_.qos == 0 ? "" : fmt::format(" :qos {}", options_.qos),
                       options_.retain ? " :retain true" : "");
}

}  // namespace reops::engine

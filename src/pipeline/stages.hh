// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The stages by the names that the flow language gives them. The words mean what
/// engine/stages.hh and the manual say; a text after a function is how people know it in
/// `reops flows` and `why` ("t > 70").

#include "engine/stages.hh"
#include "pipeline/pipeline.hh"
#include "pipeline/value_as.hh"

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

namespace reops::pipeline {

using hosts::Hosts;

/// `pick` over host results: returns the names to go on with.
template <class F>
concept HostChooser = std::invocable < F,
        const engine::HostResults&, const engine::HostResults&, const std::vector<std::string>
& > ;

/// What is known of a function's time: `prompt` is a promise, and it is not watched then.
using engine::Pace;

StagePart pick_values(engine::Predicate predicate, std::string text, Pace pace);
StagePart pick_hosts(engine::Chooser chooser, std::string text, Pace pace);
StagePart map_values(engine::Transform transform, std::string text, Pace pace);

/// Lets pass what the function holds true of. One argument (double, std::int64_t, bool,
/// std::string, data::Value): the event's value. Three: success, failure, hosts (Re-ops' form).
/// A function that returns a number does not compile: a predicate compares.
template <class F>
StagePart pick(F function, std::string text = "fn", Pace pace = Pace::unknown)
{
    if constexpr (HostChooser<F>) {
        return pick_hosts(std::move(function), std::move(text), pace);
    } else {
        using T = ArgumentOf<F>;
        static_assert(std::same_as<std::invoke_result_t<F, T>, bool>,
                      "pick needs a function that returns bool, such as [](double t) { return t > "
                      "70; }");
        return pick_values(
            [function](const data::Value& value) { return function(value_as<T>(value)); },
            std::move(text),
            pace);
    }
}

/// Replaces the value.
template <class F>
StagePart map(F function, std::string text = "fn", Pace pace = Pace::unknown)
{
    using T = ArgumentOf<F>;
    return map_values(
        [function](const data::Value& value) { return to_value(function(value_as<T>(value))); },
        std::move(text),
        pace);
}

StagePart rising(double level);
StagePart hold_for(Duration span);
StagePart once_within(Duration span);

/// What a power stage may be told; hosts and direction are its own arguments.
struct PowerWishes {
    Duration good_for = minutes(10);
    bool force = false;
    bool unknown_guests = false;
};

/// Without hosts: those that the stage before left.
StagePart stop(const Hosts& hosts, PowerWishes wishes = {});
StagePart stop(PowerWishes wishes = {});
/// A stop that switches off what is overdue.
StagePart halt(const Hosts& hosts, PowerWishes wishes = {});
StagePart halt(PowerWishes wishes = {});
StagePart start(const Hosts& hosts, PowerWishes wishes = {});
StagePart start(PowerWishes wishes = {});

/// A verb of the operations table on hosts.
StagePart operate(engine::OperationOptions options);

/// Re-ops' functions for `pick`: the hosts that did what was asked, or the others.
std::vector<std::string> successful(const engine::HostResults& success,
                                    const engine::HostResults& failure,
                                    const std::vector<std::string>& hosts);
std::vector<std::string> failed(const engine::HostResults& success,
                                const engine::HostResults& failure,
                                const std::vector<std::string>& hosts);

struct EmailWishes {
    bool recovered = false;  ///< a mail too when the incident is over
};

/// To and from as the configuration's `:email` says, or as given.
StagePart email(std::string subject, EmailWishes wishes = {});
StagePart email(ToFrom to_from, std::string subject, EmailWishes wishes = {});

struct PublishWishes {
    int qos = 0;
    bool retain = false;
};

/// The event as JSON to an MQTT topic.
StagePart publish(std::string topic, PublishWishes wishes = {});

}  // namespace reops::pipeline

// SPDX-License-Identifier: Apache-2.0
#include "app/readiness.hh"

#include "control/acting_flows.hh"

#include <utility>

#include <fmt/format.h>

namespace reops::app {

namespace {

constexpr Duration looked_within = seconds(30);

using Checks = std::map<std::string, std::vector<control::Check>>;

/// The first check that failed, as a text; empty: none.
std::string first_failure(const std::vector<control::Check>& checks)
{
    for (const control::Check& check : checks)
        if (check.health == control::Health::fail)
            return check.name + ": " + check.text;
    return {};
}

/// The first thing that stands in the way of a flow; empty: nothing. What is about no host stands
/// under an empty name: the mail server.
std::string obstacle(const control::ActingFlow& flow, const Checks& checks, bool sends_mail)
{
    for (const std::string& host : flow.hosts) {
        const auto found = checks.find(host);
        if (found == checks.end())
            return host + " was not looked at in time";
        if (std::string why = first_failure(found->second); !why.empty())
            return why;
    }
    const auto mail = checks.find("");
    return flow.tells && sends_mail && mail != checks.end() ? first_failure(mail->second) : "";
}

}  // namespace

Readiness::Readiness(ReadinessParts parts)
    : parts_(std::move(parts)), nightly_(parts_.loop, parts_.clock, parts_.zone, [this] { look(); })
{
}

void Readiness::look()
{
    const auto hosts = control::hosts_of(control::acting_flows(parts_.runtime.engine(), ""));
    if (hosts.empty())
        return unready_.clear();
    parts_.check_hosts(
        hosts, looked_within, [this, alive = std::weak_ptr{alive_}](const Checks& checks) {
            if (!alive.expired())
                judge(checks);
        });
}

void Readiness::judge(const Checks& checks)
{
    std::map<std::string, std::string> now;
    for (const control::ActingFlow& flow : control::acting_flows(parts_.runtime.engine(), "")) {
        const std::string why = obstacle(flow, checks, parts_.sends_mail);
        if (why.empty())
            continue;
        now[flow.flow] = why;
        if (const auto before = unready_.find(flow.flow);
            before == unready_.end() || before->second != why)
            tell(flow.flow, why);
    }
    for (const auto& [flow, why] : unready_)
        if (!now.contains(flow))
            parts_.log.info("ready", fmt::format("{} is ready again", flow));
    unready_ = std::move(now);
}

void Readiness::tell(const std::string& flow, const std::string& why)
{
    parts_.log.warning("ready", fmt::format("{} is not ready: {}", flow, why));
    if (!parts_.runtime.is_accepting())
        return;
    engine::Event event;
    event.name = "flow-unready";
    event.key = flow;
    event.value = data::Value::string(why);
    event.origin = "reops";
    parts_.runtime.offer(std::move(event));
}

}  // namespace reops::app

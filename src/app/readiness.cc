// SPDX-License-Identifier: Apache-2.0
#include "app/readiness.hh"

#include "control/acting_flows.hh"

#include <utility>

#include <fmt/format.h>

namespace reops::app {

namespace {

constexpr Duration looked_within = seconds(30);
constexpr Duration each = hours(24);

/// The first thing that stands in the way of a flow; empty: nothing.
std::string obstacle(const control::ActingFlow& flow,
                     const std::map<std::string, std::vector<control::Check>>& checks)
{
    for (const std::string& host : flow.hosts) {
        const auto found = checks.find(host);
        if (found == checks.end())
            return host + " was not looked at in time";
        for (const control::Check& check : found->second)
            if (check.health == control::Health::fail)
                return check.name + ": " + check.text;
    }
    return {};
}

}  // namespace

Readiness::Readiness(io::EventLoop& loop,
                     Log& log,
                     runtime::Runtime& runtime,
                     control::CheckHosts check_hosts)
    : log_(log), runtime_(runtime), check_hosts_(std::move(check_hosts)), timer_(loop)
{
}

void Readiness::look()
{
    timer_.after(each, [this] { look(); });
    const auto hosts = control::hosts_of(control::acting_flows(runtime_.engine(), ""));
    if (hosts.empty())
        return unready_.clear();
    check_hosts_(hosts, looked_within, [this, alive = std::weak_ptr{alive_}](const Checks& checks) {
        if (!alive.expired())
            judge(checks);
    });
}

void Readiness::judge(const Checks& checks)
{
    std::map<std::string, std::string> now;
    for (const control::ActingFlow& flow : control::acting_flows(runtime_.engine(), "")) {
        const std::string why = obstacle(flow, checks);
        if (why.empty())
            continue;
        now[flow.flow] = why;
        if (const auto before = unready_.find(flow.flow);
            before == unready_.end() || before->second != why)
            tell(flow.flow, why);
    }
    for (const auto& [flow, why] : unready_)
        if (!now.contains(flow))
            log_.info("ready", fmt::format("{} is ready again", flow));
    unready_ = std::move(now);
}

void Readiness::tell(const std::string& flow, const std::string& why)
{
    log_.warning("ready", fmt::format("{} is not ready: {}", flow, why));
    if (!runtime_.is_accepting())
        return;
    engine::Event event;
    event.name = "flow-unready";
    event.key = flow;
    event.value = data::Value::string(why);
    event.origin = "reops";
    runtime_.offer(std::move(event));
}

}  // namespace reops::app

// SPDX-License-Identifier: Apache-2.0
// Could each flow act now? For each flow that acts on hosts: all that it would switch, looked at
// without switching anything.
#include "control/names.hh"
#include "control/routes.hh"
#include "data/vector.hh"
#include "engine/stages.hh"
#include "engine/state.hh"
#include "hosts/power_order.hh"

#include <algorithm>

namespace reops::control {

namespace {

constexpr Duration ready_within = seconds(12);

using HostChecks = std::map<std::string, std::vector<Check>>;

/// Hosts of its power stages, with those that come along by `:runs-on`, in the order of the stages.
std::vector<std::string> hosts_of(const engine::State& state, const engine::Flow& flow)
{
    std::vector<std::string> out;
    for (const engine::StagePtr& stage : flow.stages) {
        if (stage->role() != engine::StageRole::power)
            continue;
        const auto& options = static_cast<const engine::PowerStage&>(*stage).options();
        for (const hosts::PowerStep& step :
             hosts::power_order(options.direction, options.hosts.names, *state.inventory))
            if (std::find(out.begin(), out.end(), step.host) == out.end())
                out.push_back(step.host);
    }
    return out;
}

/// A switch that was never tried is not known to work.
Check check_tried(const engine::State& state, const std::string& host)
{
    const engine::SystemState* system = state.systems.find(host);
    const std::string name = host + " tried";
    if (system == nullptr || system->seen.us == 0)
        return {name, Health::warn, "was never switched by reops", ""};
    return {name, Health::ok, "was switched before", ""};
}

data::Value show_host(const engine::State& state, const std::string& host, const HostChecks& looked)
{
    std::vector<Check> checks;
    if (const auto found = looked.find(host); found != looked.end())
        checks = found->second;
    else
        checks.push_back({host + " reach", Health::fail, "was not looked at in time", ""});
    checks.push_back(check_tried(state, host));
    return make_detail({{"host", text(host)}, {"checks", to_value(checks)}});
}

bool is_ready(const std::vector<std::string>& hosts, const HostChecks& looked)
{
    return std::all_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
        const auto found = looked.find(host);
        return found != looked.end() &&
               std::none_of(found->second.begin(), found->second.end(), [](const Check& check) {
                   return check.health == Health::fail;
               });
    });
}

struct Acting {
    std::string flow;
    std::vector<std::string> hosts;
    bool tells = false;
};

std::vector<Acting> acting_flows(const engine::Engine& engine, const std::string& only)
{
    std::vector<Acting> out;
    for (const auto& [name, armed] : engine.state().flows.rows()) {
        const engine::Flow* flow = engine.flows().find(armed.name, armed.version);
        if (!armed.active || flow == nullptr || !flow->acts_on_hosts ||
            (!only.empty() && only != name))
            continue;
        out.push_back({name, hosts_of(engine.state(), *flow), flow->tells});
    }
    return out;
}

data::Value show_all(const engine::State& state,
                     const std::vector<Acting>& flows,
                     const HostChecks& looked)
{
    const auto mail = looked.find("");  // what is about no host
    const std::vector<Check> none;
    const std::vector<Check>& mails = mail != looked.end() ? mail->second : none;
    const bool mail_works = std::none_of(mails.begin(), mails.end(), [](const Check& check) {
        return check.health == Health::fail;
    });
    data::VectorBuilder out;
    for (const Acting& flow : flows) {
        data::VectorBuilder hosts;
        for (const std::string& host : flow.hosts)
            hosts.push_back(show_host(state, host, looked));
        out.push_back(make_detail(
            {{"flow", text(flow.flow)},
             {"ready", flag(is_ready(flow.hosts, looked) && (mail_works || !flow.tells))},
             {"hosts", hosts.finish()},
             {"checks", flow.tells ? to_value(mails) : data::Value{}}}));
    }
    return make_detail({{"flows", out.finish()}});
}

}  // namespace

void show_ready(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const engine::Engine& engine = parts.runtime.engine();
    const std::string only = ask.query("flow");
    if (!only.empty() && engine.state().flows.find(only) == nullptr)
        return reply(no_such("flow", only, flow_names(engine.state()), "reops flows"));
    const std::vector<Acting> flows = acting_flows(engine, only);
    std::vector<std::string> hosts;
    for (const Acting& flow : flows)
        for (const std::string& host : flow.hosts)
            if (std::find(hosts.begin(), hosts.end(), host) == hosts.end())
                hosts.push_back(host);
    if (!parts.check_hosts)
        return reply(show_all(engine.state(), flows, {}));
    parts.check_hosts(hosts, ready_within, [&parts, flows, reply](const HostChecks& looked) {
        reply(show_all(parts.runtime.engine().state(), flows, looked));
    });
}

}  // namespace reops::control

// SPDX-License-Identifier: Apache-2.0
// Could each flow act now? For each flow that acts on hosts: all that it would switch, looked at
// without switching anything.
#include "control/acting_flows.hh"
#include "control/names.hh"
#include "control/routes.hh"
#include "data/vector.hh"
#include "engine/state.hh"

#include <algorithm>

namespace reops::control {

namespace {

constexpr Duration ready_within = seconds(12);

using HostChecks = std::map<std::string, std::vector<Check>>;

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

data::Value show_all(const engine::State& state,
                     const std::vector<ActingFlow>& flows,
                     const HostChecks& looked)
{
    const auto mail = looked.find("");  // what is about no host
    const std::vector<Check> none;
    const std::vector<Check>& mails = mail != looked.end() ? mail->second : none;
    const bool mail_works = std::none_of(mails.begin(), mails.end(), [](const Check& check) {
        return check.health == Health::fail;
    });
    data::VectorBuilder out;
    for (const ActingFlow& flow : flows) {
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
    const std::vector<ActingFlow> flows = acting_flows(engine, only);
    if (!parts.check_hosts)
        return reply(show_all(engine.state(), flows, {}));
    parts.check_hosts(
        hosts_of(flows), ready_within, [&parts, flows, reply](const HostChecks& looked) {
            reply(show_all(parts.runtime.engine().state(), flows, looked));
        });
}

}  // namespace reops::control

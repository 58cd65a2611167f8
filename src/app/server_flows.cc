// SPDX-License-Identifier: Apache-2.0
// The flows of a server: finished with what the configuration says, checked, armed and replaced.
#include "app/broker_settings.hh"
#include "app/loop_check.hh"
#include "app/sensor_mappings.hh"
#include "app/server.hh"
#include "engine/detail.hh"

#include <algorithm>

#include <fmt/format.h>

namespace reops::app {

namespace {

using runtime::DeclaredFlow;

const DeclaredFlow* find(const std::vector<DeclaredFlow>& flows, const std::string& name)
{
    const auto found = std::find_if(flows.begin(), flows.end(), [&](const DeclaredFlow& one) {
        return one.flow->name == name;
    });
    return found == flows.end() ? nullptr : &*found;
}

constexpr std::string_view repl_origin = "repl";

bool has_name(const std::vector<ServedFlow>& flows, const std::string& name)
{
    return std::any_of(flows.begin(), flows.end(), [&](const ServedFlow& one) {
        return one.pipeline.name() == name;
    });
}

Failure named_twice(const std::string& name, const std::string& first, const std::string& second)
{
    const std::string where =
        first == second ? "" : fmt::format(" (in {} and in {})", first, second);
    return Failure{Code::conflict,
                   fmt::format("two flows are named `{}`{}", name, where),
                   "give each a name of its own: (def closet-heat (run ...)) in a flow file, "
                   "run(...).named(\"closet-heat\") in C++"};
}

}  // namespace

Result<std::vector<DeclaredFlow>> Server::finish(const std::vector<ServedFlow>& flows) const
{
    const pipeline::Defaults defaults{{config_.email.from, config_.email.to}};
    std::vector<DeclaredFlow> out;
    for (const ServedFlow& served : flows) {
        auto flow = served.pipeline.finish(defaults, served.source_id);
        if (!flow.ok())
            return served.origin == "program" ? flow.failure()
                                              : flow.failure().while_(served.origin);
        if (const DeclaredFlow* same = find(out, (*flow)->name))
            return named_twice((*flow)->name, same->origin, served.origin);
        out.push_back({std::move(*flow), served.origin});
    }
    if (auto checked = check_loops(out); !checked.ok())
        return checked.failure();
    return out;
}

Result<FlowChanges> Server::change_flows(const std::vector<ServedFlow>& flows,
                                         const std::string& actor,
                                         std::function<void()> done)
{
    std::vector<ServedFlow> all = flows;
    for (const ServedFlow& before : served_)
        if (before.origin == repl_origin && !has_name(flows, before.pipeline.name()))
            all.push_back(before);
    return serve_only(std::move(all), actor, std::move(done));
}

Result<FlowChanges> Server::add_flows(const std::vector<ServedFlow>& flows,
                                      const std::string& actor,
                                      std::function<void()> done)
{
    std::vector<ServedFlow> all;
    for (const ServedFlow& before : served_)
        if (!has_name(flows, before.pipeline.name()))
            all.push_back(before);
    all.insert(all.end(), flows.begin(), flows.end());
    return serve_only(std::move(all), actor, std::move(done));
}

Result<FlowChanges> Server::serve_only(std::vector<ServedFlow> flows,
                                       const std::string& actor,
                                       std::function<void()> done)
{
    auto finished = finish(flows);
    if (!finished.ok())
        return finished.failure();
    FlowChanges changes;
    std::vector<DeclaredFlow> fresh;
    for (const DeclaredFlow& now : *finished) {
        const DeclaredFlow* before = find(flows_, now.flow->name);
        const bool is_same = before != nullptr && before->flow->version == now.flow->version;
        auto& list =
            is_same ? changes.unchanged : (before != nullptr ? changes.replaced : changes.armed);
        list.push_back(now.flow->name);
        if (!is_same)
            fresh.push_back(now);
    }
    for (const DeclaredFlow& before : flows_)
        if (find(*finished, before.flow->name) == nullptr)
            changes.disarmed.push_back(before.flow->name);
    // Topics first: a reading that comes before its flow is only one that nobody waits for.
    if (auto mapped = sensors_->change_mappings(mappings_of(*finished)); !mapped.ok())
        return mapped.failure();
    const auto changed = [this, done = std::move(done)] {
        if (readiness_)
            readiness_->look();
        done();
    };
    if (!runtime_->change_flows(fresh, changes.disarmed, actor, changed))
        return Failure{Code::conflict,
                       "too many entries wait for the journal; nothing is changed",
                       "reops doctor"};
    served_ = std::move(flows);
    flows_ = std::move(*finished);
    disarm_loops();
    return changes;
}

/// Where 3.1.1 is asked for. A broker that turns out to speak nothing else: disarm_loops().
Result<void> Server::check_loops(const std::vector<DeclaredFlow>& flows) const
{
    if (protocol_of(config_.broker) != mqtt::Protocol::v311)
        return {};
    const auto known = mappings_of(flows);
    for (const DeclaredFlow& declared : flows)
        for (const std::string& topic : own_topics(*declared.flow, known))
            return refuse_loop(*declared.flow, topic);
    return {};
}

void Server::disarm_loops()
{
    if (!is_armed_ || sensors_->client().session().version() != mqtt::Version::v311)
        return;
    for (const DeclaredFlow& declared : flows_) {
        const auto topics = own_topics(*declared.flow, sensors_->mappings());
        if (topics.empty())
            continue;
        const std::string& name = declared.flow->name;
        const Failure why = refuse_loop(*declared.flow, topics.front());
        runtime_->trouble("loop:" + name, why.message + "; it is disarmed", false);
        runtime_->submit(
            engine::Command{.verb = "disarm",
                            .args = engine::make_detail({{"flow", engine::text(name)}}),
                            .actor = "loop check"},
            nullptr);
    }
}

std::vector<sources::SensorMapping> Server::mappings() const
{
    return mappings_of(flows_);
}

std::vector<sources::SensorMapping> Server::mappings_of(
    const std::vector<DeclaredFlow>& flows) const
{
    std::vector<engine::FlowPtr> plain;
    plain.reserve(flows.size());
    for (const DeclaredFlow& declared : flows)
        plain.push_back(declared.flow);
    return sensor_mappings(config_, plain);
}

}  // namespace reops::app

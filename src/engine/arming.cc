// SPDX-License-Identifier: Apache-2.0
#include "engine/arming.hh"

#include "engine/alerts.hh"
#include "engine/decide_other.hh"
#include "engine/detail.hh"
#include "engine/incidents.hh"
#include "engine/run_queue.hh"

#include <algorithm>

namespace reops::engine {

namespace {

/// Keeps the states of the stages whose text, and the text before them, is the same.
std::size_t common_stages(const std::vector<std::string>& before,
                          const std::vector<std::string>& now)
{
    std::size_t same = 0;
    while (same < before.size() && same < now.size() && before[same] == now[same])
        ++same;
    return same;
}

/// Stages from `kept` on begin anew for every key: their states and their timers go.
void forget_stages(Context& c, const std::string& flow, std::size_t kept)
{
    const std::string prefix = join_key(flow, "");
    for (FilterKey& filter : c.state.filters.keys_of(flow)) {
        FilterState& state = *c.state.filters.find(filter.shard, filter.key);
        if (state.stages.size() <= kept)
            continue;
        state.stages.resize(kept);
        if (kept == 0)
            c.state.filters.erase(filter.shard, filter.key);
        c.changed_filters->push_back(std::move(filter));
    }
    std::vector<std::string> timers;
    for (const auto& [key, timer] : c.state.timers.rows())
        if (key.front() == timer_for::filter && key.substr(1).starts_with(prefix) &&
            static_cast<unsigned char>(key.back()) >= kept)
            timers.push_back(key);
    for (const std::string& key : timers)
        c.timers.cancel(c.state, key);
}

/// How many leading stages of the new version keep their states.
std::size_t kept_stages(const ArmedFlow& record, const Armed& armed, const Flow* flow)
{
    const bool same_source = flow != nullptr && record.event == flow->event &&
                             record.has_key == flow->key.has_value() &&
                             record.key == flow->key.value_or("");
    return same_source ? common_stages(record.stages, armed.stages) : 0;
}

void resume_with_new_version(Context& c, ArmedFlow& record)
{
    record.paused = false;
    record.failures.clear();
    c.note({.kind = "resumed", .flow = record.name});
    clear_alert(c, "flow-paused:" + record.name);
}

}  // namespace

void disarm(Context& c, const std::string& flow, std::string_view why)
{
    ArmedFlow* armed = c.state.flows.edit(flow);
    if (armed == nullptr || !armed->active)
        return;
    armed->active = false;
    c.flows.disarm(flow);
    c.note({.kind = "disarmed", .flow = flow, .detail = make_detail({{"why", text(why)}})});
    end_incidents(c, flow, "disarmed");
    end_queues(c, flow);
    drop_pending(c, flow);
    forget_stages(c, flow, 0);
}

void decide(Context& c, const Armed& armed)
{
    const Flow* flow = c.flows.find(armed.flow, armed.version);
    ArmedFlow& record = c.state.flows.at(armed.flow);
    const bool is_new = record.ordinal == 0;
    const bool same = !is_new && record.version == armed.version && record.active;
    if (is_new)
        record.ordinal = c.state.counter().next_ordinal++;
    const std::size_t kept = is_new ? 0 : kept_stages(record, armed, flow);
    if (!is_new && !same)
        forget_stages(c, armed.flow, kept);
    if (record.paused && !same)
        resume_with_new_version(c, record);
    record.name = armed.flow;
    record.version = armed.version;
    record.stages = armed.stages;
    record.origin = armed.origin;
    record.active = true;
    record.armed = c.now;
    if (flow != nullptr) {
        record.event = flow->event;
        record.has_key = flow->key.has_value();
        record.key = flow->key.value_or("");
    }
    if (flow != nullptr)
        c.flows.arm(armed.flow, armed.version, record.ordinal);
    else
        c.flows.disarm(armed.flow);
    c.to_open.push_back(armed.flow);
    c.pending.wake(armed.flow, !same);
    if (!same)
        c.note({.kind = "armed",
                .flow = armed.flow,
                .detail = make_detail({{"version", text(armed.version)},
                                       {"origin", text(armed.origin)},
                                       {"stages", texts(armed.stages)},
                                       {"kept", is_new ? data::Value{} : number(kept)}})});
}

}  // namespace reops::engine

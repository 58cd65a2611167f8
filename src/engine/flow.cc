// SPDX-License-Identifier: Apache-2.0
#include "engine/flow.hh"

#include "engine/direct.hh"
#include "engine/stages.hh"

#include <fmt/format.h>

namespace reops::engine {

namespace {

Failure refuse(std::string message)
{
    return Failure{Code::invalid_argument, std::move(message)};
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): stable over platforms and builds, unlike std::hash.
std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 14695981039346656037ULL)
{
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    return hash;
}

Result<void> check_order(const Flow& flow)
{
    bool acted = false;
    for (std::size_t i = 0; i < flow.stages.size(); ++i) {
        const Stage& stage = *flow.stages[i];
        if (stage.role() == StageRole::filter && i >= flow.filters && stage.name() != "map") {
            return refuse(fmt::format(
                "stage {} of `{}`: `{}` looks at an event's value and must stand before the first "
                "action; after an action use `pick` with a function of (success, failure, hosts)",
                i + 1,
                flow.name,
                stage.name()));
        }
        if (stage.role() == StageRole::choose && !acted)
            return refuse(
                fmt::format("stage {} of `{}`: `pick` over hosts has no hosts before it; "
                            "put it after an action such as stop",
                            i + 1,
                            flow.name));
        acted = acted || acts_on_hosts(stage);
    }
    return {};
}

/// From the signal: it names none itself.
bool takes_hosts(const Stage& stage)
{
    return stage.role() == StageRole::power
               ? static_cast<const PowerStage&>(stage).options().hosts_from_signal
               : static_cast<const OperationStage&>(stage).options().hosts_from_signal;
}

Result<void> check_hosts(const Flow& flow)
{
    bool has_hosts = false;
    for (const StagePtr& stage : flow.stages) {
        if (!acts_on_hosts(*stage))
            continue;
        if (takes_hosts(*stage) && !has_hosts)
            return refuse(fmt::format(
                "`{0}` has no hosts: a sensor event names no machine; write {0}(closet)",
                stage->name()));
        has_hosts = true;
    }
    return {};
}

/// How the flow as a whole behaves, as text for its version.
std::string print(const FlowOptions& options)
{
    return fmt::format(":mode {} :max-age {} :calm {} :quiet {} :self-trigger {} :retained {}{}",
                       static_cast<int>(options.mode),
                       options.max_age ? to_string(*options.max_age) : "default",
                       to_string(options.calm),
                       to_string(options.quiet),
                       options.self_trigger,
                       options.retained,
                       options.shadow ? " :shadow true" : "");
}

void derive(Flow& flow, std::string_view build_id)
{
    std::uint64_t hash = fnv1a(build_id);
    bool leading = true;
    for (const StagePtr& stage : flow.stages) {
        hash = fnv1a(stage->printed(), fnv1a("|", hash));
        leading = leading && stage->role() == StageRole::filter;
        if (leading) {
            ++flow.filters;
            flow.prompt = flow.prompt && stage->pace() == Pace::prompt;
            flow.stateful = flow.stateful || static_cast<const FilterStage&>(*stage).is_stateful();
        }
        flow.repeats = flow.repeats && stage->role() != StageRole::operate;
        flow.acts_on_hosts = flow.acts_on_hosts || acts_on_hosts(*stage);
        flow.tells = flow.tells || stage->role() == StageRole::email;
    }
    hash = fnv1a(flow.event + "/" + flow.key.value_or("*"), hash);
    hash = fnv1a(print(flow.options), hash);
    flow.version = fmt::format("{:016x}", hash);
    flow.mode = flow.options.mode;
    if (flow.mode == Mode::automatic)
        flow.mode = flow.acts_on_hosts || flow.tells ? Mode::single : Mode::each;
    flow.max_age = flow.options.max_age;
    if (!flow.max_age && flow.acts_on_hosts)
        flow.max_age = minutes(5);
}

}  // namespace

Result<FlowPtr> make_flow(Flow flow, std::string_view build_id)
{
    if (flow.name == direct_flow)
        return refuse(fmt::format("`{}` is the name of what people type; give the flow another",
                                  direct_flow));
    if (flow.stages.empty())
        return refuse(
            fmt::format("flow `{}` has no stages: write run(sensor(\"{}\") | pick(..) | ..)",
                        flow.name,
                        flow.event));
    flow.filters = 0;
    derive(flow, build_id);
    if (auto order = check_order(flow); !order.ok())
        return order.failure();
    if (auto hosts = check_hosts(flow); !hosts.ok())
        return hosts.failure();
    return FlowPtr{std::make_shared<const Flow>(std::move(flow))};
}

std::string print(const Flow& flow)
{
    std::string out = fmt::format("(run (sensor :event :{}", flow.event);
    if (flow.key)
        out += fmt::format(" :key \"{}\"", *flow.key);
    out += ")";
    for (const StagePtr& stage : flow.stages)
        out += " | " + stage->printed();
    return out + ")";
}

}  // namespace reops::engine

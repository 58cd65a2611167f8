// SPDX-License-Identifier: Apache-2.0
#include "engine/decide_event.hh"

#include "engine/alerts.hh"
#include "engine/detail.hh"
#include "engine/incidents.hh"
#include "engine/run_queue.hh"
#include "engine/runs.hh"

#include <optional>

namespace reops::engine {

namespace {

constexpr std::uint32_t deepest = 8;  // of events that cause events
constexpr std::size_t failures_a_minute = 20;

/// Why no run is opened although all filters let it pass; nothing when one may be.
std::optional<Reason> stopped_loop(const Flow& flow, const Trigger& trigger)
{
    if (trigger.depth > deepest)
        return Reason::too_deep;
    if (!flow.options.self_trigger && trigger.caused_by == flow.name)
        return Reason::caused_itself;
    return std::nullopt;
}

Reason open_for(Context& c, const Flow& flow, Trigger& trigger, RunId& run)
{
    if (const auto reason = stopped_loop(flow, trigger))
        return *reason;
    if (flow.mode != Mode::single)
        return enter_queue(c, flow, std::move(trigger), run);
    const Joining joining = pass_incident(c, flow, trigger);
    if (joining.reason == Reason::run || joining.reason == Reason::repeated)
        run = open_run(c, flow, std::move(trigger), joining.reason == Reason::repeated);
    else
        run = joining.run;
    return joining.reason;
}

void apply_timers(Context& c, const Flow& flow, const std::string& key, const FilterDetail& detail)
{
    for (const auto& [stage, wish] : detail.timers) {
        const std::string timer = to_key({flow.name, key, stage});
        if (wish.what == TimerWish::What::set)
            c.timers.set(c.state, timer, wish.due);
        else
            c.timers.cancel(c.state, timer);
    }
}

bool is_paused(const Context& c, const Flow& flow)
{
    const ArmedFlow* armed = c.state.flows.find(flow.name);
    return armed != nullptr && armed->paused;
}

}  // namespace

void count_failure(Context& c,
                   const std::string& flow,
                   const std::string& key,
                   const std::string& error)
{
    ArmedFlow* armed = c.state.flows.edit(flow);
    if (armed == nullptr)
        return;
    std::erase_if(armed->failures, [&](Time t) { return c.now - t >= minutes(1); });
    armed->failures.push_back(c.now);
    c.note({.kind = "stage-failed",
            .flow = flow,
            .key = key,
            .detail = make_detail({{"error", text(error)}})});
    if (armed->failures.size() < failures_a_minute || armed->paused)
        return;
    armed->paused = true;
    armed->failures.clear();
    c.note({.kind = "paused", .flow = flow, .detail = make_detail({{"why", text("failing")}})});
    raise_alert(c,
                "flow-paused:" + flow,
                "`" + flow + "` failed 20 times within a minute and is paused; last: " + error);
}

TraceItem decide_result(Context& c,
                        FilterResult& result,
                        const std::string& event_key,
                        bool from_event)
{
    const Flow& flow = *result.flow;
    TraceItem item{.flow = result.ordinal, .reason = result.reason, .stage = result.stage};
    if (result.detail) {
        apply_timers(c, flow, event_key, *result.detail);
        item.values = std::move(result.detail->values);
        item.error = result.detail->error;
    }
    const bool dropped = result.reason == Reason::clear || result.reason == Reason::wait;
    if (dropped) {  // most events of most flows: nothing is looked up for them
        if (flow.mode == Mode::single && from_event)
            drop_incident(c, flow, event_key, result.reason);
    } else if (is_paused(c, flow)) {
        item.reason = Reason::paused;
    } else if (result.reason == Reason::run) {
        item.reason = open_for(c, flow, result.detail->trigger, item.run);
    } else if (result.reason == Reason::failed) {
        count_failure(c, flow.name, event_key, item.error);
    }
    return item;
}

std::string to_key(const FilterTimer& timer)
{
    std::string key(1, timer_for::filter);
    key += join_key(timer.flow, timer.key);
    key.push_back('\0');
    key.push_back(static_cast<char>(timer.stage));
    return key;
}

FilterTimer parse_filter_timer(std::string_view key)
{
    FilterTimer timer;
    if (key.size() < 4)
        return timer;
    timer.stage = static_cast<std::uint8_t>(key.back());
    key.remove_prefix(1);
    key.remove_suffix(2);
    const std::size_t cut = key.find('\0');
    timer.flow = std::string{key.substr(0, cut)};
    if (cut != std::string_view::npos)
        timer.key = std::string{key.substr(cut + 1)};
    return timer;
}

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/power_item.hh"

#include "data/map.hh"
#include "engine/alerts.hh"
#include "engine/detail.hh"
#include "engine/incidents.hh"
#include "engine/outbox.hh"

#include <algorithm>
#include <array>

namespace reops::engine {

namespace {

constexpr Duration flapping_window = minutes(15);
constexpr std::size_t flapping_changes = 3;

Outcome refused(std::string why)
{
    return Outcome{.status = Status::refused, .message = std::move(why), .changed = false};
}

const HostItem* find_item(const Run& run, std::string_view host)
{
    const auto found = std::find_if(run.items.begin(), run.items.end(), [&](const HostItem& item) {
        return item.host == host;
    });
    return found == run.items.end() ? nullptr : &*found;
}

bool is_start(const PowerCase& power)
{
    return power.options.direction == hosts::Direction::start;
}

std::string reason_of(const Outcome& outcome)
{
    return outcome.message.empty() ? std::string{to_string(outcome.status)} : outcome.message;
}

/// A hypervisor whose guest still runs, a guest whose hypervisor did not come up.
std::optional<Outcome> refused_by_order(Context&, const PowerCase& power)
{
    for (const std::string& other : power.item.waits_for) {
        const HostItem* item = find_item(power.run, other);
        if (item == nullptr || is_success(item->outcome.status))
            continue;
        if (is_start(power))
            return refused(other + ": " + reason_of(item->outcome));
        return refused(other + " still runs");
    }
    return std::nullopt;
}

std::optional<Outcome> refused_as_unknown(Context& c, const PowerCase& power)
{
    const hosts::System* system = c.state.inventory->find(power.item.host);
    if (system != nullptr && !system->provider.empty())
        return std::nullopt;
    return refused((is_start(power) ? "no MAC or provider for " : "no provider for ") +
                   power.item.host);
}

std::optional<Outcome> refused_by_hold(Context& c, const PowerCase& power)
{
    if (!is_start(power) || power.options.force)
        return std::nullopt;
    const Hold* hold = find_foreign_hold(c, power.run, power.item.host);
    if (hold == nullptr)
        return std::nullopt;
    const Counters* counters = c.state.counters.find("");
    const Duration offset = counters != nullptr ? counters->utc_offset : Duration{};
    return refused("held by " + hold->flow + " since " + clock_time(hold->since, offset));
}

std::optional<Outcome> refused_as_flapping(Context& c, const PowerCase& power)
{
    const SystemState* system = c.state.systems.find(power.item.host);
    if (!is_start(power) || system == nullptr)
        return std::nullopt;
    const auto recent = std::count_if(system->changes.begin(), system->changes.end(), [&](Time t) {
        return c.now - t < flapping_window;
    });
    if (recent < static_cast<std::ptrdiff_t>(flapping_changes))
        return std::nullopt;
    raise_alert(c,
                "flapping:" + power.item.host,
                power.item.host + " changed direction " + std::to_string(recent) +
                    " times in 15 minutes; starts are refused until it is calm");
    return refused("flapping: " + std::to_string(recent) + " changes of direction in 15 minutes");
}

std::optional<Outcome> refused_as_expired(Context& c, const PowerCase& power)
{
    const Time expires = power.run.trigger.at + power.options.good_for;
    if (c.now <= expires)
        return std::nullopt;
    return Outcome{
        .status = Status::expired,
        .message = "not begun within " + to_string(power.options.good_for) + " of its event",
        .changed = false};
}

Effect make_power_effect(Context& c, const Run& run, const HostItem& item, std::string_view kind)
{
    const hosts::System& system = *c.state.inventory->find(item.host);
    const bool start = kind == "start";
    Effect effect;
    effect.kind = kind;
    effect.run = run.id;
    effect.flow = run.flow;
    effect.host = item.host;
    effect.identity = std::to_string(run.id.number) + "." + run.flow + "." +
                      std::to_string(run.stage) + "." + std::to_string(&item - run.items.data()) +
                      "." + item.host + (kind == "stop-hard" ? ".hard" : "");
    effect.limit = start ? system.start_within : system.stop_within;
    effect.args = make_detail({{"provider", text(system.provider)},
                               {"address", text(system.address)},
                               {"options", system.options},
                               {"runs-on", text(system.runs_on)},
                               {"guests", texts(c.state.inventory->guests_of(item.host))},
                               {"unknown-guests", data::Value::boolean(system.unknown_guests)},
                               {"within", text(to_string(effect.limit))}});
    return effect;
}

void remember_direction(Context& c, const std::string& host, hosts::Direction direction)
{
    SystemState& system = c.state.systems.at(host);
    std::erase_if(system.changes, [&](Time t) { return c.now - t >= flapping_window; });
    if (system.has_direction && system.direction != direction)
        system.changes.push_back(c.now);
    system.has_direction = true;
    system.direction = direction;
}

/// Starts of the host that have not begun are not wanted any more (stopping wins).
void cancel_starts(Context& c, const Run& by, const std::string& host)
{
    for (const auto& [key, run] : c.state.runs.rows()) {
        if (run.id == by.id)
            continue;
        for (std::size_t i = 0; i < run.items.size(); ++i) {
            const HostItem& item = run.items[i];
            const bool begun = item.state == ItemState::open || item.state == ItemState::ended;
            if (item.host != host || begun || !item.is_start)
                continue;
            HostItem& other = c.state.runs.edit(key)->items[i];
            other.state = ItemState::ended;
            other.outcome = Outcome{
                .status = Status::cancelled, .message = "stopped by " + by.flow, .changed = false};
            c.to_progress.push_back(run.id);
        }
    }
}

}  // namespace

std::optional<Outcome> refusal(Context& c, const PowerCase& power)
{
    using Check = std::optional<Outcome> (*)(Context&, const PowerCase&);
    static constexpr std::array<Check, 5> checks = {refused_by_order,
                                                    refused_as_unknown,
                                                    refused_by_hold,
                                                    refused_as_flapping,
                                                    refused_as_expired};
    for (const Check check : checks)
        if (auto why = check(c, power))
            return why;
    return std::nullopt;
}

bool is_ready(const Context& c, const PowerCase& power)
{
    for (const std::string& other : power.item.waits_for) {
        const HostItem* item = find_item(power.run, other);
        if (item != nullptr && item->state != ItemState::ended)
            return false;
    }
    const hosts::System* system = c.state.inventory->find(power.item.host);
    if (!is_start(power) || system == nullptr || system->runs_on.empty())
        return true;
    const hosts::System* hypervisor = c.state.inventory->find(system->runs_on);
    const std::size_t room = hypervisor != nullptr ? hypervisor->stagger : 8;
    const auto busy =
        std::count_if(power.run.items.begin(), power.run.items.end(), [&](const HostItem& i) {
            const hosts::System* other = c.state.inventory->find(i.host);
            return i.state == ItemState::open && other != nullptr &&
                   other->runs_on == system->runs_on;
        });
    return static_cast<std::size_t>(busy) < room;
}

void open_power(Context& c, Run& run, HostItem& item, const PowerOptions& options)
{
    const bool start = options.direction == hosts::Direction::start;
    const std::string_view kind = start ? "start" : "stop";
    SystemState& system = c.state.systems.at(item.host);
    const bool busy = system.in_flight.number != 0;
    const bool same = busy && (system.kind == "start") == start;
    if (!start)
        cancel_starts(c, run, item.host);
    if (same) {  // the same action joins the one in flight
        item.state = ItemState::open;
        item.effect = system.in_flight;
        c.state.outbox.edit(number_key(system.in_flight.number))
            ->waiters.push_back({run.id, run.stage});
        if (!start)
            set_hold(c, run, item.host);
        return;
    }
    if (busy && !item.behind_timed_out) {
        item.state = ItemState::behind_other;
        if (!start)
            c.timers.set(c.state,
                         timer_for::behind + join_key(number_key(run.id.number), item.host),
                         c.now + minutes(1));
        return;
    }
    Effect effect = make_power_effect(c, run, item, kind);
    if (options.unknown_guests)
        effect.args = data::Value{effect.args.as_map().assoc(data::Value::keyword("unknown-guests"),
                                                             data::Value::boolean(true))};
    effect.expires = run.trigger.at + options.good_for;
    item.state = ItemState::open;
    item.effect = open_effect(c, std::move(effect), Waiter{run.id, run.stage});
    remember_direction(c, item.host, options.direction);
    system.in_flight = item.effect;
    system.kind = kind;
    if (!start)
        set_hold(c, run, item.host);
}

void open_hard(Context& c, Run& run, HostItem& item)
{
    Effect effect = make_power_effect(c, run, item, "stop-hard");
    effect.limit = find_effect_kind("stop-hard")->limit;
    item.hard = true;
    item.state = ItemState::open;
    item.effect = open_effect(c, std::move(effect), Waiter{run.id, run.stage});
    SystemState& system = c.state.systems.at(item.host);
    system.in_flight = item.effect;
    system.kind = "stop-hard";
}

}  // namespace reops::engine

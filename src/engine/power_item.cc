// SPDX-License-Identifier: Apache-2.0
#include "engine/power_item.hh"

#include "data/map.hh"
#include "engine/alerts.hh"
#include "engine/detail.hh"
#include "engine/direct.hh"
#include "engine/incidents.hh"
#include "engine/outbox.hh"

#include <algorithm>
#include <array>

namespace reops::engine {

namespace {

constexpr Duration flapping_window = minutes(15);
constexpr std::size_t flapping_changes = 3;

void note_outcome(Context& c, const Run& run, const HostItem& item)
{
    const std::string_view action = item.is_start ? "start" : "stop";
    c.note({.kind = "outcome",
            .run = run.id,
            .effect = item.effect,
            .flow = run.flow,
            .key = run.trigger.key,
            .host = item.host,
            .detail = make_detail(
                {{"action", text(action)},
                 {"stage", number(run.stage)},
                 {"outcome", text(to_string(item.outcome.status))},
                 {"code", data::Value::integer(item.outcome.code())},
                 {"message", text(item.outcome.message)},
                 {"changed", data::Value::boolean(item.outcome.changed)},
                 {"hard", item.outcome.hard ? data::Value::boolean(true) : data::Value{}},
                 {"because", text(item.because)},
                 {"took", text(to_string(item.outcome.took))}})});
}

Outcome refused(std::string why)
{
    return Outcome{.status = Status::refused, .message = std::move(why), .changed = false};
}

/// Finds items one after the other. They stand in the order in which others wait for them, so the
/// next one is mostly behind the last: a hypervisor may wait for thousands.
class ItemFinder {
public:
    explicit ItemFinder(const Run& run) : items_(run.items) {}

    const HostItem* find(std::string_view host)
    {
        for (std::size_t looked = 0; looked < items_.size(); ++looked, ++next_) {
            next_ = next_ < items_.size() ? next_ : 0;
            if (items_[next_].host == host)
                return &items_[next_++];
        }
        return nullptr;
    }

private:
    const std::vector<HostItem>& items_;
    std::size_t next_ = 0;
};

bool is_start(const PowerCase& power)
{
    return power.options.direction == hosts::Direction::start;
}

std::string reason_of(const Outcome& outcome)
{
    return outcome.message.empty() ? std::string{to_string(outcome.status)} : outcome.message;
}

/// Nobody has seen how it is: it was not reached, or its end is not known.
bool may_be_off(Status status)
{
    return status == Status::unreachable || status == Status::unknown;
}

/// A hypervisor whose guest still runs, or may run, a guest whose hypervisor did not come up.
std::optional<Outcome> refused_by_order(Context&, const PowerCase& power)
{
    ItemFinder finder{power.run};
    for (const std::string& other : power.item.waits_for) {
        const HostItem* item = finder.find(other);
        if (item == nullptr || is_success(item->outcome.status))
            continue;
        if (is_start(power))
            return refused(other + ": " + reason_of(item->outcome));
        return refused(
            other + (may_be_off(item->outcome.status) ? " is not known to be off" : " still runs"));
    }
    return std::nullopt;
}

std::optional<Outcome> refused_as_own(Context& c, const PowerCase& power)
{
    if (is_start(power) || !c.state.inventory->is_own(power.item.host))
        return std::nullopt;
    return refused("reops runs here");
}

/// What has no provider is stopped over SSH under its name; nobody can start it.
std::optional<Outcome> refused_as_unknown(Context& c, const PowerCase& power)
{
    const hosts::System* system = c.state.inventory->find(power.item.host);
    if (!is_start(power) || (system != nullptr && !system->provider.empty()))
        return std::nullopt;
    return refused("no MAC or provider for " + power.item.host);
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
    if (!is_start(power) || system == nullptr || is_direct(power.run))
        return std::nullopt;
    const auto recent = std::count_if(system->changes.begin(), system->changes.end(), [&](Time t) {
        return c.now - t < flapping_window;
    });
    const std::string cause = "flapping:" + power.item.host;
    if (recent < static_cast<std::ptrdiff_t>(flapping_changes)) {
        clear_alert(c, cause);
        return std::nullopt;
    }
    raise_alert(c,
                cause,
                power.item.host + " changed direction " + std::to_string(recent) +
                    " times in 15 minutes; starts are refused until it is calm");
    return refused("flapping: " + std::to_string(recent) + " changes of direction in 15 minutes");
}

std::optional<Outcome> refused_as_expired(Context& c, const PowerCase& power)
{
    const Time expires = power.run.trigger.at + power.options.good_for;
    if (c.now <= expires && !power.run.expired)
        return std::nullopt;
    return Outcome{
        .status = Status::expired,
        .message = c.now > expires
                       ? "not begun within " + to_string(power.options.good_for) + " of its event"
                       : "the run was interrupted before",
        .changed = false};
}

Effect make_power_effect(Context& c,
                         const Run& run,
                         const HostItem& item,
                         std::string_view kind,
                         const data::Value& auth)
{
    const hosts::System system = system_of(c, item.host);
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
                               {"auth", auth},
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

Outcome cancelled_by(const Run& run)
{
    return Outcome{
        .status = Status::cancelled, .message = "stopped by " + run.flow, .changed = false};
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
            Run& other = *c.state.runs.edit(key);
            end_item(c, other, other.items[i], cancelled_by(by));
            c.to_progress.push_back(run.id);
        }
    }
}

}  // namespace

hosts::System system_of(const Context& c, const std::string& host)
{
    const hosts::System* known = c.state.inventory->find(host);
    hosts::System system = known != nullptr ? *known : hosts::System{};
    if (known == nullptr)
        system.name = system.address = host;
    if (system.provider.empty())
        system.provider = "physical";
    return system;
}

std::optional<Outcome> refusal(Context& c, const PowerCase& power)
{
    using Check = std::optional<Outcome> (*)(Context&, const PowerCase&);
    static constexpr std::array<Check, 6> checks = {refused_as_expired,
                                                    refused_as_own,
                                                    refused_as_unknown,
                                                    refused_by_order,
                                                    refused_by_hold,
                                                    refused_as_flapping};
    for (const Check check : checks)
        if (auto why = check(c, power))
            return why;
    return std::nullopt;
}

bool may_go_down(const Context& c, const std::string& host)
{
    return !c.state.inventory->is_own(host);
}

bool is_ready(const Context& c, const PowerCase& power)
{
    ItemFinder finder{power.run};
    for (const std::string& other : power.item.waits_for) {
        const HostItem* item = finder.find(other);
        if (item != nullptr && item->state != ItemState::ended)
            return false;
    }
    const hosts::System* system = c.state.inventory->find(power.item.host);
    if (!is_start(power) || system == nullptr || system->runs_on.empty())
        return true;
    const hosts::System* hypervisor = c.state.inventory->find(system->runs_on);
    const std::size_t room = hypervisor != nullptr ? hypervisor->stagger : 8;
    std::size_t busy = 0;
    for (const std::string& guest : c.state.inventory->guests_of(system->runs_on)) {
        const SystemState* other = c.state.systems.find(guest);
        const bool starting = other != nullptr && other->in_flight.number != 0;
        busy += starting && guest != power.item.host && other->kind == "start" ? 1U : 0U;
    }
    return busy < room;
}

namespace {

/// What the new action meets on its system.
enum class Meeting { free, same, other };

/// Left over from before the start: nobody performs it until it is known how old it is, and then it
/// may expire. What is decided now does not wait for that.
bool waits_for_its_age(const Context& c, EffectId effect)
{
    return c.state.leftovers_wait && effect.number < c.state.first_new_effect;
}

Meeting meet(const Context& c, const SystemState& system, bool start)
{
    if (system.in_flight.number == 0 ||
        c.state.outbox.find(number_key(system.in_flight.number)) == nullptr)
        return Meeting::free;
    if ((system.kind == "start") != start)
        return Meeting::other;
    return waits_for_its_age(c, system.in_flight) ? Meeting::free : Meeting::same;
}

/// A stop does not wait for a start that has had its time, or that nobody performs.
bool must_wait(const Context& c, const HostItem& item, const SystemState& system)
{
    const bool idle_start = !item.is_start && waits_for_its_age(c, system.in_flight);
    return !item.behind_timed_out && !idle_start;
}

void join_in_flight(
    Context& c, const Run& run, HostItem& item, const SystemState& system, Duration good_for)
{
    item.state = ItemState::open;
    item.effect = system.in_flight;
    OutboxItem& other = *c.state.outbox.edit(number_key(system.in_flight.number));
    other.waiters.push_back({run.id, run.stage});
    if (other.kept_back)  // it has not begun, and is wanted for longer now
        other.effect.expires = std::max(other.effect.expires, run.trigger.at + good_for);
}

void wait_behind(Context& c, const Run& run, HostItem& item)
{
    item.state = ItemState::behind_other;
    if (!item.is_start)
        c.timers.set(c.state,
                     timer_for::behind + join_key(number_key(run.id.number), item.host),
                     c.now + minutes(1));
}

/// The start in flight has had its 60 s: nobody waits for it any more, stopping wins.
void withdraw(Context& c, const Run& by, EffectId effect)
{
    c.decision->withdrawn.push_back(effect);
    close_effect(c, effect, cancelled_by(by));
}

}  // namespace

void open_power(Context& c, Run& run, HostItem& item, const PowerOptions& options)
{
    const bool start = options.direction == hosts::Direction::start;
    const std::string_view kind = start ? "start" : "stop";
    SystemState& system = c.state.systems.at(item.host);
    if (!start)
        cancel_starts(c, run, item.host);
    const Meeting meeting = meet(c, system, start);
    if (meeting == Meeting::other && must_wait(c, item, system)) {
        wait_behind(c, run, item);
        return;
    }
    if (!start)
        set_hold(c, run, item.host);
    if (meeting == Meeting::same) {
        join_in_flight(c, run, item, system, options.good_for);
        return;
    }
    if (meeting == Meeting::other)
        withdraw(c, run, system.in_flight);
    Effect effect = make_power_effect(c, run, item, kind, options.hosts.auth);
    if (options.unknown_guests)
        effect.args = data::Value{effect.args.as_map().assoc(data::Value::keyword("unknown-guests"),
                                                             data::Value::boolean(true))};
    effect.expires = run.trigger.at + options.good_for;
    item.state = ItemState::open;
    item.effect = open_effect(c, std::move(effect), Waiter{run.id, run.stage});
    remember_direction(c, item.host, options.direction);
    system.in_flight = item.effect;
    system.kind = kind;
}

void open_hard(Context& c, Run& run, HostItem& item, const PowerOptions& options)
{
    SystemState& system = c.state.systems.at(item.host);
    item.hard = true;
    if (system.in_flight.number != 0 && system.kind == "stop-hard") {  // another run's, overdue too
        join_in_flight(c, run, item, system, options.good_for);
        return;
    }
    Effect effect = make_power_effect(c, run, item, "stop-hard", options.hosts.auth);
    effect.limit = find_effect_kind("stop-hard")->limit;
    effect.expires = run.trigger.at + options.good_for;
    item.state = ItemState::open;
    item.effect = open_effect(c, std::move(effect), Waiter{run.id, run.stage});
    system.in_flight = item.effect;
    system.kind = "stop-hard";
}

void end_item(Context& c, Run& run, HostItem& item, const Outcome& outcome)
{
    item.state = ItemState::ended;
    item.outcome = outcome;
    run.expired = run.expired || outcome.status == Status::expired;
    if (!item.is_start)
        confirm_hold(c, run, item.host, is_success(outcome.status));
    note_outcome(c, run, item);
}

}  // namespace reops::engine

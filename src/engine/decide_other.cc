// SPDX-License-Identifier: Apache-2.0
#include "engine/decide_other.hh"

#include "engine/alerts.hh"
#include "engine/detail.hh"
#include "engine/direct.hh"
#include "engine/freeze.hh"
#include "engine/incidents.hh"
#include "engine/mail.hh"
#include "engine/outbox.hh"
#include "engine/power.hh"
#include "engine/runs.hh"

#include <algorithm>
#include <array>
#include <optional>

namespace reops::engine {

namespace {

std::uint64_t read_number(std::string_view bytes)
{
    std::uint64_t number = 0;
    for (const char c : bytes.substr(0, 8))
        number = (number << 8) | static_cast<unsigned char>(c);
    return number;
}

void on_behind(Context& c, std::string_view rest)
{
    if (rest.size() > 9)
        behind_timed_out(c, RunId{read_number(rest)}, std::string{rest.substr(9)});
}

struct TimerRow {
    char letter;
    void (*due)(Context& c, std::string_view rest);
};

constexpr std::array<TimerRow, 5> timer_rows = {{
    {timer_for::quiet,
     [](Context& c, std::string_view rest) { check_quiet(c, std::string{rest}); }},
    {timer_for::retry,
     [](Context& c, std::string_view rest) { retry_effect(c, EffectId{read_number(rest)}); }},
    {timer_for::behind, on_behind},
    {timer_for::digest, [](Context& c, std::string_view) { send_digest(c); }},
    {timer_for::lag, [](Context& c, std::string_view rest) { check_lag(c, std::string{rest}); }},
}};

Outcome expired_outcome(std::string why)
{
    return Outcome{.status = Status::expired, .message = std::move(why), .changed = false};
}

/// What was in the outbox when the process ended. Null: may be performed again.
std::optional<Outcome> leftover_outcome(const Context& c,
                                        const Effect& effect,
                                        const DowntimeKnown& downtime)
{
    const Repeat repeat = find_effect_kind(effect.kind)->repeat;
    if (repeat == Repeat::is_volatile)
        return Outcome{.status = Status::cancelled, .message = "its connection ended with reops"};
    if (effect.begun && repeat == Repeat::never)
        return Outcome{.status = Status::unknown, .message = "reops ended while it ran"};
    // What reops has to say of itself harms nobody when it comes late.
    const bool of_itself = effect.kind == "alert" || effect.kind == "file-mail";
    if (!downtime.known && !of_itself)
        return expired_outcome("how long reops was down is not known");
    if (c.now > effect.expires)
        return expired_outcome("not begun in time: reops was down for " +
                               to_string(downtime.downtime));
    return std::nullopt;
}

void settle_leftovers(Context& c, const DowntimeKnown& downtime)
{
    c.state.leftovers_wait = false;
    std::vector<EffectId> items;
    for (const auto& [key, item] : c.state.outbox.rows())
        if (item.effect.id.number < c.state.first_new_effect)
            items.push_back(item.effect.id);
    for (const EffectId id : items) {
        const OutboxItem* item = c.state.outbox.find(number_key(id.number));
        if (item == nullptr)
            continue;
        if (const auto outcome = leftover_outcome(c, item->effect, downtime))
            close_effect(c, id, *outcome);
    }
}

/// Timers of before the start may have been due long ago: while nobody knows, all of them count as
/// missed, so that no old reading starts anything.
Time last_filter_timer(const Context& c)
{
    Time last = c.now;
    for (const auto& [key, timer] : c.state.timers.rows())
        if (key.front() == timer_for::filter)
            last = std::max(last, timer.due);
    return last;
}

void move(Time& time, Time since, Duration by)
{
    if (time >= since)
        time = time + by;
}

/// A clock that stood still was set right, and engine time has jumped: what was decided since the
/// start is as young as before. Less than the wait for the clock itself harms nothing.
void move_since_start(Context& c)
{
    const Duration by = c.now - c.before;
    const Time since = c.state.started;
    if (by <= minutes(2))
        return;
    const auto edit_all = [](auto& table, const auto& change) {
        std::vector<std::string> keys;
        for (const auto& [key, record] : table.rows())
            keys.push_back(key);
        for (const std::string& key : keys)
            change(*table.edit(key));
    };
    edit_all(c.state.runs, [&](Run& run) {
        move(run.trigger.at, since, by);
        move(run.opened, since, by);
    });
    edit_all(c.state.incidents, [&](Incident& incident) {
        for (Time* time :
             {&incident.opened, &incident.last_pass, &incident.last_event, &incident.last_run})
            move(*time, since, by);
    });
    edit_all(c.state.pending, [&](Pending& row) { move(row.at, since, by); });
    edit_all(c.state.holds, [&](Hold& hold) { move(hold.since, since, by); });
    edit_all(c.state.outbox, [&](OutboxItem& item) {
        if (item.effect.id.number < c.state.first_new_effect)
            return;
        item.effect.opened = item.effect.opened + by;
        item.effect.expires = item.effect.expires + by;
    });
}

}  // namespace

bool may_fire(const State& state, std::string_view timer)
{
    if (!state.is_visit)
        return true;
    const std::uint64_t number = timer.size() > 8 ? read_number(timer.substr(1)) : 0;
    return (timer.front() == timer_for::behind && number >= state.first_new_run) ||
           (timer.front() == timer_for::retry && number >= state.first_new_effect);
}

void decide(Context& c, const TimerDue& timer)
{
    if (timer.key.empty())
        return;
    for (const TimerRow& row : timer_rows)
        if (row.letter == timer.key.front())
            row.due(c, std::string_view{timer.key}.substr(1));
}

void decide(Context& c, const Begun& begun)
{
    if (OutboxItem* item = c.state.outbox.edit(number_key(begun.effect.number)))
        item->effect.begun = true;
}

void decide(Context& c, const Ended& ended)
{
    end_attempt(c, ended);
}

void decide(Context& c, const Evaluated& answer_)
{
    take_evaluation(c, answer_);
}

void decide(Context& c, const InventoryChanged& change)
{
    if (change.inventory)
        c.state.inventory = change.inventory;
}

void decide(Context& c, const Started& started)
{
    Counters& counters = c.state.counter();
    counters.boot_id = started.boot_id;
    counters.mail_host = started.mail_host;
    counters.utc_offset = started.utc_offset;
    c.state.started = c.now;
    c.state.overdue_until = started.downtime_known ? c.now : last_filter_timer(c);
    c.state.first_new_effect = counters.next_effect;
    c.state.leftovers_wait = started.downtime_pending;
    if (!started.downtime_pending)
        settle_leftovers(c, {.known = started.downtime_known, .downtime = started.downtime});
    keep_back_leftovers(c);
    std::vector<RunId> runs;
    for (const auto& [key, run] : c.state.runs.rows())
        if (!c.state.is_visit && c.flows.find(run.flow, run.version) == nullptr)
            runs.push_back(run.id);
    for (const RunId id : runs) {
        Run& run = *c.state.runs.edit(number_key(id.number));
        run.error = is_direct(run) ? "reops ended before it did" : "flow changed";
        if (is_acting(c.state, *c.state.runs.find(number_key(id.number))))
            c.to_progress.push_back(id);
        else
            close_run(c, id);
    }
    c.note({.kind = "started",
            .detail = make_detail({{"same-boot", data::Value::boolean(started.same_boot)},
                                   {"downtime-known", data::Value::boolean(started.downtime_known)},
                                   {"downtime", text(to_string(started.downtime))}})});
}

void decide(Context& c, const DowntimeKnown& downtime)
{
    if (downtime.known)
        c.state.overdue_until = c.now;
    move_since_start(c);
    settle_leftovers(c, downtime);
}

void decide(Context& c, const ClockStepped& step)
{
    c.note({.kind = "clock-stepped", .detail = make_detail({{"by", text(to_string(step.by))}})});
}

void decide(Context& c, const Trouble& trouble)
{
    if (trouble.over)
        clear_alert(c, trouble.cause);
    else
        raise_alert(c, trouble.cause, trouble.text);
}

}  // namespace reops::engine

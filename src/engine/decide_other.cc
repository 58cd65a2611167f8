// SPDX-License-Identifier: Apache-2.0
#include "engine/decide_other.hh"

#include "data/map.hh"
#include "engine/alerts.hh"
#include "engine/detail.hh"
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

constexpr std::array<TimerRow, 4> timer_rows = {{
    {timer_for::quiet,
     [](Context& c, std::string_view rest) { check_quiet(c, std::string{rest}); }},
    {timer_for::retry,
     [](Context& c, std::string_view rest) { retry_effect(c, EffectId{read_number(rest)}); }},
    {timer_for::behind, on_behind},
    {timer_for::digest, [](Context& c, std::string_view) { send_digest(c); }},
}};

std::string text_arg(const Command& command, std::string_view key)
{
    const data::Value value =
        command.args.kind() == data::Kind::map ? command.args.as_map().get(key) : data::Value{};
    return value.kind() == data::Kind::string ? std::string{value.as_string()} : std::string{};
}

/// A command's answer goes into its note: {:ok true :text ".."}.
void answer(Context& c, const Command& command, bool ok, std::string_view message)
{
    c.note({.kind = "command",
            .detail = make_detail({{"verb", text(command.verb)},
                                   {"actor", text(command.actor)},
                                   {"ok", data::Value::boolean(ok)},
                                   {"text", text(message)}})});
}

void do_cancel(Context& c, const Command& command)
{
    const std::string id = text_arg(command, "run");
    const auto found = parse_id('r', id);
    const bool ok = found && cancel_run(c, RunId{*found});
    answer(
        c, command, ok, ok ? id + " ends after the actions in flight" : "no open run `" + id + "`");
}

void do_release(Context& c, const Command& command)
{
    const std::string host = text_arg(command, "host");
    const std::size_t count = release_holds(c, host);
    answer(c,
           command,
           count > 0,
           count > 0 ? host + " is released from " + std::to_string(count) + " hold(s)"
                     : "nothing holds `" + host + "`");
}

void do_disarm(Context& c, const Command& command)
{
    const std::string name = text_arg(command, "flow");
    ArmedFlow* armed = c.state.flows.edit(name);
    const bool ok = armed != nullptr && armed->active;
    if (ok) {
        armed->active = false;
        c.flows.disarm(name);
        end_incidents(c, name, "disarmed");
        c.note({.kind = "disarmed", .flow = name});
    }
    answer(c, command, ok, ok ? name + " is disarmed" : "no armed flow `" + name + "`");
}

void do_resume(Context& c, const Command& command)
{
    const std::string name = text_arg(command, "flow");
    ArmedFlow* armed = c.state.flows.edit(name);
    const bool ok = armed != nullptr && armed->paused;
    if (ok) {
        armed->paused = false;
        c.note({.kind = "resumed", .flow = name});
        clear_alert(c, "flow-paused:" + name);
    }
    answer(c, command, ok, ok ? name + " takes events again" : "no paused flow `" + name + "`");
}

struct CommandRow {
    std::string_view verb;
    void (*act)(Context& c, const Command& command);
};

constexpr std::array<CommandRow, 4> command_rows = {{
    {"cancel", do_cancel},
    {"release", do_release},
    {"disarm", do_disarm},
    {"resume", do_resume},
}};

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
    for (std::size_t shard = 0; shard < FilterStates::shard_count; ++shard)
        for (auto& [key, state] : c.state.filters.shards()[shard]) {
            if (!key.starts_with(prefix) || state.stages.size() <= kept)
                continue;
            state.stages.resize(kept);
            c.changed_filters->push_back({shard, key});
        }
    std::vector<std::string> timers;
    for (const auto& [key, timer] : c.state.timers.rows())
        if (key.front() == timer_for::filter && key.substr(1).starts_with(prefix) &&
            static_cast<unsigned char>(key.back()) >= kept)
            timers.push_back(key);
    for (const std::string& key : timers)
        c.timers.cancel(c.state, key);
}

Outcome expired_outcome(std::string why)
{
    return Outcome{.status = Status::expired, .message = std::move(why), .changed = false};
}

/// What was in the outbox when the process ended (RULES 2 and 7). Null: may be performed again.
std::optional<Outcome> leftover_outcome(const Context& c,
                                        const Effect& effect,
                                        const DowntimeKnown& downtime)
{
    if (effect.begun && find_effect_kind(effect.kind)->repeat == Repeat::never)
        return Outcome{.status = Status::unknown, .message = "reops ended while it ran"};
    if (!downtime.known)
        return expired_outcome("how long reops was down is not known");
    if (c.now > effect.expires)
        return expired_outcome("not begun in time: reops was down for " +
                               to_string(downtime.downtime));
    return std::nullopt;
}

void settle_leftovers(Context& c, const DowntimeKnown& downtime)
{
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

}  // namespace

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

void decide(Context& c, const Command& command)
{
    for (const CommandRow& row : command_rows)
        if (row.verb == command.verb) {
            row.act(c, command);
            return;
        }
    answer(c, command, false, "no command `" + command.verb + "`");
}

void decide(Context& c, const InventoryChanged& change)
{
    if (change.inventory)
        c.state.inventory = change.inventory;
}

void decide(Context& c, const Armed& armed)
{
    const Flow* flow = c.flows.find(armed.flow, armed.version);
    ArmedFlow& record = c.state.flows.at(armed.flow);
    const bool is_new = record.ordinal == 0;
    const bool same = !is_new && record.version == armed.version && record.active;
    if (is_new)
        record.ordinal = c.state.counter().next_ordinal++;
    const std::size_t kept = common_stages(record.stages, armed.stages);
    if (!is_new && !same)
        forget_stages(c, armed.flow, kept);
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
    c.flows.arm(armed.flow, armed.version, record.ordinal);
    if (!same)
        c.note({.kind = "armed",
                .flow = armed.flow,
                .detail = make_detail({{"version", text(armed.version)},
                                       {"origin", text(armed.origin)},
                                       {"stages", texts(armed.stages)},
                                       {"kept", is_new ? data::Value{} : number(kept)}})});
}

void decide(Context& c, const Started& started)
{
    Counters& counters = c.state.counter();
    counters.boot_id = started.boot_id;
    counters.mail_host = started.mail_host;
    counters.utc_offset = started.utc_offset;
    c.state.started = c.now;
    c.state.first_new_effect = counters.next_effect;
    if (!started.downtime_pending)
        settle_leftovers(c, {.known = started.downtime_known, .downtime = started.downtime});
    std::vector<RunId> runs;
    for (const auto& [key, run] : c.state.runs.rows())
        if (c.flows.find(run.flow, run.version) == nullptr)
            runs.push_back(run.id);
    for (const RunId id : runs) {
        c.state.runs.edit(number_key(id.number))->error = "flow changed";
        if (c.state.runs.find(number_key(id.number))->items.empty())
            close_run(c, id);
        else
            c.to_progress.push_back(id);
    }
    c.note({.kind = "started",
            .detail = make_detail({{"same-boot", data::Value::boolean(started.same_boot)},
                                   {"downtime-known", data::Value::boolean(started.downtime_known)},
                                   {"downtime", text(to_string(started.downtime))}})});
}

void decide(Context& c, const DowntimeKnown& downtime)
{
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

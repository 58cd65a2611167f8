// SPDX-License-Identifier: Apache-2.0
#include "engine/outbox.hh"

#include "base/check.hh"
#include "data/map.hh"
#include "engine/alerts.hh"
#include "engine/detail.hh"
#include "engine/freeze.hh"
#include "engine/mail.hh"
#include "engine/operation.hh"
#include "engine/power.hh"

#include <algorithm>

namespace reops::engine {

namespace {

constexpr Duration stuck_after = minutes(15);

std::string retry_key(EffectId id)
{
    return timer_for::retry + number_key(id.number);
}

/// One alert for all that a dead server keeps back.
std::string stuck_cause(const std::string& kind)
{
    return "outbox-stuck:" + kind;
}

std::string failed_cause(const Effect& effect)
{
    return effect.kind + "-failed:" + effect.flow;
}

/// 1, 2, 4 ... 60 minutes.
Duration retry_delay(std::uint32_t attempt)
{
    const std::uint32_t doublings = std::min(attempt - 1, 6U);
    return std::min<Duration>(minutes(1) * (1 << doublings), minutes(60));
}

data::Value outcome_detail(const Effect& effect, const Outcome& outcome)
{
    return make_detail({{"kind", text(effect.kind)},
                        {"outcome", text(to_string(outcome.status))},
                        {"code", data::Value::integer(outcome.code())},
                        {"message", text(outcome.message)},
                        {"attempt", number(effect.attempt)},
                        {"subject",
                         effect.args.kind() == data::Kind::map ? effect.args.as_map().get("subject")
                                                               : data::Value{}}});
}

void plan_retry(Context& c, OutboxItem& item, const Outcome& outcome)
{
    Effect& effect = item.effect;
    item.waits_for_retry = true;
    item.last_trouble = outcome.message;
    item.retry_at = c.now + retry_delay(effect.attempt);
    if (c.now - effect.opened >= stuck_after && effect.kind != "alert")
        raise_alert(c,
                    stuck_cause(effect.kind),
                    "the outbox is stuck: " + effect.kind + " " + to_string(effect.id) +
                        " has not been taken for " + to_string(c.now - effect.opened) + " (" +
                        outcome.message + ")");
    ++effect.attempt;
    c.timers.set(c.state, retry_key(effect.id), item.retry_at);
    c.note({.kind = "retry",
            .run = effect.run,
            .effect = effect.id,
            .flow = effect.flow,
            .detail = outcome_detail(effect, outcome)});
}

}  // namespace

EffectId open_effect(Context& c, Effect effect, std::optional<Waiter> waiter)
{
    const EffectKind* kind = find_effect_kind(effect.kind);
    REOPS_CHECK(kind != nullptr, "an effect's kind is in the table");
    effect.id = EffectId{c.state.counter().next_effect++};
    effect.opened = c.now;
    if (effect.expires == Time{})
        effect.expires = c.now + kind->good_for;
    if (effect.limit == Duration{})
        effect.limit = kind->limit;
    OutboxItem& item = c.state.outbox.at(number_key(effect.id.number));
    if (waiter)
        item.waiters.push_back(*waiter);
    item.effect = std::move(effect);
    offer(c, item);
    return item.effect.id;
}

void end_attempt(Context& c, const Ended& ended)
{
    OutboxItem* item = c.state.outbox.edit(number_key(ended.effect.number));
    if (item == nullptr || item->effect.attempt != ended.attempt)
        return;  // closed meanwhile, or the late answer of an earlier attempt
    const EffectKind* kind = find_effect_kind(item->effect.kind);
    const bool again = kind->retries && ended.outcome.retry && !is_success(ended.outcome.status);
    if (again && c.now + retry_delay(item->effect.attempt) < item->effect.expires)
        plan_retry(c, *item, ended.outcome);
    else
        close_effect(c, ended.effect, ended.outcome);
}

void retry_effect(Context& c, EffectId id)
{
    if (c.state.leftovers_wait && id.number < c.state.first_new_effect) {
        c.timers.set(c.state, retry_key(id), c.now + seconds(10));  // not yet known how old it is
        return;
    }
    OutboxItem* item = c.state.outbox.edit(number_key(id.number));
    if (item == nullptr)
        return;
    item->waits_for_retry = false;
    if (c.now > item->effect.expires)
        close_effect(c, id, Outcome{.status = Status::expired, .message = item->last_trouble});
    else
        offer(c, *item);
}

void close_effect(Context& c, EffectId id, const Outcome& outcome)
{
    const std::string key = number_key(id.number);
    OutboxItem* found = c.state.outbox.edit(key);
    if (found == nullptr)
        return;
    const OutboxItem item = std::move(*found);
    if (item.effect.attempt > 1)
        c.timers.cancel(c.state, retry_key(id));
    c.state.outbox.erase(key);
    const EffectKind* kind = find_effect_kind(item.effect.kind);
    if (!kind->acts_on_host)
        c.note({.kind = is_success(outcome.status) ? "told" : "untold",
                .run = item.effect.run,
                .effect = id,
                .flow = item.effect.flow,
                .detail = outcome_detail(item.effect, outcome)});
    if (kind->is_power) {
        power_ended(c, item, outcome);
    } else if (kind->acts_on_host) {
        operation_ended(c, item, outcome);
    } else if (!is_success(outcome.status)) {
        if (kind->repeat == Repeat::is_volatile)
            return;  // nobody waits for it any more
        telling_failed(c, item.effect, outcome);
    } else {
        if (c.state.alerts.size() == 0)
            return;
        clear_alert(c, stuck_cause(item.effect.kind));
        clear_alert(c, failed_cause(item.effect));
    }
}

}  // namespace reops::engine

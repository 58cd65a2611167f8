// SPDX-License-Identifier: Apache-2.0
#include "runtime/dispatcher.hh"

#include "base/check.hh"
#include "base/crash_point.hh"

namespace reops::runtime {

namespace {

constexpr Duration grace = seconds(10);  // after effect.limit the performer is taken for dead

}  // namespace

Dispatcher::Dispatcher(io::EventLoop& loop, Log& log, Report report)
    : loop_(loop), log_(log), report_(std::move(report)), timer_(loop)
{
}

Dispatcher::~Dispatcher()
{
    *alive_ = false;
}

void Dispatcher::add(Performer& performer)
{
    for (const std::string_view kind : performer.kinds()) {
        REOPS_CHECK(!knows(kind), "one performer for each kind of effect");
        performers_[std::string{kind}] = &performer;
    }
}

bool Dispatcher::knows(std::string_view kind) const
{
    return performers_.find(kind) != performers_.end();
}

void Dispatcher::offer(const engine::Effect& effect, Time engine_now)
{
    if (stopping_ || running_.contains(effect.id.number))
        return;
    if (engine_now > effect.expires) {
        report_({effect.id,
                 effect.attempt,
                 engine::Outcome{.status = engine::Status::expired,
                                 .message = "its time was over before it was begun",
                                 .changed = false}});
        return;
    }
    const auto found = performers_.find(effect.kind);
    if (found == performers_.end()) {
        report_({effect.id,
                 effect.attempt,
                 engine::Outcome{.status = engine::Status::refused,
                                 .message = "nothing here performs `" + effect.kind + "`",
                                 .changed = false}});
        return;
    }
    running_[effect.id.number] = {effect.attempt, 0, found->second};
    watch_deadline(effect.id, effect.limit + grace);
    REOPS_BEFORE("effect-begin");
    found->second->perform(
        effect,
        [this, alive = alive_, id = effect.id, attempt = effect.attempt](engine::Outcome outcome) {
            if (*alive)
                ended(id, attempt, std::move(outcome));
        });
    REOPS_AFTER("effect-begin");
}

void Dispatcher::ended(engine::EffectId effect, std::uint32_t attempt, engine::Outcome outcome)
{
    const auto found = running_.find(effect.number);
    if (found == running_.end() || found->second.attempt != attempt)
        return;  // it was given up before, or withdrawn
    deadlines_.erase({found->second.deadline_us, effect.number});
    running_.erase(found);
    REOPS_BEFORE("effect-end");
    report_({effect, attempt, std::move(outcome)});
    REOPS_AFTER("effect-end");
}

void Dispatcher::withdraw(engine::EffectId effect)
{
    if (const auto found = running_.find(effect.number); found != running_.end())
        found->second.performer->cancel(effect);
}

void Dispatcher::stop()
{
    stopping_ = true;
}

void Dispatcher::watch_deadline(engine::EffectId effect, Duration limit)
{
    const std::int64_t at = loop_.now().count() + limit.count();
    running_[effect.number].deadline_us = at;
    deadlines_.emplace(at, effect.number);
    if (!timer_.is_pending() || at < timer_at_us_)
        set_timer();
}

/// It stays set when what it was set for has ended: most effects end long before their deadline.
void Dispatcher::set_timer()
{
    if (deadlines_.empty())
        return;
    timer_at_us_ = deadlines_.begin()->first;
    timer_.after(Duration{timer_at_us_ - loop_.now().count()}, [this] { check_deadlines(); });
}

void Dispatcher::check_deadlines()
{
    while (!deadlines_.empty() && deadlines_.begin()->first <= loop_.now().count()) {
        const engine::EffectId effect{deadlines_.begin()->second};
        const auto [attempt, deadline, performer] = running_[effect.number];
        log_.warning("outbox",
                     engine::to_string(effect) + " was given up: no answer after its limit");
        ended(effect,
              attempt,
              engine::Outcome{.status = engine::Status::timeout,
                              .message = "no answer after its limit",
                              .retry = true});
        performer->cancel(effect);
    }
    set_timer();
}

}  // namespace reops::runtime

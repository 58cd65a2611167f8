// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario/performers.hh"

#include "data/json.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "sources/sensor/mapping.hh"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::scenario {

using engine::Outcome;
using engine::Status;

namespace {

data::Value argument(const engine::Effect& effect, std::string_view name)
{
    return effect.args.is_map() ? effect.args.as_map().get(name) : data::Value{};
}

std::string text_of(const engine::Effect& effect, std::string_view name)
{
    const data::Value value = argument(effect, name);
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

bool is_start(const engine::Effect& effect)
{
    return effect.kind == "start";
}

Power wanted(const engine::Effect& effect)
{
    return is_start(effect) ? Power::on : Power::off;
}

std::string_view overdue_text(const engine::Effect& effect)
{
    if (is_start(effect))
        return "did not start";
    return effect.kind == "stop" ? "did not stop" : "did not switch off";
}

std::vector<std::string> unknown_guests(const engine::Effect& effect, const Machine& machine)
{
    if (is_start(effect) || argument(effect, "unknown-guests").truthy())
        return {};
    return machine.strangers;
}

}  // namespace

void Performers::offer(const engine::Effect& effect, Time engine_now, Time now)
{
    if (actions_.contains(effect.id.number))
        return;
    if (engine_now > effect.expires)
        return end(effect,
                   {.status = Status::expired,
                    .message = "its time was over before it was begun",
                    .changed = false});
    if (effect.kind == "publish")
        return publish(effect);
    if (!engine::find_effect_kind(effect.kind)->acts_on_host)
        return tell(effect);
    actions_.insert_or_assign(effect.id.number, Action{.effect = effect, .began = now});
    review(now);
}

void Performers::withdraw(engine::EffectId effect, Time)
{
    const auto found = actions_.find(effect.number);
    if (found == actions_.end() || found->second.asked)
        return;
    end(found->second.effect,
        {.status = Status::cancelled, .message = "cancelled before it began", .changed = false});
    actions_.erase(found);
}

void Performers::review(Time now)
{
    for (auto at = actions_.begin(); at != actions_.end();)
        at = look(at->second, now) ? actions_.erase(at) : std::next(at);
}

Time Performers::next() const
{
    Time next = Time::never();
    for (const auto& [number, action] : actions_)
        next = std::min(next, action.began + action.effect.limit);
    return next;
}

Answers Performers::take()
{
    return std::exchange(answers_, Answers{});
}

void Performers::end(const engine::Effect& effect, Outcome outcome)
{
    answers_.ended.push_back({effect.id, effect.attempt, std::move(outcome)});
}

bool Performers::look(Action& action, Time now)
{
    const engine::Effect& effect = action.effect;
    const Machine* machine = world_->find(effect.host);
    const auto finish = [&](Status status, std::string message) {
        end(effect,
            {.status = status,
             .message = std::move(message),
             .changed = action.asked || action.moved,
             .hard = effect.kind == "stop-hard" && status == Status::verified && action.asked,
             .took = now - action.began});
        return true;
    };
    if (machine == nullptr && text_of(effect, "provider") == "physical")
        return finish(Status::unreachable, "no answer from " + effect.host);  // a mere name
    if (machine == nullptr)
        return finish(Status::failed,
                      fmt::format("{} has no system {}", text_of(effect, "provider"), effect.host));
    if (machine->unreachable)
        return overdue(action, machine, now);
    if (machine->state == wanted(effect)) {
        const bool changed = action.asked || action.moved;
        return finish(Status::verified,
                      changed ? "" : fmt::format("was {} already", to_string(machine->state)));
    }
    const Power on_its_way = is_start(effect) ? Power::starting : Power::stopping;
    action.moved = action.moved || (effect.kind != "stop-hard" && machine->state == on_its_way);
    const bool must_wait = is_start(effect) && machine->state == Power::stopping;
    if (action.asked || action.moved || must_wait)
        return overdue(action, machine, now);
    const auto strangers = unknown_guests(effect, *machine);
    if (strangers.size() == 1)
        return finish(Status::refused, fmt::format("unknown guest {} runs on it", strangers[0]));
    if (!strangers.empty())
        return finish(Status::refused,
                      fmt::format("unknown guests {} run on it", fmt::join(strangers, ", ")));
    if (effect.kind == "stop-hard" && text_of(effect, "provider") == "physical")
        return finish(Status::refused,
                      effect.host + " has no switch that reops could use to `stop-hard` it");
    action.asked = true;
    const std::string why = world_->ask(effect.host, effect.kind, now);
    return why.empty() ? overdue(action, machine, now) : finish(Status::failed, why);
}

bool Performers::overdue(const Action& action, const Machine* machine, Time now)
{
    if (now < action.began + action.effect.limit)
        return false;
    Outcome outcome{.status = Status::timeout,
                    .message = std::string{overdue_text(action.effect)},
                    .changed = action.asked || action.moved,
                    .took = now - action.began};
    if (machine->unreachable) {
        outcome.status = Status::unreachable;
        outcome.message = action.asked ? "asked, then the provider did not answer"
                                       : fmt::format("the provider {} gave no answer",
                                                     text_of(action.effect, "provider"));
    }
    end(action.effect, std::move(outcome));
    return true;
}

/// Mails and alerts go to one server; what it did not take is filed on the disk, which works.
void Performers::tell(const engine::Effect& effect)
{
    if (world_->mail_answers || effect.kind == "file-mail")
        return end(effect, {.status = Status::done, .message = ""});
    end(effect,
        {.status = Status::unreachable,
         .message = "no answer from the mail server",
         .changed = false,
         .retry = true});
}

/// The broker gives it to who subscribed: our own sensors, if the topic is one of theirs.
void Performers::publish(const engine::Effect& effect)
{
    end(effect, {.status = Status::done, .message = ""});
    const std::string topic = text_of(effect, "topic");
    const std::size_t cut = topic.rfind('/');
    if (cut == std::string::npos)
        return;
    engine::Event event;
    event.name = sources::canonical_event(topic.substr(cut + 1));
    const auto key = sources::match_topic(sources::default_mapping(event.name).topic, topic);
    const auto payload = data::read_json(text_of(effect, "payload"));
    if (!key || !payload.ok() || !payload->is_map())
        return;
    event.key = *key;
    event.value = payload->as_map().get("value");
    event.payload = *payload;
    event.origin = "mqtt";
    event.caused_by = text_of(effect, "flow");
    event.depth = static_cast<std::uint32_t>(argument(effect, "depth").as_integer());
    answers_.events.push_back(std::move(event));
}

}  // namespace reops::scenario

// SPDX-License-Identifier: Apache-2.0
#include "actions/power_action.hh"

#include "base/check.hh"
#include "base/crash_point.hh"
#include "data/map.hh"
#include "data/vector.hh"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::actions {

using data::Value;
using engine::Outcome;
using engine::Status;
using providers::Change;
using providers::PowerState;
using providers::SystemStatus;

/// What a kind of effect asks for and waits for.
struct PowerAction::Goal {
    std::string_view kind;
    Change change;
    PowerState wanted;
    PowerState on_its_way;  ///< seen without our asking, this is waited for
    std::string_view overdue;
    const char* begin_point;
    const char* end_point;

    static const Goal& of(std::string_view kind);
};

const PowerAction::Goal& PowerAction::Goal::of(std::string_view kind)
{
    static constexpr std::array<Goal, 3> goals{{
        {"stop",
         Change::stop,
         PowerState::off,
         PowerState::stopping,
         "did not stop",
         "effect-begin:stop",
         "effect-end:stop"},
        {"stop-hard",
         Change::stop_hard,
         PowerState::off,
         PowerState::off,
         "did not switch off",
         "effect-begin:stop-hard",
         "effect-end:stop-hard"},
        {"start",
         Change::start,
         PowerState::on,
         PowerState::starting,
         "did not start",
         "effect-begin:start",
         "effect-end:start"},
    }};
    const auto* found =
        std::find_if(goals.begin(), goals.end(), [&](const Goal& g) { return g.kind == kind; });
    REOPS_CHECK(found != goals.end(), "a power effect is stop, stop-hard or start");
    return *found;
}

namespace {

Value argument(const engine::Effect& effect, std::string_view name)
{
    return effect.args.is_map() ? effect.args.as_map().get(name) : Value{};
}

std::string text_of(const Value& value)
{
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

/// The system's own map, and over it what the flow says of the way in.
Value options_of(const engine::Effect& effect)
{
    Value options = argument(effect, "options");
    const Value auth = argument(effect, "auth");
    if (!auth.is_map())
        return options;
    data::Map out = options.is_map() ? options.as_map() : data::Map{};
    for (const char* key : {"user", "ssh-key", "ssh-port"})
        if (const Value value = auth.as_map().get(key); !value.is_nil())
            out = std::move(out).assoc(Value::keyword(key), value);
    return out;
}

/// Worth another look: everything else is an answer.
bool is_passing(const Failure& why)
{
    return why.code == Code::unreachable || why.code == Code::timeout;
}

}  // namespace

PowerAction::PowerAction(const PowerSurroundings& surroundings,
                         engine::Effect effect,
                         std::function<void(Outcome)> ended)
    : around_(surroundings),
      effect_(std::move(effect)),
      ended_(std::move(ended)),
      goal_(Goal::of(effect_.kind)),
      system_{effect_.host, text_of(argument(effect_, "address")), options_of(effect_)},
      limit_timer_(surroundings.loop),
      look_timer_(surroundings.loop),
      pause_(surroundings.pacing.look_first),
      back_off_(surroundings.pacing.retry_first)
{
}

template <class Argument>
std::function<void(Argument)> PowerAction::if_alive(void (PowerAction::*member)(Argument))
{
    return [self = weak_from_this(), member](Argument argument) {
        if (const auto alive = self.lock(); alive && !alive->over_)
            (*alive.*member)(std::move(argument));
    };
}

void PowerAction::begin()
{
    began_ = around_.clock.since_boot();
    const std::string name = text_of(argument(effect_, "provider"));
    if (name.empty())
        return end(Status::refused, fmt::format("no provider for {}", effect_.host));
    auto provider = around_.registry.get(name);
    if (!provider)
        return end(Status::failed, provider.failure().message);
    provider_ = *provider;
    limit_timer_.after(effect_.limit, [this] { on_limit(); });
    watch_ = provider_->watch(effect_.host, [this](PowerState) {
        if (asking_)
            look_again_ = true;
        else if (accepted_ || moved_)
            look_after(Duration::zero());
    });
    look();
}

void PowerAction::cancel()
{
    if (!over_ && asks_ == 0)
        end(Status::cancelled, "cancelled before it began");
}

Duration PowerAction::elapsed() const
{
    return around_.clock.since_boot() - began_;
}

Duration PowerAction::within_limit(Duration wanted) const
{
    return std::clamp(effect_.limit - elapsed(), Duration{milliseconds(1)}, wanted);
}

void PowerAction::look()
{
    if (looking_) {
        look_again_ = true;
        return;
    }
    look_timer_.cancel();
    looking_ = true;
    ++looks_;
    provider_->status(
        system_, within_limit(around_.pacing.status_deadline), if_alive(&PowerAction::on_status));
}

void PowerAction::look_after(Duration span)
{
    look_timer_.after(span, [self = weak_from_this()] {
        if (const auto alive = self.lock(); alive && !alive->over_)
            alive->look();
    });
}

void PowerAction::on_status(Result<SystemStatus> status)
{
    looking_ = false;
    if (!status)
        return on_trouble(status.failure());
    trouble_.clear();
    back_off_ = around_.pacing.retry_first;
    seen_ = status->state;
    detail_ = status->detail;
    told_ = true;
    decide(*status);
    if (!over_ && !asking_ && std::exchange(look_again_, false))
        look_after(Duration::zero());
}

/// A provider that does not answer is asked again until the limit; any other failure is the end.
void PowerAction::on_trouble(const Failure& why)
{
    if (!is_passing(why))
        return end(why.code == Code::unsupported ? Status::refused : Status::failed, why.message);
    trouble_ = why.message;
    look_after(back_off_);
    back_off_ = std::min(back_off_ * 2, around_.pacing.retry_longest);
}

void PowerAction::decide(const SystemStatus& status)
{
    if (status.state == goal_.wanted)
        return end(Status::verified, "");
    if (status.state == PowerState::absent)
        return end(Status::failed,
                   fmt::format("{} has no system {}", provider_->name(), effect_.host));
    moved_ = moved_ || status.state == goal_.on_its_way;
    const bool must_wait = goal_.change == Change::start && status.state == PowerState::stopping;
    // what cannot be seen may be started: asking for what is there already changes nothing
    const bool is_hidden = status.state == PowerState::unknown && goal_.change != Change::start;
    if (accepted_ || moved_ || must_wait || is_hidden) {
        look_after(pause_);
        pause_ = std::min(pause_ * 3 / 2, around_.pacing.look_longest);
        return;
    }
    if (asking_)
        return;
    if (goal_.change == Change::start || argument(effect_, "unknown-guests").truthy())
        return ask();
    check_guests(status);
}

void PowerAction::check_guests(const SystemStatus& status)
{
    if (status.guests && refuse_unknown_guests(*status.guests))
        return;
    const Value options = system_.options;
    const std::string uri =
        options.is_map() ? text_of(options.as_map().get("guests-uri")) : std::string{};
    if (uri.empty())
        return ask();
    list_guests(uri);
}

/// A machine whose guests another provider sees: big-iron is woken by its MAC, and the guests are
/// libvirt's.
void PowerAction::list_guests(const std::string& uri)
{
    auto guests = around_.registry.get("libvirt");
    if (!guests)
        return end(Status::failed, guests.failure().message);
    asking_ = true;
    (*guests)->list(
        data::make_map({{Value::keyword("uri"), Value::string(uri)}}),
        within_limit(around_.pacing.status_deadline),
        [self = weak_from_this()](const Result<std::vector<providers::ListedSystem>>& systems) {
            const auto alive = self.lock();
            if (!alive || alive->over_)
                return;
            alive->asking_ = false;
            if (!systems)
                return alive->on_trouble(systems.failure().while_("listing its guests"));
            std::vector<std::string> running;
            for (const providers::ListedSystem& system : systems.value())
                if (providers::is_running(system.state))
                    running.push_back(system.name);
            if (!alive->refuse_unknown_guests(running))
                alive->ask();
        });
}

bool PowerAction::refuse_unknown_guests(const std::vector<std::string>& running)
{
    std::vector<std::string> unknown;
    const Value known = argument(effect_, "guests");
    const auto is_known = [&](const std::string& name) {
        return known.is_vector() &&
               std::any_of(known.as_vector().begin(),
                           known.as_vector().end(),
                           [&](const Value& guest) { return text_of(guest) == name; });
    };
    std::copy_if(
        running.begin(), running.end(), std::back_inserter(unknown), [&](const auto& name) {
            return name != effect_.host && !is_known(name);
        });
    if (unknown.empty())
        return false;
    end(Status::refused,
        unknown.size() == 1 ? fmt::format("unknown guest {} runs on it", unknown[0])
                            : fmt::format("unknown guests {} run on it", fmt::join(unknown, ", ")));
    return true;
}

void PowerAction::ask()
{
    asking_ = true;
    ++asks_;
    REOPS_BEFORE(goal_.begin_point);
    provider_->change(goal_.change,
                      system_,
                      within_limit(around_.pacing.change_deadline),
                      if_alive(&PowerAction::on_asked));
    REOPS_AFTER(goal_.begin_point);
}

void PowerAction::on_asked(const Result<void>& reply)
{
    asking_ = false;
    if (!reply) {
        // it may have been carried out: the state decides whether it is asked once more
        return on_trouble(reply.failure());
    }
    accepted_ = true;
    look_after(std::exchange(look_again_, false) ? Duration::zero() : pause_);
}

void PowerAction::on_limit()
{
    if (!trouble_.empty())
        return end(Status::unreachable,
                   asks_ > 0 ? fmt::format("asked, then the provider did not answer: {}", trouble_)
                             : trouble_);
    if (!told_)
        return end(Status::unreachable,
                   fmt::format("the provider {} gave no answer", provider_->name()));
    const std::string behind = detail_.empty() ? "" : ": " + detail_;
    if (seen_ == PowerState::unknown)
        return accepted_
                   ? end(Status::unverified, "accepted, but its state cannot be seen" + behind)
                   : end(Status::unreachable,
                         detail_.empty() ? "its provider cannot tell its state" : detail_);
    end(Status::timeout, std::string{goal_.overdue} + behind);
}

void PowerAction::end(Status status, std::string message)
{
    if (over_)
        return;
    over_ = true;
    limit_timer_.cancel();
    look_timer_.cancel();
    watch_.reset();
    const auto alive = shared_from_this();
    Outcome outcome;
    outcome.status = status;
    outcome.changed = asks_ > 0 || moved_;
    outcome.hard =
        goal_.change == Change::stop_hard && outcome.changed && status == Status::verified;
    if (status == Status::verified && !outcome.changed)
        message = fmt::format("was {} already", to_string(goal_.wanted));
    outcome.message = std::move(message);
    outcome.took = elapsed();
    outcome.evidence = evidence();
    REOPS_BEFORE(goal_.end_point);
    std::exchange(ended_, nullptr)(std::move(outcome));
    REOPS_AFTER(goal_.end_point);
}

Value PowerAction::evidence() const
{
    data::MapBuilder map;
    const auto set = [&](std::string_view key, Value value) {
        map.set(Value::keyword(key), std::move(value));
    };
    if (provider_ != nullptr)
        set("provider", Value::string(provider_->name()));
    set("state", Value::keyword(to_string(seen_)));
    set("asked", Value::integer(asks_));
    set("looked", Value::integer(looks_));
    set("took", Value::string(to_string(elapsed())));
    if (!trouble_.empty())
        set("trouble", Value::string(trouble_));
    return map.finish();
}

}  // namespace reops::actions

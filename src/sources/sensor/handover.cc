// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/handover.hh"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace reops::sources {

namespace {

constexpr const char* lost_cause = "readings-lost:mqtt";
/// A commit of more events than these is worth its cost without waiting.
constexpr std::uint64_t many = 64;

}  // namespace

Handover::Handover(io::EventLoop& loop,
                   runtime::Intake& intake,
                   mqtt::Client& client,
                   std::size_t most_unacknowledged)
    : intake_(intake), client_(client), most_(most_unacknowledged), gather_timer_(loop)
{
    intake_.on_accepting([this, alive = alive_](bool) {
        if (!*alive)
            return;
        release();
        regulate();
    });
}

Handover::~Handover()
{
    *alive_ = false;
}

bool Handover::may_offer() const
{
    return offered_ - committed_ < most_ && intake_.is_accepting();
}

void Handover::offer(engine::Event&& event)
{
    ++offered_;
    intake_.offer(std::move(event));
}

void Handover::give(engine::Event&& event, mqtt::Qos qos)
{
    if (held_.empty() && may_offer())
        offer(std::move(event));
    else
        hold(std::move(event), qos);
}

void Handover::hold(engine::Event event, mqtt::Qos qos)
{
    held_.push_back({std::move(event), {}, qos});
    held_volatile_ += qos == mqtt::Qos::at_most_once ? 1 : 0;
    if (held_.size() > most_ && held_volatile_ > 0)
        shed_oldest();
}

void Handover::shed_oldest()
{
    const auto oldest = std::find_if(held_.begin(), held_.end(), [](const Held& each) {
        return each.qos == mqtt::Qos::at_most_once;
    });
    mqtt::Token& before = oldest == held_.begin() ? covered_ : std::prev(oldest)->token;
    before = std::max(before, oldest->token);
    held_.erase(oldest);
    --held_volatile_;
    ++shed_;
    if (std::exchange(is_shedding_, true))
        return;
    intake_.trouble(lost_cause,
                    fmt::format("more than {} sensor readings wait for the journal: the oldest "
                                "readings sent with QoS 0 are lost",
                                most_),
                    false);
}

void Handover::finish_message(mqtt::Token token)
{
    mqtt::Token& last = held_.empty() ? covered_ : held_.back().token;
    last = std::max(last, token);
}

void Handover::forget()
{
    held_.clear();
    held_volatile_ = 0;
}

void Handover::finish_batch()
{
    if (offered_ != asked_offered_ || covered_ > asked_) {
        asked_offered_ = offered_;
        asked_ = covered_;
        intake_.after_commit([this, alive = alive_, token = covered_, offered = offered_] {
            if (*alive)
                commit(token, offered);
        });
    }
    regulate();
}

void Handover::commit(mqtt::Token token, std::uint64_t offered)
{
    const std::uint64_t committed = offered - committed_;
    committed_ = offered;
    client_.acknowledge(token);
    gather(committed);
    release();
}

void Handover::gather(std::uint64_t committed)
{
    const Duration window = intake_.window_left();
    if (committed == 0 || committed > many || window <= Duration::zero() || is_gathering_)
        return;
    is_gathering_ = true;
    gather_timer_.after(window, [this] {
        is_gathering_ = false;
        regulate();
    });
    regulate();
}

void Handover::release()
{
    if (held_.empty())
        return;
    while (!held_.empty() && may_offer()) {
        Held& next = held_.front();
        held_volatile_ -= next.qos == mqtt::Qos::at_most_once ? 1 : 0;
        covered_ = std::max(covered_, next.token);
        offer(std::move(next.event));
        held_.pop_front();
    }
    if (held_.empty() && std::exchange(is_shedding_, false))
        intake_.trouble(lost_cause, "sensor readings are written again", true);
    finish_batch();
}

void Handover::regulate()
{
    const bool is_full = held_.size() >= most_ && held_volatile_ == 0;
    const bool pauses = !intake_.is_accepting() || is_full || is_gathering_;
    if (std::exchange(is_paused_, pauses) != pauses)
        client_.pause_reading(pauses);
}

}  // namespace reops::sources

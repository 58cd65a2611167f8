// SPDX-License-Identifier: Apache-2.0
#include "sinks/publish/publish_performer.hh"

#include "base/crash_point.hh"
#include "data/map.hh"
#include "mqtt/reops_properties.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace reops::sinks {

namespace {

using engine::Outcome;
using engine::Status;

constexpr std::size_t longest_queue = 100'000;

std::string_view text_of(const data::Map& args, std::string_view name)
{
    const data::Value* value = args.find(name);
    return value != nullptr && value->is_string() ? value->as_string() : std::string_view{};
}

std::int64_t number_of(const data::Map& args, std::string_view name)
{
    const data::Value* value = args.find(name);
    return value != nullptr && value->is_integer() ? value->as_integer() : 0;
}

Status status_of(Code code)
{
    switch (code) {
        case Code::timeout:
            return Status::timeout;
        case Code::unreachable:
        case Code::cancelled:  // the client stops with the program: the next start tries again
            return Status::unreachable;
        case Code::denied:
        case Code::unsupported:
            return Status::refused;
        default:
            return Status::failed;
    }
}

Outcome queue_is_full()
{
    return {.status = Status::unreachable,
            .message = "too many messages wait for the broker",
            .changed = false,
            .retry = true};
}

Outcome overdue()
{
    return {.status = Status::timeout,
            .message = "the broker took no message in time",
            .changed = false,
            .retry = true};
}

}  // namespace

Outcome publish_outcome(const Result<void>& ended)
{
    if (ended)
        return {.status = Status::done};
    const Status status = status_of(ended.failure().code);
    // What the broker refused it refuses again; who may not write there is not asked every minute.
    const bool retry = status == Status::timeout || status == Status::unreachable;
    return {.status = status, .message = ended.failure().message, .changed = false, .retry = retry};
}

PublishPerformer::PublishPerformer(const Clock& clock, mqtt::Client& client)
    : clock_(clock), client_(client), self_(std::make_shared<PublishPerformer*>(this))
{
}

PublishPerformer::~PublishPerformer()
{
    *self_ = nullptr;
}

std::span<const std::string_view> PublishPerformer::kinds() const
{
    static constexpr std::array<std::string_view, 1> mine{"publish"};
    return mine;
}

void PublishPerformer::perform(const engine::Effect& effect, runtime::Done done)
{
    const Duration deadline = clock_.since_boot() + effect.limit;
    if (!waiting_.empty())
        send_waiting();
    if (waiting_.empty() && send(effect, done, deadline))
        return;
    if (waiting_.size() >= longest_queue)
        done(queue_is_full());
    else
        waiting_.push_back({effect, std::move(done), deadline});
}

/// False when the client's queue is full; `done` is then still the caller's.
bool PublishPerformer::send(const engine::Effect& effect, runtime::Done& done, Duration deadline)
{
    const data::Map& args = effect.args.as_map();
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), number_of(args, "depth")).ptr;
    const std::array<mqtt::UserProperty, 3> properties{{
        {mqtt::run_property, text_of(args, "run")},
        {mqtt::flow_property, text_of(args, "flow")},
        {mqtt::depth_property, {digits.data(), static_cast<std::size_t>(end - digits.data())}},
    }};
    const data::Value* retain = args.find("retain");
    mqtt::Publication publication;
    publication.topic = text_of(args, "topic");
    publication.payload = text_of(args, "payload");
    publication.qos =
        static_cast<mqtt::Qos>(std::clamp<std::int64_t>(number_of(args, "qos"), 0, 2));
    publication.retain = retain != nullptr && retain->truthy();
    publication.user_properties = properties;
    publication.deadline = deadline;
    REOPS_BEFORE("publish.send");
    auto shared = std::make_shared<runtime::Done>(std::move(done));
    const Result<void> accepted =
        client_.publish(publication, [self = self_, shared](const Result<void>& ended) {
            REOPS_AFTER("publish.send");
            if (*self == nullptr)
                return;
            (*shared)(publish_outcome(ended));
            if (*self != nullptr)
                (*self)->send_waiting();
        });
    if (accepted)
        return true;
    done = std::move(*shared);
    if (accepted.failure().code == Code::unreachable)
        return false;
    done(publish_outcome(accepted));
    return true;
}

void PublishPerformer::send_waiting()
{
    if (is_sending_)
        return;
    is_sending_ = true;
    const std::shared_ptr<PublishPerformer*> self = self_;
    while (!waiting_.empty()) {
        Waiting first = std::move(waiting_.front());
        waiting_.pop_front();
        if (first.deadline <= clock_.since_boot()) {
            first.done(overdue());
        } else if (!send(first.effect, first.done, first.deadline)) {
            waiting_.push_front(std::move(first));
            break;
        }
        if (*self == nullptr)
            return;
    }
    is_sending_ = false;
}

void PublishPerformer::cancel(engine::EffectId effect)
{
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
        return waiting.effect.id == effect;
    });
    if (found == waiting_.end())
        return;
    const runtime::Done done = std::move(found->done);
    waiting_.erase(found);
    done(
        {.status = Status::cancelled, .message = "cancelled before it was sent", .changed = false});
}

}  // namespace reops::sinks

// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/sensor_source.hh"

#include "mqtt/reops_properties.hh"
#include "wire/mqtt/reason.hh"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace reops::sources {

namespace {

constexpr std::string_view where = "sensor";
constexpr const char* down_cause = "source-down:mqtt";
constexpr const char* theft_cause = "client-id-taken:mqtt";

mqtt::ClientOptions client_options(const SensorOptions& options)
{
    mqtt::ClientOptions out;
    out.broker = options.broker;
    out.session.client_id = options.client_id;
    out.session.protocol = options.protocol;
    out.first_retry = options.first_retry;
    out.longest_retry = options.longest_retry;
    return out;
}

std::vector<mqtt::Subscription> subscriptions_of(const std::vector<SensorMapping>& mappings)
{
    std::vector<mqtt::Subscription> out;
    out.reserve(mappings.size());
    for (const SensorMapping& each : mappings)
        out.push_back({each.topic, static_cast<mqtt::Qos>(each.qos)});
    return out;
}

std::uint32_t parse_depth(std::string_view text)
{
    std::uint32_t depth = 0;
    std::from_chars(text.data(), text.data() + text.size(), depth);
    return depth;
}

}  // namespace

SensorSource::SensorSource(io::EventLoop& loop,
                           const Clock& clock,
                           Random& random,
                           Log& log,
                           runtime::Intake& intake,
                           SensorOptions options)
    : options_(std::move(options)),
      clock_(clock),
      log_(log),
      intake_(intake),
      client_(loop, clock, random, log, client_options(options_), *this),
      handover_(loop, intake, client_, options_.most_unacknowledged),
      topics_(options_.mappings, options_.most_topics),
      after_gap_(
          loop,
          options_.after_gap,
          options_.most_topics,
          [this](engine::Event event) {
              ++counts_.decided_after_gap;
              handover_.give(std::move(event), mqtt::Qos::at_least_once);
          },
          [this] { handover_.finish_batch(); }),
      down_timer_(loop)
{
    counts_.mappings.resize(options_.mappings.size());
}

SensorSource::~SensorSource() = default;

Result<void> SensorSource::start()
{
    auto set = client_.set_subscriptions(subscriptions_of(options_.mappings));
    if (!set)
        return set;
    is_stopping_ = false;
    last_failure_ = "the first attempt has not ended";
    watch_for_silence();
    handover_.regulate();
    client_.start();
    return {};
}

Result<void> SensorSource::change_mappings(std::vector<SensorMapping> mappings)
{
    auto set = client_.set_subscriptions(subscriptions_of(mappings));
    if (!set)
        return set;
    std::vector<std::optional<std::uint32_t>> places(options_.mappings.size());
    std::vector<MappingCounts> counts(mappings.size());
    for (std::size_t old = 0; old < places.size(); ++old) {
        const SensorMapping& before = options_.mappings[old];
        const auto same = std::find_if(mappings.begin(), mappings.end(), [&](const auto& one) {
            return one.event == before.event && one.topic == before.topic;
        });
        if (same == mappings.end())
            continue;
        const auto place = static_cast<std::size_t>(same - mappings.begin());
        places[old] = static_cast<std::uint32_t>(place);
        counts[place] = std::move(counts_.mappings[old]);
    }
    options_.mappings = std::move(mappings);
    counts_.mappings = std::move(counts);
    topics_.remap(places);
    return {};
}

void SensorSource::stop(std::function<void()> stopped)
{
    is_stopping_ = true;
    lost_at_ = clock_.since_boot();
    after_gap_.cancel();
    handover_.forget();
    down_timer_.cancel();
    client_.stop(std::move(stopped));
}

void SensorSource::on_messages(std::span<const mqtt::Message> batch)
{
    now_ = clock_.wall();
    counts_.received += batch.size();
    for (const mqtt::Message& message : batch) {
        Topic& topic = topics_.at(message.topic);
        counts_.unmapped += topic.streams.empty() ? 1 : 0;
        for (Stream& stream : topic.streams)
            take(message, stream);
        handover_.finish_message(message.token);
    }
    handover_.finish_batch();
    if (after_gap_.is_open())
        after_gap_.delivered();
}

void SensorSource::take(const mqtt::Message& message, Stream& stream)
{
    if (stream.key.empty()) {
        refuse_keyless(message, stream);
        return;
    }
    const PayloadFault fault =
        message.is_oversize ? PayloadFault::oversize
                            : decode(options_.mappings[stream.mapping], message.payload, reading_);
    if (fault != PayloadFault::none) {
        refuse(message, stream, fault);
        return;
    }
    const engine::Arrival arrival = judge(message, stream);
    remember(stream, arrival);
    engine::Event event = make_event(message, stream);
    event.arrival = arrival;
    if (arrival == engine::Arrival::superseded) {
        engine::Event newest = event;
        newest.arrival = engine::Arrival::live;
        after_gap_.keep(std::move(newest));
    }
    handover_.give(std::move(event), message.qos);
}

engine::Arrival SensorSource::judge(const mqtt::Message& message, Stream& stream)
{
    const SensorMapping& mapping = options_.mappings[stream.mapping];
    MappingCounts& counts = counts_.mappings[stream.mapping];
    const auto number = reading_.value.number();
    const bool is_plausible =
        reading_.is_in_range &&
        (!mapping.max_step || !number || stream.step.is_plausible(*number, *mapping.max_step));
    if (!is_plausible) {
        show_refused(
            message, counts, "outside `:range` or beyond `:max-step`", ++counts.implausible == 1);
        return engine::Arrival::implausible;
    }
    if (message.retain && !mapping.retained) {
        ++counts.retained;
        return engine::Arrival::retained;
    }
    if (after_gap_.is_open()) {
        ++counts.superseded;
        return engine::Arrival::superseded;
    }
    ++counts.live;
    return engine::Arrival::live;
}

void SensorSource::remember(Stream& stream, engine::Arrival arrival)
{
    if (arrival == engine::Arrival::implausible)
        return;
    stream.is_known = true;
    stream.arrival = arrival;
    stream.value = reading_.value;
    stream.at = now_;
    stream.observed = reading_.observed;
}

engine::Event SensorSource::make_event(const mqtt::Message& message, const Stream& stream)
{
    engine::Event event;
    event.name = options_.mappings[stream.mapping].event;
    event.key = stream.key;
    event.value = std::move(reading_.value);
    event.payload = std::move(reading_.payload);
    event.observed = reading_.observed;
    event.origin = "mqtt";
    if (const auto depth = message.user_property(mqtt::depth_property))
        event.depth = parse_depth(*depth);
    if (const auto flow = message.user_property(mqtt::flow_property))
        event.caused_by = *flow;
    return event;
}

void SensorSource::refuse(const mqtt::Message& message, const Stream& stream, PayloadFault fault)
{
    MappingCounts& counts = counts_.mappings[stream.mapping];
    const bool is_first = ++counts.faults[static_cast<std::size_t>(fault)] == 1;
    show_refused(message, counts, explain(fault), is_first);
}

void SensorSource::refuse_keyless(const mqtt::Message& message, const Stream& stream)
{
    MappingCounts& counts = counts_.mappings[stream.mapping];
    show_refused(message,
                 counts,
                 "expected a name where the topic filter has its `+`, which would be the key",
                 ++counts.without_key == 1);
}

void SensorSource::show_refused(const mqtt::Message& message,
                                MappingCounts& counts,
                                std::string_view why,
                                bool is_first)
{
    counts.last_refused =
        message.is_oversize
            ? fmt::format("{}: {}, {} bytes", printable(message.topic, 80), why, message.size)
            : fmt::format(
                  "{}: {}: `{}`", printable(message.topic, 80), why, printable(message.payload));
    if (is_first)
        log_.warning(where, counts.last_refused + "; more of this kind are only counted");
}

bool SensorSource::was_long_away(bool session_present) const
{
    if (was_connected_)
        return clock_.since_boot() - lost_at_ > options_.max_gap;
    return session_present && options_.down_before_start > options_.max_gap;
}

void SensorSource::on_connected(bool session_present)
{
    down_timer_.cancel();
    if (std::exchange(is_down_told_, false))
        intake_.trouble(down_cause, "the broker is connected again", true);
    if (std::exchange(is_theft_told_, false))
        intake_.trouble(theft_cause, "nobody else uses this id", true);
    if (was_long_away(session_present))
        after_gap_.begin();
    was_connected_ = true;
    if (options_.mappings.empty())
        be_armed();
}

void SensorSource::on_subscribed(std::span<const mqtt::SubscribeResult> results)
{
    for (const mqtt::SubscribeResult& each : results) {
        const auto known = refused_.find(each.filter);
        const std::string cause = fmt::format("subscription-refused:{}", each.filter);
        if (each.is_granted() && known != refused_.end()) {
            refused_.erase(known);
            intake_.trouble(cause, fmt::format("`{}` is subscribed", each.filter), true);
        } else if (!each.is_granted() && known == refused_.end()) {
            refused_.emplace(each.filter);
            intake_.trouble(cause,
                            fmt::format("the broker refuses the subscription to `{}`: {} ({})",
                                        each.filter,
                                        wire::mqtt::reason_name(each.reason),
                                        each.reason),
                            false);
        }
    }
    be_armed();
}

void SensorSource::be_armed()
{
    if (const auto armed = std::exchange(armed_, nullptr))
        armed();
}

void SensorSource::on_disconnected(const Failure& why, bool was_connected, Duration)
{
    last_failure_ = why.message;
    if (!was_connected || is_stopping_)
        return;
    // Not now: a machine that wakes up notices only then what it lost when it fell asleep.
    lost_at_ = client_.session().last_received();
    watch_for_silence();
}

/// The alert says what the last attempt failed with.
void SensorSource::watch_for_silence()
{
    down_timer_.after(options_.alert_after, [this] {
        is_down_told_ = true;
        intake_.trouble(down_cause,
                        fmt::format("no connection to the broker for {}: {}",
                                    reops::to_string(options_.alert_after),
                                    last_failure_),
                        false);
    });
}

void SensorSource::on_taken_over()
{
    is_theft_told_ = true;
    intake_.trouble(theft_cause,
                    fmt::format("another reops uses this id: `{}` at {}; this one stays away "
                                "from the broker",
                                options_.client_id,
                                to_string(options_.broker)),
                    false);
}

SensorCounts SensorSource::counts() const
{
    SensorCounts counts = counts_;
    counts.offered = handover_.offered();
    counts.committed = handover_.committed();
    counts.shed = handover_.shed();
    counts.duplicates = client_.session().duplicates();
    counts.beyond_maximum = client_.session().beyond_maximum();
    counts.forgotten_topics = topics_.forgotten();
    return counts;
}

std::vector<KnownReading> SensorSource::known() const
{
    std::vector<KnownReading> out;
    for (const Topic& topic : topics_.topics())
        for (const Stream& stream : topic.streams)
            if (stream.is_known)
                out.push_back({options_.mappings[stream.mapping].event,
                               stream.key,
                               topic.name,
                               stream.value,
                               stream.at,
                               stream.observed,
                               stream.arrival});
    return out;
}

}  // namespace reops::sources

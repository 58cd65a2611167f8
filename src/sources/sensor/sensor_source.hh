// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The source `sensor`: what an MQTT broker delivers becomes events, and is acknowledged when
/// they are committed. docs/manual/sensors.md says what people see of it.

#include "base/clock.hh"
#include "base/log.hh"
#include "base/random.hh"
#include "io/event_loop.hh"
#include "mqtt/client.hh"
#include "runtime/intake.hh"
#include "sources/sensor/after_gap.hh"
#include "sources/sensor/handover.hh"
#include "sources/sensor/mapping.hh"
#include "sources/sensor/sensor_counts.hh"
#include "sources/sensor/topic_table.hh"

#include <cstddef>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace reops::sources {

struct SensorOptions {
    mqtt::BrokerAddress broker;
    std::string client_id;  ///< "reops-" and 8 hex digits, made with the state folder
    std::vector<SensorMapping> mappings;
    mqtt::Protocol protocol = mqtt::Protocol::automatic;
    /// After a longer time without the broker only the newest reading of each key is decided.
    Duration max_gap = minutes(5);
    /// How long the program was down before this start; counts when the broker kept our session.
    Duration down_before_start = Duration::max();
    GapTimes after_gap = {};
    Duration alert_after = minutes(5);  ///< without a connection
    std::size_t most_unacknowledged = 10'000;
    std::size_t most_topics = 10'000;
    Duration first_retry = seconds(1);
    Duration longest_retry = seconds(60);
};

/// Loop thread only. Everything it is given must outlive it. The destructor drops the connection;
/// stop() first for a clean end.
class SensorSource final : private mqtt::ClientHandler {
public:
    SensorSource(io::EventLoop& loop,
                 const Clock& clock,
                 Random& random,
                 Log& log,
                 runtime::Intake& intake,
                 SensorOptions options);
    ~SensorSource() override;
    SensorSource(const SensorSource&) = delete;
    SensorSource& operator=(const SensorSource&) = delete;

    /// `armed` is called once, when the broker has answered every subscription (or there is none
    /// and it has accepted us): from then on no reading is missed. Set it before start().
    void on_armed(std::function<void()> armed) { armed_ = std::move(armed); }
    /// Replaces SensorOptions::down_before_start; before start().
    void was_down(Duration span) { options_.down_before_start = span; }
    /// Fails with invalid_argument when a mapping's topic is no filter.
    Result<void> start();
    /// Other mappings from now on, in any state. What stays (same event and topic) keeps its last
    /// known values and its subscription. Failure as start(), and nothing is changed.
    Result<void> change_mappings(std::vector<SensorMapping> mappings);
    /// No event is offered once this was called. `stopped` is called soon.
    void stop(std::function<void()> stopped);

    /// The connection, for whoever publishes.
    mqtt::Client& client() { return client_; }
    bool is_connected() const { return client_.is_connected(); }

    const std::vector<SensorMapping>& mappings() const { return options_.mappings; }
    SensorCounts counts() const;
    /// Last known values, the most recent first.
    std::vector<KnownReading> known() const;

private:
    void on_messages(std::span<const mqtt::Message> batch) override;
    void on_connected(bool session_present) override;
    void on_subscribed(std::span<const mqtt::SubscribeResult> results) override;
    void on_disconnected(const Failure& why, bool was_connected, Duration retry_in) override;
    void on_taken_over() override;

    void take(const mqtt::Message& message, Stream& stream);
    void refuse(const mqtt::Message& message, const Stream& stream, PayloadFault fault);
    void refuse_keyless(const mqtt::Message& message, const Stream& stream);
    void show_refused(const mqtt::Message& message,
                      MappingCounts& counts,
                      std::string_view why,
                      bool is_first);
    engine::Arrival judge(const mqtt::Message& message, Stream& stream);
    void remember(Stream& stream, engine::Arrival arrival);
    engine::Event make_event(const mqtt::Message& message, const Stream& stream);
    bool was_long_away(bool session_present) const;
    void watch_for_silence();
    void be_armed();

    SensorOptions options_;
    const Clock& clock_;
    Log& log_;
    runtime::Intake& intake_;
    mqtt::Client client_;
    Handover handover_;
    TopicTable topics_;
    AfterGap after_gap_;
    io::Timer down_timer_;
    std::function<void()> armed_;
    SensorCounts counts_;
    Reading reading_;  ///< of the message at hand
    Time now_;         ///< wall clock at the batch at hand
    bool was_connected_ = false;
    bool is_stopping_ = false;
    bool is_down_told_ = false;
    bool is_theft_told_ = false;
    Duration lost_at_{};  ///< since boot
    std::string last_failure_;
    std::set<std::string, std::less<>> refused_;  ///< filters
};

}  // namespace reops::sources

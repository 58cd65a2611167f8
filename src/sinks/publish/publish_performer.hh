// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Who carries out `publish`: one MQTT message for each effect, in the order in which they
/// were offered, with run, flow and depth as user properties.

#include "base/clock.hh"
#include "mqtt/client.hh"
#include "runtime/performer.hh"

#include <cstdint>
#include <deque>
#include <memory>

namespace reops::sinks {

/// Loop thread only. Owned by the composer; the clock and the client must outlive it, so the client
/// is stopped before both go. After its destruction no `done` is called.
///
/// An effect that finds the client's queue full waits here, within its own limit.
class PublishPerformer final : public runtime::Performer {
public:
    PublishPerformer(const Clock& clock, mqtt::Client& client);
    ~PublishPerformer() override;
    PublishPerformer(const PublishPerformer&) = delete;
    PublishPerformer& operator=(const PublishPerformer&) = delete;

    std::span<const std::string_view> kinds() const override;
    void perform(const engine::Effect& effect, runtime::Done done) override;
    /// What waits here ends `cancelled`; what the client has goes on.
    void cancel(engine::EffectId effect) override;

    std::size_t waiting() const { return waiting_.size(); }

private:
    struct Waiting {
        engine::Effect effect;
        runtime::Done done;
        Duration deadline{};
    };

    bool send(const engine::Effect& effect, runtime::Done& done, Duration deadline);
    void send_waiting();

    const Clock& clock_;
    mqtt::Client& client_;
    std::deque<Waiting> waiting_;
    bool is_sending_ = false;  ///< send_waiting() is on the stack
    /// For callbacks that the client still has: null when we are gone.
    std::shared_ptr<PublishPerformer*> self_;
};

/// What an effect becomes when its publication ended so.
engine::Outcome publish_outcome(const Result<void>& ended);

}  // namespace reops::sinks

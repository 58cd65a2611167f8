// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Events on their way from the broker into a commit, and acknowledgements on their way back:
///
///     give() -> intake -> commit -> acknowledge
///        '--> held, when the intake is full or closed: QoS 1 waits, QoS 0 loses its oldest
///
/// A message is acknowledged when all events of it and of those before it are committed. At low
/// rates nothing is read between a commit and the end of its window: a commit costs as much for one
/// event as for twenty, and so does waking up.

#include "engine/event.hh"
#include "io/event_loop.hh"
#include "mqtt/client.hh"
#include "runtime/intake.hh"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

namespace reops::sources {

/// Loop thread only. Loop, intake and client must outlive it; commits that come later are ignored.
class Handover {
public:
    Handover(io::EventLoop& loop,
             runtime::Intake& intake,
             mqtt::Client& client,
             std::size_t most_unacknowledged);
    ~Handover();
    Handover(const Handover&) = delete;
    Handover& operator=(const Handover&) = delete;

    /// An event of the message at hand, or one of nobody's.
    void give(engine::Event&& event, mqtt::Qos qos);
    /// The message at hand is finished, with or without events.
    void finish_message(mqtt::Token token);
    /// Asks for one commit for all that was given since the last call.
    void finish_batch();
    /// Drops what is held; it was not acknowledged.
    void forget();
    /// Looks at Intake::is_accepting() and pauses the client or lets it go on.
    void regulate();

    std::uint64_t offered() const { return offered_; }
    std::uint64_t committed() const { return committed_; }
    /// QoS 0 events that were lost because too many waited.
    std::uint64_t shed() const { return shed_; }

private:
    struct Held {
        engine::Event event;
        mqtt::Token token;  ///< may be acknowledged once this event is committed
        mqtt::Qos qos;
    };

    bool may_offer() const;
    void offer(engine::Event&& event);
    void hold(engine::Event event, mqtt::Qos qos);
    void shed_oldest();
    void release();
    void commit(mqtt::Token token, std::uint64_t offered);
    void gather(std::uint64_t committed);

    runtime::Intake& intake_;
    mqtt::Client& client_;
    std::size_t most_;
    std::deque<Held> held_;
    std::size_t held_volatile_ = 0;  ///< of held_, with QoS 0
    mqtt::Token covered_ = {};       ///< the newest message of which everything is offered
    mqtt::Token asked_ = {};         ///< what the last after_commit() acknowledges
    std::uint64_t offered_ = 0;
    std::uint64_t asked_offered_ = 0;
    std::uint64_t committed_ = 0;
    std::uint64_t shed_ = 0;
    io::Timer gather_timer_;
    bool is_gathering_ = false;  ///< reading waits for the end of the window
    bool is_paused_ = false;
    bool is_shedding_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reops::sources

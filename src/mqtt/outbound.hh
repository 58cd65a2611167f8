// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The sending half of a session: a bounded queue in order, identifiers, and what is repeated
/// after a reconnect.
///
///     QoS 0   waiting -> in `out` -> handed over (done)
///     QoS 1   waiting -> sent -> PUBACK (done)
///     QoS 2   waiting -> sent -> PUBREC, PUBREL sent: released -> PUBCOMP (done)
///
/// While the connection is open and nothing waits, a publication goes straight into `out`.

#include "mqtt/message.hh"
#include "mqtt/packet_ids.hh"

#include <deque>
#include <limits>
#include <string>
#include <vector>

namespace reops::mqtt {

using wire::mqtt::Version;

/// What the broker takes, from its CONNACK.
struct BrokerLimits {
    std::uint16_t receive_maximum = 65'535;
    Qos maximum_qos = Qos::exactly_once;
    bool retain_available = true;
    std::size_t maximum_packet = std::numeric_limits<std::size_t>::max();
};

/// Used by one thread. `out` is everywhere the bytes that go to the broker. Callbacks may publish
/// again; they are called outside of any loop over the queue.
class Outbound {
public:
    struct Limits {
        std::size_t messages = 10'000;  ///< waiting and unanswered together
        std::size_t bytes = std::size_t{16} * 1024 * 1024;
        std::uint16_t in_flight = 1'000;  ///< unanswered; the broker's own limit counts too
        /// Nothing is added to an `out` that is this long.
        std::size_t out_bytes = std::size_t{1024} * 1024;
    };

    Outbound(const Limits& limits, PacketIds& ids) : limits_(limits), ids_(ids) {}

    /// Failures: invalid_argument (topic), unreachable (the queue is full). `done` may be empty and
    /// is not called when publish() fails.
    Result<void> publish(const Publication& publication, PublishDone done, std::string& out);

    /// A connection was accepted: what is unanswered goes out again, marked as a duplicate when the
    /// broker kept the session, then what waits.
    void opened(Version version,
                bool session_present,
                const BrokerLimits& broker,
                std::string& out);
    /// The connection is gone. QoS 0 that was not handed over fails: it may have arrived.
    void closed();
    /// PUBACK, PUBREC or PUBCOMP. An identifier that is not waited for is ignored.
    void answered(const wire::mqtt::Acknowledgement& packet, std::string& out);
    /// Sends what waits, as far as the limits allow.
    void pump(std::string& out);
    /// No more bytes for now: the stream is clogged.
    void set_clogged(bool clogged) { is_clogged_ = clogged; }

    /// All of `out` was given to the stream ...
    void taken();
    /// ... and the stream has handed everything that it was given to the system.
    void handed_over();

    /// Fails with `timeout` what is over its deadline. Returns the earliest deadline left, or zero.
    Duration expire(Duration now);
    /// Fails everything; the client is stopping.
    void fail_all(const Failure& why);

    std::size_t queued() const { return live_; }

private:
    enum class State : std::uint8_t { waiting, sent, released, done };
    struct Entry {
        State state = State::waiting;
        Qos qos = Qos::at_most_once;
        bool retain = false;
        bool was_sent = false;  ///< on any connection of this session
        std::uint16_t packet_id = 0;
        Duration deadline{};
        std::string topic;
        std::string payload;
        std::string properties;
        PublishDone done;
    };

    wire::mqtt::Publish packet_of(const Entry& entry) const;
    Result<void> check_broker(const wire::mqtt::Publish& packet) const;
    bool has_room(const std::string& out) const;
    bool send(Entry& entry, std::string& out);
    void forget_session();
    Entry* find_unanswered(std::uint16_t packet_id);
    void finish(Entry& entry, const Result<void>& outcome);
    void drop_finished();
    void answer_received(Entry& entry, std::uint8_t reason, std::string& out);
    void write_pubrel(std::uint16_t packet_id, std::uint8_t reason, std::string& out) const;
    void run_finished();

    Limits limits_;
    PacketIds& ids_;
    BrokerLimits broker_;
    Version version_ = Version::v5;
    bool is_open_ = false;
    bool is_clogged_ = false;
    std::deque<Entry> entries_;      ///< oldest first; finished ones are dropped from the front
    std::size_t first_waiting_ = 0;  ///< entries before it are sent, released or done
    std::size_t live_ = 0;           ///< entries that are not done
    std::size_t bytes_ = 0;          ///< of live entries
    std::size_t in_flight_ = 0;
    std::string properties_;              ///< scratch of publish()
    std::vector<PublishDone> in_out_;     ///< QoS 0 whose bytes are in `out`
    std::vector<PublishDone> in_stream_;  ///< QoS 0 whose bytes the stream has
    struct Finished {
        PublishDone done;
        Result<void> outcome;
    };
    std::vector<Finished> finished_;
};

}  // namespace reops::mqtt

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The receiving half of a session: messages are gathered into a batch, and what has to be
/// acknowledged is remembered until the application says that it is committed.
///
///     QoS 1   PUBLISH -> delivered ... acknowledge() -> PUBACK
///     QoS 2   PUBLISH -> delivered ... acknowledge() -> PUBREC, PUBREL -> PUBCOMP
///
/// Acknowledgements leave in the order of delivery, as both standards want it (4.6).
///
/// A broker that goes over our receive maximum is counted, not left: mosquitto 2.0.11 does it after
/// a PUBACK, and on the next connection would send the same again, and so for ever. What bounds the
/// unacknowledged is the number of packet identifiers and the application's pause_reading().

#include "mqtt/message.hh"

#include <bitset>
#include <memory>
#include <string>
#include <vector>

namespace reops::mqtt {

using wire::mqtt::Version;

/// Used by one thread. `out` is everywhere the bytes that go to the broker.
class Inbound {
public:
    struct Limits {
        std::uint16_t receive_maximum =
            65'535;  ///< unacknowledged messages; binds brokers of 5 only
        std::uint16_t topic_alias_maximum = 0;
    };

    explicit Inbound(const Limits& limits) : limits_(limits) {}

    /// A connection was accepted. What was not acknowledged on the last one will come again.
    void opened(Version version, bool session_present);
    /// The connection is gone: tokens given out so far acknowledge nothing any more.
    void closed();

    /// Adds a message to the batch unless it is a redelivery. `size` is the payload's true size.
    /// Failures: conflict (a topic alias that was not defined; fault() has the reason code).
    Result<void> take(const wire::mqtt::Publish& packet,
                      bool is_oversize,
                      std::size_t size,
                      std::string& out);
    /// Answers a PUBREL.
    void release(std::uint16_t packet_id, std::string& out);
    std::uint8_t fault() const { return fault_; }

    std::span<const Message> batch() const { return batch_; }
    void clear_batch();

    /// How many acknowledgements were written; 0 for a token of an older connection.
    std::size_t acknowledge(Token token, std::string& out);
    /// Delivered on this connection with QoS 1 or 2 and not acknowledged.
    std::size_t unacknowledged() const { return pending_.size() - first_pending_; }
    /// Redeliveries within one connection that were recognised, since the beginning.
    std::uint64_t duplicates() const { return duplicates_; }
    /// Messages that the broker of 5 sent beyond our receive maximum, since the beginning.
    std::uint64_t beyond_maximum() const { return beyond_maximum_; }

private:
    struct Pending {
        std::uint16_t packet_id;
        Qos qos;
    };
    using IdSet = std::bitset<65'536>;

    /// The topic that an alias stands for; fills the table. Empty on a bad alias.
    std::string_view resolve_topic(const wire::mqtt::Publish& packet);
    bool is_redelivery(const wire::mqtt::Publish& packet, std::string& out);
    void write_answer(wire::mqtt::PacketType type,
                      std::uint16_t packet_id,
                      std::uint8_t reason,
                      std::string& out) const;

    Limits limits_;
    Version version_ = Version::v5;
    std::vector<Message> batch_;
    std::vector<Pending> pending_;  ///< in order of delivery; those before first_pending_ are done
    std::size_t first_pending_ = 0;
    std::uint64_t next_serial_ = 1;   ///< of the next message with QoS 1 or 2, over all connections
    std::uint64_t first_serial_ = 1;  ///< of pending_[first_pending_]
    std::size_t received_here_ = 0;   ///< PUBRECs of this connection that wait for their PUBREL
    std::uint64_t duplicates_ = 0;
    std::uint64_t beyond_maximum_ = 0;
    std::uint8_t fault_ = 0;
    IdSet delivered_;  ///< QoS 1 identifiers seen on this connection
    IdSet waiting_;    ///< identifiers in pending_
    IdSet received_;   ///< PUBREC sent, PUBREL not seen; lives as long as the session
    std::vector<std::unique_ptr<std::string>> aliases_;
    std::vector<std::unique_ptr<std::string>>
        replaced_;  ///< aliases that messages of the batch point to
};

}  // namespace reops::mqtt

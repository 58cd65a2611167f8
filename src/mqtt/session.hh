// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The MQTT client as a pure state machine: bytes and times go in, bytes and calls come out.
/// It knows no socket and reads no clock; client.hh gives it both. One Session lives through many
/// connections, one after the other:
///
///     closed --open()--> handshake --CONNACK--> connected --close()--> closed
///
/// A failed receive() or tick() means: send what output() holds, drop the connection, call close().

#include "base/random.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "mqtt/inbound.hh"
#include "mqtt/message.hh"
#include "mqtt/outbound.hh"
#include "mqtt/packet_ids.hh"
#include "mqtt/packet_reader.hh"

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reops::mqtt {

/// Implemented by the application. Calls come from receive(); they may publish, acknowledge and
/// pause, but must not destroy the client.
class SessionHandler {
public:
    virtual ~SessionHandler() = default;

    /// All messages of one read, at most 64 KiB of them. Acknowledge what has QoS 1 or 2 when it is
    /// committed, or the broker stops at its limit and repeats it on the next connection.
    virtual void on_messages(std::span<const Message> batch) = 0;
    /// The broker accepted us. `session_present`: it kept what was not acknowledged.
    virtual void on_connected(bool session_present) = 0;
    /// Every filter has an answer; after each connection, and after changes of the filters.
    virtual void on_subscribed(std::span<const SubscribeResult> results) = 0;

protected:
    SessionHandler() = default;
    SessionHandler(const SessionHandler&) = default;
    SessionHandler& operator=(const SessionHandler&) = default;
};

/// `automatic` tries 5 and falls back to 3.1.1 when the broker refuses it.
enum class Protocol { automatic, v311, v5 };

struct SessionOptions {
    std::string client_id;
    std::string user;      ///< empty: none
    std::string password;  ///< sent only with a user
    Protocol protocol = Protocol::automatic;
    Duration keep_alive = seconds(30);  ///< whole seconds, at least 1; a broker of 5 may shorten it
    Duration answer_deadline = seconds(10);  ///< for CONNACK, SUBACK, UNSUBACK and PINGRESP
    Duration session_expiry = hours(24);     ///< how long the broker keeps the session (5 only)
    /// Unacknowledged messages that the broker may have sent (5 only; mosquitto's own limit, 20, is
    /// what slows QoS 1 down with 3.1.1).
    std::uint16_t receive_maximum = 1'000;
    std::uint16_t topic_alias_maximum = 16;
    std::size_t max_packet =
        1024 * 1024 + 64 * 1024;  ///< larger ones are delivered without payload
    bool clean_start = false;     ///< forget the session at every connection; for probes and tests
    Outbound::Limits outbound;
};

/// Used by one thread. The handler and `random` must outlive it.
class Session {
public:
    Session(SessionOptions options, Random& random, SessionHandler& handler);
    ~Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// A connection exists: CONNECT is put into output().
    void open(Duration now);
    /// Bytes came. Messages are handed over before it returns, also those before a failure.
    /// Failures: denied (credentials), unsupported (version), unreachable (the broker said no for
    /// now), corrupt and conflict (the broker broke the protocol), cancelled (it said goodbye).
    Result<void> receive(std::string_view bytes, Duration now);
    /// To be called at next_tick() at the latest. Failure: timeout.
    Result<void> tick(Duration now);
    Duration next_tick() const;
    /// Puts DISCONNECT into output(): the broker keeps the session and forgets the will.
    void say_goodbye();
    /// The connection is gone. `by_peer`: the broker closed it.
    void close(bool by_peer);

    /// Replaces the filters; when connected only the differences are sent. Of a filter that stands
    /// there twice the higher QoS counts. Failure: invalid_argument, and nothing is changed.
    Result<void> set_subscriptions(std::vector<Subscription> subscriptions, Duration now);
    Result<void> publish(const Publication& publication, PublishDone done);
    /// How many acknowledgements were put into output(); see Token.
    std::size_t acknowledge(Token token) { return inbound_.acknowledge(token, output_); }
    /// Nothing is read for now: silence of the broker means nothing while it lasts.
    void set_paused(bool paused, Duration now);

    /// Bytes for the stream. After giving all of them to it: output_taken(). When the stream has
    /// handed everything to the system: handed_over().
    const std::string& output() const { return output_; }
    void output_taken(Duration now);
    void handed_over() { outbound_.handed_over(); }
    /// The stream takes no more for now; publications wait in the queue.
    void set_clogged(bool clogged);
    void fail_publications(const Failure& why) { outbound_.fail_all(why); }

    bool is_connected() const { return state_ == State::connected; }
    Version version() const { return version_; }
    /// The last failure was a refusal of version 5: open() again at once, with 3.1.1.
    bool falls_back() const { return falls_back_; }
    /// The broker said DISCONNECT with a reason of its own; 0 when it did not.
    std::uint8_t disconnect_reason() const { return disconnect_reason_; }
    /// When the broker was heard last; still known after close().
    Duration last_received() const { return last_received_; }
    std::size_t unacknowledged() const { return inbound_.unacknowledged(); }
    std::uint64_t duplicates() const { return inbound_.duplicates(); }
    std::uint64_t beyond_maximum() const { return inbound_.beyond_maximum(); }
    std::size_t queued() const { return outbound_.queued(); }

private:
    enum class State { closed, handshake, connected };
    using Frame = wire::mqtt::Frame;

    Result<void> handle(const Frame& frame, Duration now);
    Result<void> handle_publish(const Frame& frame);
    Result<void> handle_oversize(const Frame& frame);
    Result<void> handle_other(const Frame& frame, Duration now);
    Result<void> handle_connack(const Frame& frame, Duration now);
    Result<void> accept(const wire::mqtt::Connack& packet, Duration now);
    Failure refuse(std::uint8_t code, std::string_view told);
    Result<void> handle_subscribed(const Frame& frame);
    Result<void> take_answers(const wire::mqtt::Suback& packet);
    Result<void> handle_disconnect(const Frame& frame);
    void deliver();
    void tell_fault(const Failure& why);
    void subscribe(std::span<const Subscription> wanted, Duration now);
    void unsubscribe(std::span<const Subscription> gone, Duration now);
    Failure against_protocol(std::uint8_t code, std::string_view why);
    void tell_subscribed();

    SessionOptions options_;
    SessionHandler& handler_;
    PacketIds ids_;
    PacketReader reader_;
    Inbound inbound_;
    Outbound outbound_;
    std::string output_;

    State state_ = State::closed;
    Version version_;
    bool is_version_settled_;  ///< asked for, or found out
    bool falls_back_ = false;
    unsigned early_closes_ = 0;  ///< connections in a row that ended before CONNACK
    bool is_paused_ = false;
    std::uint8_t disconnect_reason_ = 0;
    std::uint8_t fault_ =
        0;  ///< the reason code to tell the broker, when failures' codes are too few

    Duration keep_alive_{};
    Duration opened_{};
    Duration last_sent_{};
    Duration last_received_{};
    Duration ping_sent_{};  ///< zero: none is waited for
    Duration asked_{};      ///< when the oldest (un)subscription left; zero: all are answered
    Duration earliest_deadline_{};  ///< of publications; zero: none

    std::vector<Subscription> subscriptions_;
    std::map<std::string, std::uint8_t, std::less<>> answers_;  ///< by filter
    std::map<std::uint16_t, std::vector<std::string>> asking_;  ///< filters by packet identifier
    std::set<std::uint16_t> unsubscribing_;                     ///< packet identifiers
};

}  // namespace reops::mqtt

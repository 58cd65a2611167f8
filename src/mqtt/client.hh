// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The MQTT client: a Session on a socket. It connects, comes back for ever with growing
/// pauses, and stops only when another client keeps stealing its identifier.
///
///     stopped --start()--> connecting <--back-off--> waiting
///                              |  ^                     ^
///                          CONNACK  \___________________|  connection lost
///                              v                        |
///                          connected -------------------+--- stolen twice --> taken_over

#include "base/clock.hh"
#include "base/log.hh"
#include "base/random.hh"
#include "io/event_loop.hh"
#include "io/stream.hh"
#include "mqtt/backoff.hh"
#include "mqtt/broker_address.hh"
#include "mqtt/broker_probe.hh"
#include "mqtt/session.hh"
#include "mqtt/takeover_watch.hh"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reops::mqtt {

/// Implemented by the application; called on the loop's thread. Calls may use every member of the
/// client, but must not destroy it.
class ClientHandler : public SessionHandler {
public:
    /// A connection was lost (`was_connected`), or an attempt failed. The client tries again after
    /// `retry_in`.
    virtual void on_disconnected(const Failure& why, bool was_connected, Duration retry_in) = 0;
    /// The identifier was stolen twice within a minute: another reops uses it. The client has
    /// stopped; start() makes it try again.
    virtual void on_taken_over() = 0;
};

struct ClientOptions {
    BrokerAddress broker;
    SessionOptions session;                   ///< user and password are taken from `broker`
    Duration connect_deadline = seconds(10);  ///< for name, TCP and TLS together
    Duration first_retry = seconds(1);
    Duration longest_retry = seconds(60);
};

/// Loop thread only. Everything it is given must outlive it. The destructor drops the connection
/// without DISCONNECT and calls nobody; stop() first for a clean end.
class Client {
public:
    Client(io::EventLoop& loop,
           const Clock& clock,
           Random& random,
           Log& log,
           ClientOptions options,
           ClientHandler& handler);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void start();
    /// Sends what was acknowledged, DISCONNECT, and closes; publications without an outcome fail
    /// with `cancelled`. `stopped` is called soon, not inside this call.
    void stop(std::function<void()> stopped);
    /// Ends a pause between two attempts: something suggests that the broker is there again.
    void retry_now();

    /// See Session. They may be called in any state.
    Result<void> set_subscriptions(std::vector<Subscription> subscriptions);
    /// `publication.deadline` is on Clock::since_boot().
    Result<void> publish(const Publication& publication, PublishDone done = {});
    void acknowledge(Token token);
    /// Sends acknowledgements and publications now, in one write. Without it they leave at the next
    /// turn of the loop.
    void flush();
    /// Back-pressure: nothing is read while paused; pings go on.
    void pause_reading(bool paused);

    enum class State { stopped, connecting, connected, waiting, taken_over };
    State state() const { return state_; }
    bool is_connected() const { return state_ == State::connected; }
    const Session& session() const { return session_; }
    const BrokerAddress& broker() const { return options_.broker; }
    /// Connections accepted by the broker since the beginning.
    std::uint64_t connections() const { return connections_; }

private:
    class Events;
    class Inside;

    void connect();
    void connected(Result<std::unique_ptr<io::Stream>> stream);
    void read(std::string_view bytes);
    void tick();
    void after_session(const Result<void>& outcome);
    void arm();
    void flush_soon();
    void drained();
    void lost(const Failure& why, bool by_peer);
    void after_loss(bool is_suspect, Duration wait);
    void wait(Duration span);
    void stolen(Duration wait);
    void tell(const Failure& why, bool was_connected, Duration wait);
    void finish_stop();

    io::EventLoop& loop_;
    const Clock& clock_;
    Log& log_;
    ClientOptions options_;
    ClientHandler& handler_;
    std::unique_ptr<Events> events_;
    Session session_;
    Backoff backoff_;
    TakeoverWatch takeovers_;

    State state_ = State::stopped;
    std::unique_ptr<io::ConnectAttempt> attempt_;
    std::unique_ptr<io::Stream> stream_;
    std::unique_ptr<BrokerProbe> probe_;
    io::Timer retry_;
    io::Timer ticks_;
    Duration tick_at_{};  ///< what ticks_ waits for
    Duration connected_at_{};
    std::uint64_t connections_ = 0;
    bool is_inside_ = false;  ///< the session is calling the application
    bool flush_due_ = false;
    bool holds_acknowledgements_ = false;  ///< in the session's output
    bool holds_publications_ = false;
    bool is_paused_ = false;
    std::function<void()> stopped_;  ///< stop() was called from inside
    std::string last_told_;          ///< the last failure in the log: not repeated
    std::shared_ptr<Client*> self_;  ///< for what is posted: null when we are gone
};

}  // namespace reops::mqtt

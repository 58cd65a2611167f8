// SPDX-License-Identifier: Apache-2.0
#include "mqtt/client.hh"

#include "base/crash_point.hh"
#include "wire/mqtt/reason.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace reops::mqtt {

namespace {

constexpr std::string_view where = "mqtt";
/// A connection that lived that long was a success: the next pause is a short one again.
constexpr Duration lasting = seconds(10);
/// With more than this unsent, publications wait in the queue, where they have deadlines.
constexpr std::size_t clogged_bytes = 1024UL * 1024;
/// One publication of the largest size, what may wait before it, and acknowledgements.
constexpr std::size_t max_unsent = 64UL * 1024 * 1024;

SessionOptions with_login(SessionOptions options, const BrokerAddress& broker)
{
    options.user = broker.user;
    options.password = broker.password;
    return options;
}

}  // namespace

/// Stands between session and application: the client has its own business when connected.
class Client::Events final : public SessionHandler {
public:
    explicit Events(Client& client) : client_(client) {}

    void on_messages(std::span<const Message> batch) override
    {
        client_.handler_.on_messages(batch);
    }
    void on_connected(bool session_present) override
    {
        client_.state_ = State::connected;
        client_.connected_at_ = client_.clock_.since_boot();
        ++client_.connections_;
        client_.last_told_.clear();
        client_.log_.info(where,
                          fmt::format("connected to {} with MQTT {}, {}",
                                      to_string(client_.options_.broker),
                                      to_string(client_.session_.version()),
                                      session_present ? "session resumed" : "new session"));
        if (client_.is_paused_)
            client_.pause_reading(true);
        client_.handler_.on_connected(session_present);
    }
    void on_subscribed(std::span<const SubscribeResult> results) override
    {
        for (const SubscribeResult& each : results)
            if (!each.is_granted())
                client_.log_.error(
                    where,
                    fmt::format("the broker refused the subscription to `{}`: {} ({})",
                                each.filter,
                                wire::mqtt::reason_name(each.reason),
                                each.reason));
        client_.handler_.on_subscribed(results);
    }

private:
    Client& client_;
};

/// The session is working: what would pull the connection from under it has to wait.
class Client::Inside {
public:
    explicit Inside(Client& client)
        : client_(client), outer_(std::exchange(client.is_inside_, true))
    {
    }
    ~Inside() { client_.is_inside_ = outer_; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

private:
    Client& client_;
    bool outer_;
};

Client::Client(io::EventLoop& loop,
               const Clock& clock,
               Random& random,
               Log& log,
               ClientOptions options,
               ClientHandler& handler)
    : loop_(loop),
      clock_(clock),
      log_(log),
      options_(std::move(options)),
      handler_(handler),
      events_(std::make_unique<Events>(*this)),
      session_(with_login(options_.session, options_.broker), random, *events_),
      backoff_(random, options_.first_retry, options_.longest_retry),
      retry_(loop),
      ticks_(loop),
      self_(std::make_shared<Client*>(this))
{
}

Client::~Client()
{
    *self_ = nullptr;
}

void Client::start()
{
    if (state_ != State::stopped && state_ != State::taken_over)
        return;
    takeovers_.reset();
    backoff_.reset();
    connect();
}

void Client::connect()
{
    state_ = State::connecting;
    retry_.cancel();
    attempt_ = io::connect(
        loop_,
        options_.broker.endpoint,
        {.deadline = options_.connect_deadline,
         .tls = options_.broker.tls,
         .max_unsent = max_unsent},
        [this](Result<std::unique_ptr<io::Stream>> stream) { connected(std::move(stream)); });
}

void Client::connected(Result<std::unique_ptr<io::Stream>> stream)
{
    attempt_.reset();
    if (!stream) {
        lost(stream.failure(), false);
        return;
    }
    stream_ = std::move(*stream);
    stream_->on_drained([this] { drained(); });
    stream_->start([this](std::string_view bytes) { read(bytes); },
                   [this](const Failure& why) { lost(why, true); });
    session_.open(clock_.since_boot());
    flush();
    arm();
}

void Client::read(std::string_view bytes)
{
    Result<void> outcome;
    {
        const Inside inside{*this};
        outcome = session_.receive(bytes, clock_.since_boot());
    }
    after_session(outcome);
}

void Client::tick()
{
    tick_at_ = Duration::zero();
    Result<void> outcome;
    {
        const Inside inside{*this};
        outcome = session_.tick(clock_.since_boot());
    }
    after_session(outcome);
}

void Client::after_session(const Result<void>& outcome)
{
    flush();
    if (stopped_)
        finish_stop();
    else if (!outcome)
        lost(outcome.failure(), false);
    else
        arm();
}

// The timer is set anew only when something is due earlier: a busy connection sets it once in a
// while, not for every read.
void Client::arm()
{
    const Duration next = session_.next_tick();
    if (next == Duration::max() || (ticks_.is_pending() && tick_at_ <= next))
        return;
    tick_at_ = next;
    ticks_.after(next - clock_.since_boot(), [this] { tick(); });
}

void Client::flush_soon()
{
    if (is_inside_ || std::exchange(flush_due_, true))
        return;
    loop_.at_end_of_turn([self = self_] {
        if (*self != nullptr)
            (*self)->flush();
    });
}

void Client::flush()
{
    flush_due_ = false;
    if (!stream_ || session_.output().empty())
        return;
    if (holds_acknowledgements_)
        REOPS_BEFORE("mqtt-acknowledge");
    if (holds_publications_)
        REOPS_BEFORE("mqtt-publish");
    if (!stream_->write(session_.output())) {
        session_.set_clogged(true);  // goes on when the stream is drained, or ends with it
        return;
    }
    session_.output_taken(clock_.since_boot());
    stream_->flush();
    if (std::exchange(holds_acknowledgements_, false))
        REOPS_AFTER("mqtt-acknowledge");
    if (std::exchange(holds_publications_, false))
        REOPS_AFTER("mqtt-publish");
    if (stream_->unsent() > clogged_bytes)
        session_.set_clogged(true);
}

void Client::drained()
{
    {
        const Inside inside{*this};
        session_.handed_over();
        session_.set_clogged(false);
    }
    flush();
    if (stopped_)
        finish_stop();
}

void Client::lost(const Failure& why, bool by_peer)
{
    const bool was_connected = state_ == State::connected;
    // What the session remembers of a connection says nothing about an attempt without one.
    const std::uint8_t goodbye = stream_ ? session_.disconnect_reason() : std::uint8_t{0};
    const bool falls_back = stream_ && session_.falls_back();
    if (was_connected && clock_.since_boot() - connected_at_ >= lasting)
        backoff_.reset();
    const Duration wait = falls_back ? Duration::zero() : backoff_.next();
    state_ = State::waiting;
    holds_acknowledgements_ = holds_publications_ = false;
    const std::unique_ptr<io::Stream> stream = std::move(stream_);
    if (stream) {
        stream->close();  // what we had to say about the failure still goes out
        const Inside inside{*this};
        session_.close(by_peer);
    }
    tell(why, was_connected, wait);
    if (stopped_)
        finish_stop();
    else if (goodbye == wire::mqtt::reason::session_taken_over)
        stolen(wait);
    else
        after_loss(was_connected && by_peer && goodbye == 0, wait);
}

void Client::tell(const Failure& why, bool was_connected, Duration wait)
{
    const Failure full = why.while_(to_string(options_.broker));
    if (full.message != std::exchange(last_told_, full.message))
        log_.warning(
            where,
            fmt::format("{}, trying again in {}",
                        full.message,
                        reops::to_string(Duration{std::chrono::round<milliseconds>(wait)})));
    const Inside inside{*this};
    handler_.on_disconnected(full, was_connected, wait);
}

void Client::after_loss(bool is_suspect, Duration wait)
{
    arm();  // publications that wait have deadlines
    if (!is_suspect) {
        this->wait(wait);
        return;
    }
    const Duration until = clock_.since_boot() + wait;
    probe_ = std::make_unique<BrokerProbe>(
        loop_,
        options_.broker,
        options_.session.client_id,
        session_.version(),
        [this, until](bool is_alive) {
            const std::unique_ptr<BrokerProbe> probe = std::move(probe_);
            const Duration left = std::max(until - clock_.since_boot(), Duration::zero());
            if (is_alive)
                stolen(left);
            else
                this->wait(left);
        });
}

void Client::wait(Duration span)
{
    retry_.after(span, [this] { connect(); });
}

void Client::stolen(Duration wait)
{
    if (!takeovers_.stolen(clock_.since_boot())) {
        arm();
        this->wait(wait);
        return;
    }
    state_ = State::taken_over;
    log_.error(
        where,
        fmt::format("another client uses the identifier `{}` at {}: it took the session twice "
                    "within a minute, so this one stays away",
                    options_.session.client_id,
                    to_string(options_.broker)));
    handler_.on_taken_over();
}

void Client::retry_now()
{
    if (state_ == State::waiting && !probe_)
        connect();
}

void Client::stop(std::function<void()> stopped)
{
    stopped_ = stopped ? std::move(stopped) : [] {};
    if (!is_inside_)
        finish_stop();
}

void Client::finish_stop()
{
    state_ = State::stopped;
    attempt_.reset();
    probe_.reset();
    retry_.cancel();
    ticks_.cancel();
    const auto stopped = std::exchange(stopped_, nullptr);
    const Inside inside{*this};
    if (stream_) {
        session_.say_goodbye();
        flush();
        stream_->close();
        stream_.reset();
        session_.close(false);
    }
    session_.fail_publications({Code::cancelled, "the connection to the broker was closed by us"});
    loop_.post(stopped);
}

Result<void> Client::set_subscriptions(std::vector<Subscription> subscriptions)
{
    auto set = session_.set_subscriptions(std::move(subscriptions), clock_.since_boot());
    flush_soon();
    if (!is_inside_)
        arm();
    return set;
}

Result<void> Client::publish(const Publication& publication, PublishDone done)
{
    const std::size_t before = session_.output().size();
    Result<void> accepted;
    {
        const Inside inside{*this};
        accepted = session_.publish(publication, std::move(done));
    }
    if (is_inside_) {
        holds_publications_ = true;
        return accepted;
    }
    if (stopped_)
        finish_stop();
    else if (session_.output().size() > before)
        holds_publications_ = true;
    if (holds_publications_)
        flush_soon();
    if (publication.deadline != Duration::zero())
        arm();
    return accepted;
}

void Client::acknowledge(Token token)
{
    if (session_.acknowledge(token) == 0)
        return;
    holds_acknowledgements_ = true;
    flush_soon();
}

void Client::pause_reading(bool paused)
{
    is_paused_ = paused;
    if (state_ != State::connected)
        return;  // CONNACK must be read; the pause begins after it
    session_.set_paused(paused, clock_.since_boot());
    stream_->pause_reading(paused);
    if (!is_inside_)
        arm();
}

}  // namespace reops::mqtt

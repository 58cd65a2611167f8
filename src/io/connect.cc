// SPDX-License-Identifier: Apache-2.0
// Connecting: resolve in the blocking pool, try each address in turn, shake hands, one deadline.
#include "base/time.hh"
#include "io/detail/address.hh"
#include "io/detail/channel.hh"
#include "io/socket.hh"
#include "io/stream.hh"
#include "io/system_failure.hh"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include <sys/socket.h>

namespace reops::io {

namespace {

using Steady = std::chrono::steady_clock;

/// Lives for as long as its ConnectAttempt; what comes back later finds nobody.
class Attempt final : public std::enable_shared_from_this<Attempt> {
public:
    /// One of the two: what the caller wants to have.
    struct Done {
        std::function<void(Result<std::unique_ptr<Stream>>)> stream;
        std::function<void(Result<UniqueFd>)> socket;

        explicit operator bool() const { return stream || socket; }
    };

    Attempt(EventLoop& loop, Endpoint to, ConnectOptions options, Done done)
        : loop_(loop),
          to_(std::move(to)),
          options_(std::move(options)),
          done_(std::move(done)),
          deadline_(loop),
          patience_(loop)
    {
    }

    void begin();
    void give_up();

private:
    void prepare();
    void look_up();
    void try_addresses(std::vector<Address> addresses);
    void try_next();
    void begin_connecting(const Address& address);
    void wait_for_answer();
    void check_answer();
    void refused(const Failure& why);
    void connected();
    void fail(const Failure& why);
    void hand_over(std::unique_ptr<Stream> stream);
    void hand_over_socket();

    EventLoop& loop_;
    Endpoint to_;
    ConnectOptions options_;
    Done done_;
    Timer deadline_;
    Timer patience_;  ///< for one address of several
    Steady::time_point end_{};
    std::unique_ptr<TlsSession> tls_;
    std::vector<Address> addresses_;  ///< left to try, last one first
    std::string trying_;
    Failure last_failure_;
    UniqueFd socket_;
    std::unique_ptr<Readiness> ready_;
    std::shared_ptr<Channel> channel_;
};

void Attempt::begin()
{
    end_ = Steady::now() + options_.deadline;
    deadline_.after(options_.deadline, [this] {
        fail(Failure{
            Code::timeout,
            "no answer from " + endpoint_text(to_) + " within " + to_string(options_.deadline)});
    });
    loop_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock(); self && self->done_)
            self->prepare();
    });
}

void Attempt::prepare()
{
    if (options_.tls) {
        Result<std::unique_ptr<TlsSession>> tls = TlsSession::make(*options_.tls, to_.host);
        if (!tls)
            return fail(tls.failure());
        tls_ = std::move(tls).value();
    }
    if (to_.unix_path.empty())
        return look_up();
    const Result<Address> address = unix_address(to_.unix_path);
    if (!address)
        return fail(address.failure());
    try_addresses({*address});
}

void Attempt::look_up()
{
    if (to_.host.empty())
        return fail(Failure{Code::invalid_argument, "no host to connect to"});
    if (const auto numeric = resolve(to_.host, to_.port, true); numeric)
        return try_addresses(*numeric);
    auto found = std::make_shared<Result<std::vector<Address>>>(std::vector<Address>{});
    const bool queued = loop_.run_blocking(
        [found, host = to_.host, port = to_.port] { *found = resolve(host, port); },
        [found, weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self || !self->done_)
                return;
            if (*found)
                self->try_addresses(std::move(**found));
            else
                self->fail(found->failure());
        });
    if (!queued)
        fail(Failure{Code::unreachable,
                     "looking up `" + to_.host + "`: too many requests wait already"});
}

void Attempt::try_addresses(std::vector<Address> addresses)
{
    addresses_ = std::move(addresses);
    std::reverse(addresses_.begin(), addresses_.end());
    last_failure_ = {Code::not_found, "no address is known for `" + to_.host + "`"};
    try_next();
}

void Attempt::try_next()
{
    ready_.reset();
    socket_.reset();
    patience_.cancel();
    if (addresses_.empty())
        return fail(last_failure_);
    const Address address = addresses_.back();
    addresses_.pop_back();
    trying_ = to_.unix_path.empty() ? address.text() : to_.unix_path;
    if (!addresses_.empty()) {
        // A silent address may have its share of the time, not all of it.
        const auto left = std::chrono::duration_cast<Duration>(end_ - Steady::now());
        patience_.after(left / static_cast<long>(addresses_.size() + 1), [this] {
            refused({Code::timeout, "no answer from " + trying_});
        });
    }
    begin_connecting(address);
}

void Attempt::begin_connecting(const Address& address)
{
    socket_.reset(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_)
        return refused(system_failure(errno, "opening a socket for " + trying_));
    if (address.family() != AF_UNIX && options_.no_delay)
        set_no_delay(socket_.get());
    if (::connect(socket_.get(), address.get(), address.size) == 0)
        return connected();
    if (errno == EINPROGRESS)
        return wait_for_answer();
    refused(system_failure(errno, "connecting to " + trying_));
}

void Attempt::wait_for_answer()
{
    ready_ = std::make_unique<Readiness>(loop_, socket_.get(), nullptr, [weak = weak_from_this()] {
        if (const auto self = weak.lock(); self && self->done_)
            self->check_answer();
    });
    ready_->arm_write();
}

void Attempt::check_answer()
{
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == 0 && !is_connected(socket_.get()))
        return ready_->arm_write();
    if (error == 0)
        connected();
    else
        refused(system_failure(error, "connecting to " + trying_));
}

void Attempt::refused(const Failure& why)
{
    last_failure_ = why;
    try_next();
}

void Attempt::connected()
{
    patience_.cancel();
    ready_.reset();
    if (done_.socket)
        return hand_over_socket();
    ChannelEnds ends;
    ends.read = std::move(socket_);
    ends.name = trying_;
    if (!to_.unix_path.empty())
        ends.peer = peer_of(ends.read.get());
    channel_ = std::make_shared<Channel>(loop_, std::move(ends), options_.max_unsent);
    channel_->attach();
    if (!tls_)
        return hand_over(make_stream(std::exchange(channel_, nullptr)));
    channel_->handshake(std::move(tls_), [weak = weak_from_this()](const Result<void>& result) {
        const auto self = weak.lock();
        if (!self || !self->done_)
            return;
        if (result)
            self->hand_over(make_stream(std::exchange(self->channel_, nullptr)));
        else
            self->fail(result.failure());
    });
}

void Attempt::fail(const Failure& why)
{
    const auto self = shared_from_this();
    const Done done = std::exchange(done_, {});
    give_up();
    if (done.stream)
        done.stream(why);
    else if (done.socket)
        done.socket(why);
}

void Attempt::hand_over(std::unique_ptr<Stream> stream)
{
    const auto self = shared_from_this();
    const Done done = std::exchange(done_, {});
    give_up();
    if (done.stream)
        done.stream(std::move(stream));
}

void Attempt::hand_over_socket()
{
    const auto self = shared_from_this();
    const Done done = std::exchange(done_, {});
    UniqueFd socket = std::move(socket_);
    give_up();
    done.socket(std::move(socket));
}

void Attempt::give_up()
{
    const Done dropped = std::exchange(done_, {});
    deadline_.cancel();
    patience_.cancel();
    ready_.reset();
    socket_.reset();
    if (const auto channel = std::exchange(channel_, nullptr))
        channel->abandon();
}

class HeldAttempt final : public ConnectAttempt {
public:
    explicit HeldAttempt(std::shared_ptr<Attempt> attempt) : attempt_(std::move(attempt)) {}
    ~HeldAttempt() override { attempt_->give_up(); }
    HeldAttempt(const HeldAttempt&) = delete;
    HeldAttempt& operator=(const HeldAttempt&) = delete;

private:
    std::shared_ptr<Attempt> attempt_;
};

}  // namespace

std::unique_ptr<ConnectAttempt> connect(EventLoop& loop,
                                        const Endpoint& to,
                                        const ConnectOptions& options,
                                        std::function<void(Result<std::unique_ptr<Stream>>)> done)
{
    auto attempt = std::make_shared<Attempt>(loop, to, options, Attempt::Done{std::move(done), {}});
    attempt->begin();
    return std::make_unique<HeldAttempt>(std::move(attempt));
}

std::unique_ptr<ConnectAttempt> connect_socket(EventLoop& loop,
                                               const Endpoint& to,
                                               Duration deadline,
                                               std::function<void(Result<UniqueFd>)> done)
{
    ConnectOptions options;
    options.deadline = deadline;
    auto attempt = std::make_shared<Attempt>(loop, to, options, Attempt::Done{{}, std::move(done)});
    attempt->begin();
    return std::make_unique<HeldAttempt>(std::move(attempt));
}

}  // namespace reops::io

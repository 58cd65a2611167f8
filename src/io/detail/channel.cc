// SPDX-License-Identifier: Apache-2.0
#include "io/detail/channel.hh"

#include "base/check.hh"
#include "io/system_failure.hh"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace reops::io {

namespace {

/// Reads of one turn: big batches are handed on before they grow without end.
constexpr int reads_per_turn = 4;
/// How much plain text is encrypted ahead of what the socket takes.
constexpr std::size_t encrypted_ahead = 256UL * 1024;
constexpr Duration linger_longest = seconds(5);
constexpr Duration end_longest = seconds(1);
constexpr std::size_t discarded_most = 4UL * 1024 * 1024;

bool would_block(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

/// A callback may close or destroy the stream: its function must live until it has returned.
class Channel::Calling {
public:
    explicit Calling(Channel& channel) : channel_(channel) { ++channel_.calling_; }
    ~Calling()
    {
        if (--channel_.calling_ == 0 && channel_.phase_ >= Phase::lingering)
            channel_.forget_callbacks();
    }
    Calling(const Calling&) = delete;
    Calling& operator=(const Calling&) = delete;

private:
    Channel& channel_;
};

Channel::Channel(EventLoop& loop, ChannelEnds ends, std::size_t max_unsent)
    : loop_(loop), ends_(std::move(ends)), max_unsent_(max_unsent)
{
}

void Channel::attach()
{
    const auto readable = [weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->readable();
    };
    const auto writable = [weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->ask_for_end_of_turn();
    };
    read_ready_ = std::make_unique<Readiness>(loop_, ends_.read.get(), readable, writable);
    if (ends_.write)
        write_ready_ = std::make_unique<Readiness>(loop_, ends_.write.get(), nullptr, writable);
}

void Channel::handshake(std::unique_ptr<TlsSession> tls, std::function<void(Result<void>)> done)
{
    REOPS_CHECK(phase_ == Phase::fresh, "a TLS handshake on a stream that was started");
    tls_ = std::move(tls);
    on_handshake_ = std::move(done);
    phase_ = Phase::handshaking;
    shake();
}

void Channel::start(std::function<void(std::string_view)> on_data,
                    std::function<void(const Failure&)> on_close)
{
    REOPS_CHECK(!on_data_ && phase_ != Phase::handshaking, "a stream is started once");
    if (phase_ >= Phase::lingering && !end_before_start_)
        return;
    on_data_ = std::move(on_data);
    on_close_ = std::move(on_close);
    if (phase_ == Phase::fresh)
        phase_ = Phase::open;
    pump_due_ = true;
    ask_for_end_of_turn();
    arm();
}

bool Channel::write(std::string_view bytes)
{
    if (phase_ >= Phase::lingering || write_failure_)
        return false;
    if (bytes.size() > max_unsent_ - std::min(max_unsent_, unsent()))
        return false;
    (tls_ ? plain_ : wire_).append(bytes);
    ask_for_end_of_turn();
    return true;
}

void Channel::flush()
{
    send_some();
    ask_for_end_of_turn();
}

void Channel::on_drained(std::function<void()> drained)
{
    REOPS_CHECK(!on_drained_, "on_drained is set once");
    on_drained_ = std::move(drained);
}

void Channel::pause_reading(bool paused)
{
    if (std::exchange(paused_, paused) == paused)
        return;
    if (paused) {
        if (read_ready_)
            read_ready_->rest();
        return;
    }
    pump_due_ = true;  // TLS may hold what came before the pause
    ask_for_end_of_turn();
    // What came meanwhile is there already: reading at once saves a turn of the loop.
    loop_.at_end_of_turn([weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->readable();
    });
}

void Channel::close()
{
    if (phase_ >= Phase::lingering)
        return;
    if (phase_ == Phase::handshaking) {
        die();
        return;
    }
    phase_ = Phase::lingering;
    if (calling_ == 0)
        forget_callbacks();
    linger_ = std::make_unique<Timer>(loop_);
    linger_->after(linger_longest, [this] { die(); });
    loop_.impl().lingering.insert(shared_from_this());
    const auto self = shared_from_this();
    send_some();
    if (phase_ == Phase::lingering && unsent() == 0)
        sent_everything();
}

void Channel::abandon()
{
    if (phase_ < Phase::lingering)
        die();
}

void Channel::ask_for_end_of_turn()
{
    if (!std::exchange(asked_end_of_turn_, true))
        loop_.impl().at_end_of_turn(weak_from_this());
}

void Channel::end_of_turn()
{
    asked_end_of_turn_ = false;
    if (phase_ == Phase::dead) {
        if (end_before_start_ && on_close_)
            fail(*std::exchange(end_before_start_, std::nullopt));
        return;
    }
    send_some();
    if (write_failure_ && phase_ == Phase::open && is_reading())
        readable();  // what the peer said before it went away
    if (write_failure_ && phase_ != Phase::dead) {
        fail(*write_failure_);
        return;
    }
    if (phase_ == Phase::lingering) {
        if (unsent() == 0)
            sent_everything();
        return;
    }
    if (std::exchange(drained_due_, false) && unsent() == 0 && on_drained_) {
        const Calling here{*this};
        on_drained_();
    }
    if (tls_ && phase_ == Phase::open && is_reading() && std::exchange(pump_due_, false))
        pump_tls();
    arm();
}

void Channel::encrypt_some()
{
    while (!plain_.is_empty() && wire_.size() < encrypted_ahead) {
        const std::string_view piece = plain_.front().substr(0, encrypted_ahead);
        if (!tls_->encrypt(piece)) {
            write_failure_ = tls_->failure();
            return;
        }
        plain_.pop(piece.size());
        tls_->take_output(wire_.tail());
    }
}

void Channel::send_some()
{
    if (phase_ >= Phase::shut || write_failure_)
        return;
    const std::size_t before = unsent();
    for (;;) {
        if (tls_ && phase_ != Phase::handshaking)
            encrypt_some();
        if (wire_.is_empty())
            break;
        const std::string_view bytes = wire_.front();
        const ssize_t sent = ends_.is_socket
                                 ? ::send(write_fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                 : ::write(write_fd(), bytes.data(), bytes.size());
        if (sent >= 0) {
            wire_.pop(static_cast<std::size_t>(sent));
        } else if (would_block(errno)) {
            (write_ready_ ? write_ready_ : read_ready_)->arm_write();
            return;
        } else if (errno != EINTR) {
            write_failure_ = system_failure(errno, ends_.name);
            break;
        }
    }
    if (write_failure_) {
        plain_.clear();
        wire_.clear();
    } else if (before > 0) {
        drained_due_ = true;
    }
}

void Channel::sent_everything()
{
    if (!ends_.is_socket) {
        die();
        return;
    }
    if (tls_ && !std::exchange(said_goodbye_, true)) {
        tls_->say_goodbye();
        tls_->take_output(wire_.tail());
        send_some();
        if (!wire_.is_empty())
            return;
    }
    await_end();
}

/// Closing a socket that holds unread bytes sends a reset, which can take our last bytes from the
/// peer. So: our end of file, then wait a moment for the peer's.
void Channel::await_end()
{
    phase_ = Phase::shut;
    if (::shutdown(ends_.read.get(), SHUT_WR) != 0) {
        die();
        return;
    }
    linger_->after(end_longest, [this] { die(); });
    read_ready_->arm_read();
}

void Channel::fail(const Failure& why)
{
    const auto self = shared_from_this();
    const Calling here{*this};
    const auto on_close = std::exchange(on_close_, nullptr);
    const auto on_handshake = std::exchange(on_handshake_, nullptr);
    if (phase_ == Phase::fresh)
        end_before_start_ = why;
    die();
    if (on_close)
        on_close(why);
    else if (on_handshake)
        on_handshake(why);
}

void Channel::die()
{
    const auto self = shared_from_this();
    phase_ = Phase::dead;
    read_ready_.reset();
    write_ready_.reset();
    linger_.reset();
    ends_.read.reset();
    ends_.write.reset();
    plain_.clear();
    wire_.clear();
    if (calling_ == 0)
        forget_callbacks();
    loop_.impl().lingering.erase(self);
}

void Channel::forget_callbacks()
{
    // What they own may own the stream, so they go after the members are in order.
    const auto on_data = std::exchange(on_data_, nullptr);
    const auto on_close = std::exchange(on_close_, nullptr);
    const auto on_drained = std::exchange(on_drained_, nullptr);
    const auto on_handshake = std::exchange(on_handshake_, nullptr);
}

// The reading half.

bool Channel::is_reading() const
{
    switch (phase_) {
        case Phase::handshaking:
        case Phase::shut:
            return true;
        case Phase::open:
            return !paused_;
        default:
            return false;
    }
}

void Channel::arm()
{
    if (is_reading())
        read_ready_->arm_read();
}

void Channel::readable()
{
    const auto self = shared_from_this();
    for (int i = 0; i < reads_per_turn && is_reading(); ++i)
        if (!read_once())
            break;
    ask_for_end_of_turn();  // which arms, unless what came made somebody pause
}

bool Channel::read_once()
{
    const std::span<char> buffer = loop_.impl().read_buffer();
    const ssize_t count = ::read(ends_.read.get(), buffer.data(), buffer.size());
    if (count > 0) {
        take({buffer.data(), static_cast<std::size_t>(count)});
        return static_cast<std::size_t>(count) == buffer.size();
    }
    if (count < 0) {
        if (errno == EINTR)
            return true;
        if (!would_block(errno))
            fail(system_failure(errno, ends_.name));
        return false;
    }
    if (phase_ == Phase::shut) {
        die();
        return false;
    }
    send_some();  // what was written in this turn may still be wanted
    fail(phase_ == Phase::handshaking
             ? Failure{Code::unreachable,
                       ends_.name + " closed the connection during the TLS handshake"}
             : Failure{Code::cancelled, "closed by the peer"});
    return false;
}

void Channel::take(std::string_view bytes)
{
    if (phase_ == Phase::shut) {
        discarded_ += bytes.size();
        if (discarded_ > discarded_most)
            die();
        return;
    }
    if (!tls_) {
        deliver(bytes);
        return;
    }
    tls_->feed(bytes);
    if (phase_ == Phase::handshaking)
        shake();
    else
        pump_tls();
}

void Channel::deliver(std::string_view bytes)
{
    const Calling here{*this};
    on_data_(bytes);
}

void Channel::shake()
{
    const TlsSession::Handshake state = tls_->handshake();
    tls_->take_output(wire_.tail());
    ask_for_end_of_turn();
    if (state == TlsSession::Handshake::failed) {
        send_some();  // the alert that tells the peer
        finish_handshake(tls_->failure());
    } else if (state == TlsSession::Handshake::done) {
        finish_handshake({});
    } else {
        arm();
    }
}

void Channel::finish_handshake(Result<void> result)
{
    const auto self = shared_from_this();
    phase_ = Phase::fresh;
    drained_due_ = false;
    const Calling here{*this};
    const auto done = std::exchange(on_handshake_, nullptr);
    if (!result)
        die();
    done(std::move(result));
}

void Channel::pump_tls()
{
    const auto self = shared_from_this();
    while (is_reading()) {
        const std::span<char> buffer = loop_.impl().read_buffer();
        const std::size_t count = tls_->decrypt(buffer);
        if (count == 0)
            break;
        deliver({buffer.data(), count});
    }
    if (phase_ != Phase::open)
        return;
    tls_->take_output(wire_.tail());
    if (!wire_.is_empty())
        ask_for_end_of_turn();
    if (!is_reading())
        return;
    if (tls_->is_broken())
        fail(tls_->failure());
    else if (tls_->is_closed())
        fail({Code::cancelled, "closed by the peer"});
}

}  // namespace reops::io

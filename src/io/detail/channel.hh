// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What stands behind every Stream: one or two descriptors, the queue of what is to be sent,
/// perhaps a TLS session, and the order of callbacks. It outlives its Stream for as long as a
/// callback of it runs or its last bytes are on their way.

#include "base/result.hh"
#include "io/detail/loop_core.hh"
#include "io/detail/send_queue.hh"
#include "io/detail/tls_session.hh"
#include "io/readiness.hh"
#include "io/stream.hh"
#include "io/unique_fd.hh"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace reops::io {

/// What a channel is made of. `write` is empty when one descriptor does both.
struct ChannelEnds {
    UniqueFd read;
    UniqueFd write;
    bool is_socket = true;
    std::string name;
    std::optional<Peer> peer;
};

class Channel final : public EndOfTurn, public std::enable_shared_from_this<Channel> {
public:
    Channel(EventLoop& loop, ChannelEnds ends, std::size_t max_unsent);

    /// Must be called once the shared_ptr exists.
    void attach();
    /// Before start(): `done` is called once, unless the channel is abandoned.
    void handshake(std::unique_ptr<TlsSession> tls, std::function<void(Result<void>)> done);
    void start(std::function<void(std::string_view)> on_data,
               std::function<void(const Failure&)> on_close);
    bool write(std::string_view bytes);
    void flush();
    void on_drained(std::function<void()> drained);
    std::size_t unsent() const { return plain_.size() + wire_.size(); }
    void pause_reading(bool paused);
    void close();
    /// No callback from now on; what is unsent is dropped unless close() was called.
    void abandon();
    const std::optional<Peer>& peer() const { return ends_.peer; }
    const std::string& name() const { return ends_.name; }

private:
    enum class Phase {
        fresh,        ///< not started
        handshaking,  ///< TLS
        open,         ///< started
        lingering,    ///< closed by us, the last bytes are on their way
        shut,         ///< our end of file is sent, the peer's is awaited
        dead
    };
    class Calling;

    int write_fd() const { return ends_.write ? ends_.write.get() : ends_.read.get(); }
    bool is_reading() const;
    void arm();
    void end_of_turn() override;
    void ask_for_end_of_turn();

    void readable();
    /// False when nothing more is to be read in this turn.
    bool read_once();
    void take(std::string_view bytes);
    void shake();
    void finish_handshake(Result<void> result);
    void pump_tls();
    void deliver(std::string_view bytes);

    void encrypt_some();
    void send_some();
    void sent_everything();
    void await_end();

    void fail(const Failure& why);
    void die();
    void forget_callbacks();

    EventLoop& loop_;
    ChannelEnds ends_;
    std::size_t max_unsent_;
    Phase phase_ = Phase::fresh;
    bool paused_ = false;
    bool asked_end_of_turn_ = false;
    bool drained_due_ = false;
    bool pump_due_ = false;  ///< TLS may hold decrypted bytes that nobody has taken
    bool said_goodbye_ = false;
    int calling_ = 0;
    SendQueue plain_;  ///< with TLS: what is not encrypted yet; else empty
    SendQueue wire_;
    std::optional<Failure> write_failure_;
    std::optional<Failure> end_before_start_;
    std::unique_ptr<TlsSession> tls_;
    std::unique_ptr<Readiness> read_ready_;
    std::unique_ptr<Readiness> write_ready_;  ///< only when there are two descriptors
    std::unique_ptr<Timer> linger_;
    std::size_t discarded_ = 0;
    std::function<void(std::string_view)> on_data_;
    std::function<void(const Failure&)> on_close_;
    std::function<void()> on_drained_;
    std::function<void(Result<void>)> on_handshake_;
};

/// The Stream over a channel.
std::unique_ptr<Stream> make_stream(std::shared_ptr<Channel> channel);

}  // namespace reops::io

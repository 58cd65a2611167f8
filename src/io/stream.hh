// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A connected byte stream (TCP, TLS over TCP, unix socket) read in big pieces and written in
/// batches: write() only queues, flush() or the end of the loop's turn sends.

#include "base/result.hh"
#include "base/time.hh"
#include "io/event_loop.hh"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace reops::io {

inline constexpr std::size_t default_max_unsent = 16UL * 1024 * 1024;

/// Who is at the other end of a unix socket (SO_PEERCRED).
struct Peer {
    std::uint32_t uid = 0;
    std::int32_t pid = 0;
};

/// Loop thread only. The callbacks may destroy the stream; after the destructor none is called.
class Stream {
public:
    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Starts reading. `on_data` gets up to 64 KiB at a time, valid during the call only; a TLS
    /// stream drains all records that have arrived before it returns to the loop.
    /// `on_close` is called once, at most: end of file is Code::cancelled "closed by the peer",
    /// anything else unreachable or timeout. After it nothing can be read or written.
    virtual void start(std::function<void(std::string_view)> on_data,
                       std::function<void(const Failure&)> on_close) = 0;
    /// Queues bytes; refused (false) when more than `max_unsent` (default 16 MiB) would wait, or
    /// after the end. Allowed before start().
    virtual bool write(std::string_view bytes) = 0;
    /// Sends what is queued now instead of at the end of this turn of the loop.
    virtual void flush() = 0;
    /// Called each time the queue has become empty, at the end of a turn. Set it once.
    virtual void on_drained(std::function<void()> drained) = 0;
    virtual std::size_t unsent() const = 0;
    /// Back-pressure: while paused nothing is read and nothing is lost.
    virtual void pause_reading(bool paused) = 0;
    /// Sends what is queued, then closes; no callback comes any more and the stream may be
    /// destroyed at once: the loop sends the rest, for at most 5 s. (The destructor without close()
    /// drops what is queued.)
    virtual void close() = 0;
    /// Set on unix sockets.
    virtual std::optional<Peer> peer() const = 0;
    /// "10.0.0.9:22" or the socket's path, for messages.
    virtual std::string peer_name() const = 0;

protected:
    Stream() = default;
};

struct TlsOptions {
    std::string ca_file;    ///< empty: the system's authorities
    std::string cert_file;  ///< client certificate, optional
    std::string key_file;
    std::string host_name;  ///< checked against the certificate; empty: the host connected to
};

struct Endpoint {
    std::string host;  ///< name or address; with `unix_path` set it is ignored
    std::uint16_t port = 0;
    std::string unix_path;
};

struct ConnectOptions {
    Duration deadline = seconds(10);  ///< for resolving, connecting and the TLS handshake together
    std::optional<TlsOptions> tls;
    bool no_delay = true;
    std::size_t max_unsent = default_max_unsent;
};

/// Destroying it gives up a connection attempt.
class ConnectAttempt {
public:
    virtual ~ConnectAttempt() = default;
};

/// Tries each address in turn. `done` is called once on the loop's thread, never inside this call.
/// Failures: unreachable, timeout, denied (one side refuses the other's certificate), not_found
/// (name, or a file of the TLS options), invalid_argument (a file of the TLS options).
[[nodiscard]] std::unique_ptr<ConnectAttempt> connect(
    EventLoop& loop,
    const Endpoint& to,
    const ConnectOptions& options,
    std::function<void(Result<std::unique_ptr<Stream>>)> done);

/// Accepts until destroyed. A unix socket is made with mode 0600 and unlinked at the end; a
/// left-over socket file that nobody listens on is replaced.
class Listener {
public:
    virtual ~Listener() = default;
    /// The port that was given by the system when 0 was asked for.
    virtual std::uint16_t port() const = 0;
};

/// Failures: conflict (address in use), denied, invalid_argument, not_found (folder, name).
/// With port 0 the system chooses. An empty host without a path means every address.
Result<std::unique_ptr<Listener>> listen(EventLoop& loop,
                                         const Endpoint& at,
                                         std::function<void(std::unique_ptr<Stream>)> on_accept);

/// A stream over descriptors that exist already: a program's own standard input and output. Takes
/// them over (non-blocking, closed at the end). `name` is for messages.
std::unique_ptr<Stream> adopt(EventLoop& loop, int read_fd, int write_fd, const std::string& name);

}  // namespace reops::io

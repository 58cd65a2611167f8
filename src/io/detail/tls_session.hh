// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The client's side of TLS as a function of bytes: what came from the network goes in, what
/// must go there comes out. No sockets; OpenSSL stays inside the .cc.

#include "base/result.hh"
#include "io/stream.hh"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace reops::io {

/// One connection: TLS 1.2 or newer, the peer's certificate and name verified. One thread.
class TlsSession {
public:
    enum class Handshake { done, wants_bytes, failed };

    /// `host` is used for SNI and, unless the options name another, checked.
    /// Failures: not_found, denied or invalid_argument for files that cannot be used.
    static Result<std::unique_ptr<TlsSession>> make(const TlsOptions& options,
                                                    const std::string& host);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    /// Takes what the network brought.
    void feed(std::string_view ciphertext);
    /// Goes on as far as the bytes allow. After `failed`, failure() says why: denied when either
    /// side does not accept the other's certificate, else unreachable.
    Handshake handshake();
    /// Fills `out` as far as the records allow and returns the count; 0 means that there is nothing
    /// now, that the peer said goodbye (is_closed) or that the session is broken (is_broken).
    std::size_t decrypt(std::span<char> out);
    bool encrypt(std::string_view plain);
    /// Queues the goodbye.
    void say_goodbye();
    /// Moves what must go to the network to the end of `out`.
    void take_output(std::string& out);

    bool is_closed() const { return closed_; }
    bool is_broken() const { return broken_; }
    const Failure& failure() const { return failure_; }

private:
    struct State;
    TlsSession();
    void note_failure(int result, std::string_view doing);

    std::unique_ptr<State> state_;
    bool closed_ = false;
    bool broken_ = false;
    Failure failure_;
};

}  // namespace reops::io

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A libssh session with its descriptor and its place in libssh's own poll. What it may do,
/// and in which order, is connection.hh.

#include "base/result.hh"
#include "base/time.hh"
#include "io/unique_fd.hh"
#include "remote/route.hh"
#include "remote/ssh/known_hosts.hh"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

struct ssh_session_struct;
struct ssh_event_struct;

namespace reops::remote {

/// How a step of libssh went.
enum class Stepped : std::uint8_t { again, done, refused, failed };

/// One thread at a time.
class Session {
public:
    /// Takes the connected socket. Failure: internal (libssh refuses an option).
    static Result<std::shared_ptr<Session>> make(io::UniqueFd socket,
                                                 const Route& route,
                                                 const std::vector<std::string>& known_types);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Banner and key exchange.
    Stepped handshake();
    bool has_banner() const;
    Result<HostKey> host_key() const;
    /// Registers with the poll below: once, after the handshake.
    Stepped listen();
    /// Reads what has arrived and calls the channels' callbacks.
    Stepped poll();
    /// Something waits to be sent.
    bool wants_write() const;
    /// The other side has closed the connection.
    bool is_hung_up() const;
    std::string trouble() const;
    /// "publickey,password": what the server said it would take instead.
    std::string other_ways() const;

    /// Tries the keys of the agent. Blocks: for a pool thread, while nobody else touches the
    /// session. give_up() from any thread ends it soon.
    Stepped login_by_agent(const std::string& socket, Duration within);
    void give_up();

    ssh_session_struct* raw() { return session_; }
    /// Ours, the same socket as libssh's: for waiting.
    int fd() const { return fd_.get(); }

private:
    Session() = default;
    Stepped ask_agent(const std::string& socket, Duration within);

    io::UniqueFd fd_;
    ssh_session_struct* session_ = nullptr;
    ssh_event_struct* event_ = nullptr;
    bool is_listening_ = false;
    std::atomic<int> agent_fd_ = -1;  ///< closed by libssh with the session
    std::atomic<bool> given_up_ = false;
};

}  // namespace reops::remote

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One command on one channel of a session: opened, asked for, listened to.

#include "remote/ssh/session.hh"
#include "remote/transport.hh"

#include <memory>
#include <optional>
#include <string>

struct ssh_channel_struct;

namespace reops::remote {

/// Loop thread only, and only while its session is. libssh's callbacks merely note what came;
/// whoever owns this looks afterwards.
class ChannelRun {
public:
    ChannelRun(std::shared_ptr<Session> session, const Order& order);
    ~ChannelRun();
    ChannelRun(const ChannelRun&) = delete;
    ChannelRun& operator=(const ChannelRun&) = delete;

    /// The next step until the server has taken the command. `refused`: it opens no (further)
    /// channel or does not take the command; the session goes on.
    Stepped begin();
    /// The server may have begun the command.
    bool is_asked() const { return is_asked_; }
    /// Everything that the command said has arrived.
    bool is_closed() const { return is_closed_; }
    /// It has ended, although a child of its may hold the channel open.
    bool has_ended() const { return exit_code_.has_value() || !signal_.empty(); }
    /// Asks the server to send the command a signal: "TERM".
    void signal(const char* name);
    /// Hands over what has come since the last call, to those who want it live. Not from inside
    /// libssh: whoever listens may do anything.
    void tell();
    /// What is known by now.
    Ran result() const;

private:
    struct Callbacks;

    void take(std::string_view bytes, bool is_error);

    std::shared_ptr<Session> session_;
    std::string line_;
    std::size_t most_;
    LiveOutput live_;
    std::size_t told_out_ = 0;
    std::size_t told_err_ = 0;
    ssh_channel_struct* channel_ = nullptr;
    std::unique_ptr<Callbacks> callbacks_;
    bool is_open_ = false;
    bool is_asked_ = false;
    bool is_closed_ = false;
    bool is_cut_ = false;
    std::optional<int> exit_code_;
    std::string signal_;
    std::string out_;
    std::string err_;
};

}  // namespace reops::remote

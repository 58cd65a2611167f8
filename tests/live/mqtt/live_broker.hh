// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A real mosquitto of a test's own: own folder, own address, started and ended by process
/// id, and mosquitto_pub and mosquitto_sub beside it.

#include "io/event_loop.hh"
#include "io/subprocess.hh"
#include "mqtt/broker_address.hh"
#include "tests/support/temp_dir.hh"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::mqtt::test {

/// An address in 127/8 that no other test process uses.
std::string own_address();
/// A port that is free there now.
std::uint16_t free_port(io::EventLoop& loop, const std::string& address);
bool is_mosquitto_installed();
/// Runs a program to its end; what it printed on both outputs. Fails the test when it fails.
std::string run(io::EventLoop& loop, std::vector<std::string> argv);

class LiveBroker {
public:
    explicit LiveBroker(io::EventLoop& loop);
    ~LiveBroker();
    LiveBroker(const LiveBroker&) = delete;
    LiveBroker& operator=(const LiveBroker&) = delete;

    /// Lines for its configuration, before start().
    std::string extra;
    bool allow_anonymous = true;

    /// Waits until it runs.
    void start();
    /// Sends the signal and waits until it has ended.
    void end(int signal);
    void signal(int signal) { child_->kill(signal); }
    /// Hashes the password into the folder's `users` and requires a login.
    void add_user(const std::string& name, const std::string& secret);

    BrokerAddress address() const;
    std::string folder() const { return folder_.path().string(); }
    /// mosquitto_pub or _sub with host, port and these arguments.
    std::vector<std::string> command(std::string name,
                                     const std::vector<std::string>& arguments) const;
    void publish(const std::vector<std::string>& arguments)
    {
        run(loop_, command("mosquitto_pub", arguments));
    }
    const std::string& log() const { return log_; }

    /// A login for command().
    std::string user;
    std::string password;

private:
    io::EventLoop& loop_;
    reops::test::TempDir folder_;
    std::string host_ = own_address();
    std::uint16_t port_;
    std::unique_ptr<io::Subprocess> child_;
    std::string log_;
    bool has_ended_ = true;
};

}  // namespace reops::mqtt::test

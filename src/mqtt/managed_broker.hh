// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The mosquitto that reops starts when no broker is configured: in a folder and on a port of
/// its own, on this machine only unless it has users, looked after, stopped with us.

#include "base/log.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "io/event_loop.hh"
#include "io/subprocess.hh"
#include "mqtt/backoff.hh"
#include "mqtt/broker_address.hh"
#include "mqtt/broker_config.hh"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace reops::mqtt {

/// Called on the loop's thread; must not destroy the broker.
class ManagedBrokerHandler {
public:
    virtual ~ManagedBrokerHandler() = default;
    /// It takes connections now; after every start.
    virtual void on_broker_ready() = 0;
    /// It ended, or could not be started; another one is started after `retry_in`.
    virtual void on_broker_down(const Failure& why, Duration retry_in) = 0;

protected:
    ManagedBrokerHandler() = default;
    ManagedBrokerHandler(const ManagedBrokerHandler&) = default;
    ManagedBrokerHandler& operator=(const ManagedBrokerHandler&) = default;
};

struct ManagedBrokerOptions {
    BrokerConfig config;  ///< port 0: a free one is chosen once and remembered in the folder
    std::string program;  ///< empty: /usr/sbin/mosquitto, else `mosquitto` in PATH
    Duration first_retry = milliseconds(100);
    Duration longest_retry = seconds(30);
    Duration stop_patience = seconds(5);  ///< for saving its state after SIGTERM, then SIGKILL
};

/// Loop thread only. Everything it is given must outlive it. The destructor kills the broker; use
/// stop(), or what it has not saved is lost.
class ManagedBroker {
public:
    ManagedBroker(io::EventLoop& loop,
                  Random& random,
                  Log& log,
                  ManagedBrokerOptions options,
                  ManagedBrokerHandler& handler);
    ~ManagedBroker();
    ManagedBroker(const ManagedBroker&) = delete;
    ManagedBroker& operator=(const ManagedBroker&) = delete;

    /// Writes its files (folder 0700, files 0600) and starts it. Failures: denied and
    /// invalid_argument (check_broker_config), not_found (mosquitto is not installed; details say
    /// how to install it), conflict (no free port), those of writing. None of them is retried.
    Result<void> start();
    /// Asks it to save and end. `stopped` is called once, when it has ended, not inside this call.
    void stop(std::function<void()> stopped);

    /// Where it listens, with the login that reops itself uses. Valid after start().
    const BrokerAddress& address() const { return address_; }
    bool is_ready() const { return is_ready_; }
    /// Process id, or 0 between two of them. For tests.
    int pid() const { return child_ ? child_->pid() : 0; }
    /// How often it was started.
    std::uint64_t starts() const { return starts_; }

private:
    Result<void> prepare();
    Result<void> choose_port();
    Result<void> write_files();
    Result<void> begin();
    Result<void> hash_passwords();
    void hashed(io::ExitStatus status);
    Result<void> launch();
    Result<void> spawn_child(const io::SpawnOptions& spawn);
    void read_log(std::string_view bytes);
    void log_line(std::string_view line);
    void became_ready();
    void ended(io::ExitStatus status);
    void down(const Failure& why);
    void set_damaged_database_aside();
    void finish_stop();
    std::string file(std::string_view name) const;

    io::EventLoop& loop_;
    Log& log_;
    Random& random_;
    ManagedBrokerOptions options_;
    ManagedBrokerHandler& handler_;
    Backoff backoff_;
    BrokerAddress address_;
    std::unique_ptr<io::Subprocess> child_;
    io::Timer timer_;   ///< the next start, or the patience of stop()
    io::Timer steady_;  ///< a broker that has run for a while makes the next pause short again
    std::string partial_line_;
    std::string last_error_;  ///< what it complained about since its start
    bool is_hashed_ = false;
    bool is_ready_ = false;
    bool is_stopping_ = false;
    std::uint64_t starts_ = 0;
    std::function<void()> stopped_;
};

}  // namespace reops::mqtt

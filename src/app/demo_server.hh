// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The server of the demo: a process with a configuration and folders of its own, asked over
/// its control socket as the command line does.

#include "base/clock.hh"
#include "base/result.hh"
#include "data/value.hh"
#include "io/event_loop.hh"
#include "io/subprocess.hh"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reops::app {

/// Loop thread only; runs the loop inside its calls. Its end kills the server and takes the folder
/// away.
class DemoServer {
public:
    DemoServer(io::EventLoop& loop, const Clock& clock, std::string program, bool keep);
    ~DemoServer();
    DemoServer(const DemoServer&) = delete;
    DemoServer& operator=(const DemoServer&) = delete;

    /// Until it is armed. Failures: not_found (no program), timeout, internal (it ended).
    Result<void> start();
    /// In order, with SIGTERM.
    Result<void> stop();

    /// GET of a route of the control socket.
    Result<data::Value> ask(const std::string& path);
    /// With mosquitto_pub, as anybody would.
    Result<void> publish(std::string_view topic, std::string_view payload);
    /// Runs `reops WORDS` against this server and lets its output through.
    Result<void> show(const std::vector<std::string>& words);
    /// Runs the loop for a while, looking every 50 ms.
    void let_pass(Duration span, const std::function<void()>& look);
    Result<void> wait(std::string_view what, Duration longest, const std::function<bool()>& look);

    /// What the server serves, when no other program was named.
    static std::string_view flow_text();

    int pid() const { return child_ ? child_->pid() : 0; }
    const std::string& socket() const { return socket_; }
    const std::string& broker() const { return broker_; }
    std::string clock_text() const;  ///< "14:02:07" in the machine's zone
    bool has_mail() const { return !mail_path().empty(); }
    std::string mail_name() const;
    std::string mail_text() const;
    std::string log_tail() const;

private:
    Result<void> write_files();
    Result<void> launch();
    Result<void> run_child(const std::vector<std::string>& argv, bool show_output);
    std::string find_program(const std::string& name) const;
    std::string mail_path() const;

    io::EventLoop& loop_;
    const Clock& clock_;
    std::string program_;
    bool keep_;
    std::string folder_;
    std::string socket_;
    std::string broker_;
    std::string log_;
    std::unique_ptr<io::Subprocess> child_;
    bool ended_ = false;
};

}  // namespace reops::app

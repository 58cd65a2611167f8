// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One life of a helper program: started, hello awaited, lines in and out, ended. What is
/// asked and what happens after its end is helper_provider.hh's business.

#include "base/log.hh"
#include "base/result.hh"
#include "io/event_loop.hh"
#include "io/line_reader.hh"
#include "io/subprocess.hh"
#include "providers/helper_protocol.hh"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reops::providers {

/// Loop thread only. Its destruction kills the child; none of the functions is called afterwards.
class HelperProcess {
public:
    struct Listener {
        std::function<void(const Hello&)> on_hello;     ///< once, before any message
        std::function<void(HelperMessage)> on_message;  ///< answers and events
        /// Once, last. The child is dead or doomed; the listener destroys this object later.
        std::function<void(Failure)> on_end;
    };

    /// Failures: not_found (no such program), denied, internal.
    static Result<std::unique_ptr<HelperProcess>> start(io::EventLoop& loop,
                                                        Log& log,
                                                        const std::string& name,
                                                        const std::vector<std::string>& argv,
                                                        Listener listener);
    ~HelperProcess() = default;
    HelperProcess(const HelperProcess&) = delete;
    HelperProcess& operator=(const HelperProcess&) = delete;

    /// False when the pipe is full beyond measure or the child has ended.
    bool send(std::string_view line) { return child_->write(line); }
    /// Ends this life because of what the caller saw; on_end is not called.
    void kill();
    int pid() const { return child_->pid(); }

private:
    HelperProcess(io::EventLoop& loop, Log& log, std::string name, Listener listener);
    void on_error_line(std::string_view line);
    void on_line(std::string_view line);
    void end(Failure why);

    Log& log_;
    std::string name_;
    Listener listener_;
    std::unique_ptr<io::Subprocess> child_;
    io::Timer hello_timer_;
    io::LineReader lines_;
    io::LineReader error_lines_;
    std::string last_error_line_;
    bool greeted_ = false;
    bool ended_ = false;
};

}  // namespace reops::providers

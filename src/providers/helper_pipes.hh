// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A helper program's side of the pipes: whole lines out, from any thread; requests in.

#include "io/line_reader.hh"
#include "providers/helper_protocol.hh"

#include <functional>
#include <mutex>
#include <string_view>

namespace reops::providers {

/// Writes lines to a file descriptor that it does not own. Any thread; lines never mix.
class HelperOutput {
public:
    explicit HelperOutput(int fd) : fd_(fd) {}

    void hello(const Hello& hello) { write(print_line(hello)); }
    void answer(std::uint64_t id, Result<data::Value> result)
    {
        write(print_line(HelperAnswer{id, std::move(result)}));
    }
    void state(std::string_view system, PowerState state)
    {
        write(print_line(StateEvent{std::string{system}, state}));
    }

private:
    /// A reader that is gone ends the program soon by end of input; what cannot be written is lost.
    void write(std::string_view line);

    int fd_;
    std::mutex writing_;
};

/// Reads requests from a file descriptor that it does not own. One thread.
class HelperInput {
public:
    /// `on_request` gets each request, inside read(); lines that are none are answered here.
    HelperInput(int fd, HelperOutput& output, std::function<void(HelperRequest)> on_request);

    /// One read(), which blocks when nothing is there. False at the end of input, after an error,
    /// and after a line over the limit.
    bool read();

private:
    void on_line(std::string_view line);

    int fd_;
    HelperOutput& output_;
    std::function<void(HelperRequest)> on_request_;
    bool too_long_ = false;
    io::LineReader lines_;
};

}  // namespace reops::providers

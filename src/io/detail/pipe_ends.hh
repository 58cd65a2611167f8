// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The two ends of a child's pipes on the loop.

#include "io/detail/loop_core.hh"
#include "io/detail/send_queue.hh"
#include "io/readiness.hh"
#include "io/unique_fd.hh"

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

namespace reops::io {

/// Reads until the end of file. Part of a shared `owner`, which is held while it works.
class PipeReader {
public:
    PipeReader(EventLoop& loop, UniqueFd fd) : loop_(loop), fd_(std::move(fd)) {}

    /// `on_data` may make the reader close(); `on_end` comes once, at the end of file.
    void start(std::weak_ptr<void> owner,
               std::function<void(std::string_view)> on_data,
               std::function<void()> on_end);
    /// Reads what is there now, without waiting for more, and closes.
    void drain_and_close();
    void close();
    bool is_open() const { return static_cast<bool>(fd_); }

private:
    enum class Got { piece, nothing, end };
    Got read_once();
    void readable();

    EventLoop& loop_;
    UniqueFd fd_;
    std::unique_ptr<Readiness> ready_;
    std::function<void(std::string_view)> on_data_;
    std::function<void()> on_end_;
};

/// Writes what the pipe takes and keeps the rest. A reader that has gone ends it silently.
class PipeWriter {
public:
    PipeWriter(EventLoop& loop, UniqueFd fd) : loop_(loop), fd_(std::move(fd)) {}

    bool write(std::string_view bytes);
    /// After what is queued.
    void close_when_empty();
    void close();

private:
    void send_some();

    EventLoop& loop_;
    UniqueFd fd_;
    SendQueue queue_;
    bool closing_ = false;
    std::unique_ptr<Readiness> ready_;
};

}  // namespace reops::io

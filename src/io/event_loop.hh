// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The event loop: one thread that runs everything which waits for sockets, timers, children.
/// Work that blocks goes to the loop's small pool and comes back as a posted function.
/// Boost.Asio does the waiting and stays inside the .cc files.

#include "base/time.hh"

#include <cstddef>
#include <functional>
#include <memory>

namespace reops::io {

/// Owned by the composer of the program; outlives everything that was made with it. All members
/// but post(), stop() and run_blocking() belong to the thread that calls run().
class EventLoop {
public:
    struct Impl;

    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Runs handlers until stop(); a stop() that came before counts. May be called again
    /// afterwards.
    void run();
    /// Runs handlers until stop(), until `done` says true after a handler, or until the span is
    /// over. Returns what `done` says at the end. For tests and for short-lived programs.
    bool run_until(const std::function<bool()>& done, Duration longest);
    /// Makes run() return after the present handler. Any thread, async-signal-unsafe.
    void stop();
    /// Runs `work` on the loop's thread, after the present handler, in order. Any thread.
    void post(std::function<void()> work);
    /// Runs `work` when the present handler has returned, before streams send what was written in
    /// it; outside of handlers soon, never inside this call. Loop thread only.
    void at_end_of_turn(std::function<void()> work);
    /// Runs `blocking` on a pool thread (at most 4 at once, at most 1,024 waiting, then false),
    /// then `then` on the loop's thread. Any thread. `blocking` must not throw; the loop's
    /// destructor waits for what has begun and drops the rest, and calls no `then`.
    bool run_blocking(std::function<void()> blocking, std::function<void()> then);
    /// Calls `handler` on the loop's thread for SIGTERM, SIGINT and SIGHUP, from now on. One loop
    /// of a process only. (SIGPIPE is ignored as soon as there is a loop.)
    void on_signal(std::function<void(int signal)> handler);

    /// What its timers count: CLOCK_BOOTTIME. Any thread.
    Duration now() const;

    Impl& impl() { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

/// One pending call at most. Loop thread only; the destructor cancels. Counts CLOCK_BOOTTIME: a
/// machine's sleep counts as time, and a call is at most five minutes late after it.
class Timer {
public:
    explicit Timer(EventLoop& loop);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Replaces what was pending. A span of zero or less runs soon, never inside this call.
    void after(Duration span, std::function<void()> work);
    void cancel();
    bool is_pending() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace reops::io

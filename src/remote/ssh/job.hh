// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file An order on its way: waiting for a connection, or running on one.

#include "io/event_loop.hh"
#include "remote/transport.hh"

#include <functional>
#include <memory>
#include <utility>

namespace reops::remote {

/// Loop thread only. Ends once; whoever ends it hands the reply over.
struct Job {
    Job(io::EventLoop& loop, Order what, RanReply reply)
        : order(std::move(what)), done(std::move(reply)), limit(loop)
    {
    }
    void end(Result<Ran> result)
    {
        limit.cancel();
        stop = nullptr;
        if (const RanReply told = std::exchange(done, nullptr))
            told(std::move(result));
    }
    bool is_over() const { return done == nullptr; }
    /// Drops it, or asks whoever runs it to end it.
    void cancel()
    {
        if (is_over())
            return;
        if (!is_asked)
            return end(Failure{Code::cancelled, "cancelled before it began"});
        is_cancelled = true;
        if (stop)
            stop();
    }

    Order order;
    RanReply done;
    std::function<void()> stop;  ///< asks the running command to end
    io::Timer limit;             ///< until it begins, then until it ends
    bool is_asked = false;       ///< the server may have begun it
    bool is_cancelled = false;
    Duration began{};            ///< when the server had taken it
    std::uint32_t refusals = 0;  ///< of a channel for it
    std::uint32_t tries = 0;     ///< connections that broke before it began
};

using JobPtr = std::shared_ptr<Job>;

}  // namespace reops::remote

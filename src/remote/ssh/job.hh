// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file An order on its way: waiting for a connection, or running on one.

#include "io/event_loop.hh"
#include "remote/transport.hh"

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
        if (const RanReply told = std::exchange(done, nullptr))
            told(std::move(result));
    }
    bool is_over() const { return done == nullptr; }

    Order order;
    RanReply done;
    io::Timer limit;             ///< until it begins, then until it ends
    bool is_asked = false;       ///< the server may have begun it
    Duration began{};            ///< when the server had taken it
    std::uint32_t refusals = 0;  ///< of a channel for it
    std::uint32_t tries = 0;     ///< connections that broke before it began
};

using JobPtr = std::shared_ptr<Job>;

}  // namespace reops::remote

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Threads for functions of the user. The loop waits for them a little while; what takes
/// longer goes on alone, and its answer comes back through the loop. A function of C++ cannot be
/// ended: one that never returns keeps its thread, and is told of.

#include "engine/call.hh"
#include "io/event_loop.hh"
#include "io/thread_place.hh"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace reops::runtime {

struct CallOptions {
    Duration patience = milliseconds(10);  ///< a function that takes longer is left behind
    Duration limit = seconds(1);           ///< of processor time for one function
    Duration look = milliseconds(100);     ///< how often functions that were left are looked at
    std::size_t most_kept = 16;            ///< threads that functions may keep
    std::size_t most_late = 4;             ///< pending entries that are evaluated at a time
    std::size_t most_late_of_one = 3;      ///< of them for one flow
};

/// Loop thread only, but for what runs in its threads. They are made when they are needed. The
/// destructor waits for those that have nothing to do; what a function keeps ends with it, and its
/// answer goes nowhere: the entry is pending still.
class CallThreads final : public engine::Caller {
public:
    /// The answer of a call that was left, or was begun alone.
    using Answered = std::function<void(engine::Call& call, Duration took)>;
    /// A flow's function is over the limit and cannot be ended; or is over now.
    using Overdue = std::function<void(const std::string& flow, bool over)>;

    CallThreads(io::EventLoop& loop, CallOptions options, Answered answered, Overdue overdue);
    ~CallThreads() override;
    CallThreads(const CallThreads&) = delete;
    CallThreads& operator=(const CallThreads&) = delete;

    void run(std::span<const engine::CallPtr> calls, std::span<engine::CallEnd> ends) override;
    engine::CallEnd begin(const engine::CallPtr& call) override;
    bool expects_slow(const engine::Flow& flow) const override;

    /// Calls that were left or begun and have not come back.
    std::size_t late() const { return late_; }

private:
    struct Job;
    struct Shared;

    void add_thread();
    bool leave_slow(Job& job, std::size_t look);
    void became_late(Job& job);
    void wake_for_late();
    void take(const std::shared_ptr<Job>& job);
    void watch();

    io::EventLoop& loop_;
    CallOptions options_;
    Answered answered_;
    Overdue overdue_;
    std::shared_ptr<Shared> shared_;
    std::map<std::string, int, std::less<>> slow_;  ///< by flow and version: quick ones to go
    std::map<std::string, int> overdue_by_flow_;
    std::size_t late_ = 0;
    io::ThreadPlace place_;  ///< of the only thread, beside the loop's
    io::Timer watch_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reops::runtime

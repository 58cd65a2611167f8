// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The inside of EventLoop, for the .cc files of io. A *turn* is one handler that the loop
/// calls; what wants to act once per turn (streams that gather writes) asks for its end.

#include "io/detail/blocking_pool.hh"
#include "io/event_loop.hh"

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace reops::io {

/// Something that asked for the end of the turn.
class EndOfTurn {
public:
    virtual ~EndOfTurn() = default;
    virtual void end_of_turn() = 0;

protected:
    EndOfTurn() = default;
    EndOfTurn(const EndOfTurn&) = default;
    EndOfTurn& operator=(const EndOfTurn&) = default;
};

struct EventLoop::Impl {
    /// Signals and the work guard: what only event_loop.cc needs to know.
    struct Waits;

    Impl();
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    /// Every handler of the loop runs inside one of these.
    template <class Work>
    void turn(Work&& work)
    {
        const InTurn here{*this};
        std::forward<Work>(work)();
        finish_turn();
    }
    /// Calls `who` once when the present turn ends; outside of turns a new one is begun for it.
    void at_end_of_turn(std::weak_ptr<EndOfTurn> who);
    /// Before those.
    void at_end_of_turn(std::function<void()> work);
    /// 64 KiB that whoever reads may use until it returns to the loop.
    std::span<char> read_buffer();
    void post(std::function<void()> work);

    std::unique_ptr<boost::asio::io_context> context;
    std::unique_ptr<Waits> waits;
    /// Streams that are sending their last bytes after close(); ended with the loop.
    std::set<std::shared_ptr<void>> lingering;
    std::atomic<bool> stop_requested = false;
    bool running = false;
    BlockingPool pool;

private:
    struct InTurn {
        explicit InTurn(Impl& impl) : impl_(impl) { impl_.in_turn_ = true; }
        ~InTurn() { impl_.in_turn_ = false; }
        InTurn(const InTurn&) = delete;
        InTurn& operator=(const InTurn&) = delete;
        Impl& impl_;
    };

    void finish_turn();
    void run_last_work();
    void run_posted();
    bool take_posted(std::function<void()>& work);
    void schedule_posted();

    bool in_turn_ = false;
    std::vector<std::weak_ptr<EndOfTurn>> ending_;
    std::vector<std::function<void()>> last_work_;
    std::unique_ptr<char[]> read_buffer_;
    std::mutex mutex_;
    std::deque<std::function<void()>> posted_;  ///< guarded by mutex_
    bool posted_scheduled_ = false;             ///< guarded by mutex_
};

}  // namespace reops::io

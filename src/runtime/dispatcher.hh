// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Hands committed effects to their performers, with a deadline each, and collects how they
/// ended. Knows nothing of decisions: what it reports becomes an entry.

#include "base/log.hh"
#include "engine/entry.hh"
#include "io/event_loop.hh"
#include "runtime/performer.hh"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace reops::runtime {

/// Loop thread only. After stop() nothing new is begun; what runs may still report.
class Dispatcher {
public:
    using Report = std::function<void(engine::Ended)>;

    /// `report` is called on the loop's thread, possibly from inside offer().
    Dispatcher(io::EventLoop& loop, Log& log, Report report);
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    /// For all its kinds; a kind that has one already is a programming mistake.
    void add(Performer& performer);
    bool knows(std::string_view kind) const;

    /// Performs it now. An effect that is being performed is not begun again.
    void offer(const engine::Effect& effect, Time engine_now);
    void withdraw(engine::EffectId effect);
    void stop();
    bool is_stopping() const { return stopping_; }
    std::size_t in_flight() const { return running_.size(); }

private:
    struct Running {
        std::uint32_t attempt = 0;
        std::int64_t deadline_us = 0;  ///< on the loop's own scale
        Performer* performer = nullptr;
    };

    void ended(engine::EffectId effect, std::uint32_t attempt, engine::Outcome outcome);
    void watch_deadline(engine::EffectId effect, Duration limit);
    void set_timer();
    void check_deadlines();

    io::EventLoop& loop_;
    Log& log_;
    Report report_;
    io::Timer timer_;
    std::map<std::string, Performer*, std::less<>> performers_;
    std::unordered_map<std::uint64_t, Running> running_;
    std::set<std::pair<std::int64_t, std::uint64_t>> deadlines_;
    std::int64_t timer_at_us_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    bool stopping_ = false;
};

}  // namespace reops::runtime

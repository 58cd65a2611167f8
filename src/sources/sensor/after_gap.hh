// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file After a long time without the broker, what it kept arrives at once. All of it is history;
/// only the newest of each key is decided, when the rush is over.
///
///     begin() -> delivered() ... delivered() -> (quiet for a while, or long enough) -> decide

#include "engine/event.hh"
#include "io/event_loop.hh"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace reops::sources {

struct GapTimes {
    Duration quiet = seconds(1);    ///< since the last delivery
    Duration longest = seconds(5);  ///< since the beginning
};

/// Loop thread only.
class AfterGap {
public:
    /// `decide` is called with each key's newest event, then `finished`.
    AfterGap(io::EventLoop& loop,
             GapTimes times,
             std::size_t most_keys,
             std::function<void(engine::Event)> decide,
             std::function<void()> finished);

    void begin();
    bool is_open() const { return is_open_; }
    /// `event` was delivered meanwhile. By its own time if both have one, else the later is newer.
    void keep(engine::Event event);
    /// A batch was delivered: the rush is not over.
    void delivered();
    /// Forgets what waits and calls nobody.
    void cancel();

private:
    void decide();
    void end();

    io::EventLoop& loop_;
    GapTimes times_;
    std::size_t most_keys_;
    std::function<void(engine::Event)> decide_;
    std::function<void()> finished_;
    io::Timer timer_;
    bool is_open_ = false;
    Duration ends_{};                                                      ///< on the loop's clock
    std::map<std::pair<std::string, std::string>, engine::Event> newest_;  ///< by name and key
};

}  // namespace reops::sources

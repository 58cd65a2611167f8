// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Two clients with one id kick each other out for ever. Who is kicked out twice within a
/// minute gives up, so that the other one at least stays connected.

#include "base/time.hh"

#include <optional>

namespace reops::mqtt {

class TakeoverWatch {
public:
    explicit TakeoverWatch(Duration window = minutes(1)) : window_(window) {}

    /// The session was stolen at `now` (any clock that does not step). True: give up.
    bool stolen(Duration now)
    {
        const bool is_second = last_ && now - *last_ <= window_;
        last_ = now;
        return is_second;
    }
    void reset() { last_.reset(); }

private:
    Duration window_;
    std::optional<Duration> last_;
};

}  // namespace reops::mqtt

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file How long to wait before the next attempt: doubling, capped, with jitter, for ever.

#include "base/random.hh"
#include "base/time.hh"

namespace reops::mqtt {

/// Used by one thread. `random` must outlive it.
class Backoff {
public:
    Backoff(Random& random, Duration first, Duration longest)
        : random_(random), first_(first), longest_(longest), next_(first)
    {
    }

    /// The wait before the coming attempt: between half of and all of first, 2 first, 4 first ...
    /// longest. The jitter keeps many clients from coming back at the same moment.
    Duration next();
    /// The last attempt was a lasting success: begin again with `first`.
    void reset() { next_ = first_; }

private:
    Random& random_;
    Duration first_;
    Duration longest_;
    Duration next_;
};

}  // namespace reops::mqtt

// SPDX-License-Identifier: Apache-2.0
#include "mqtt/backoff.hh"

#include <algorithm>

namespace reops::mqtt {

Duration Backoff::next()
{
    const Duration most = next_;
    next_ = std::min(next_ * 2, longest_);
    const auto half = static_cast<std::uint64_t>(most.count() / 2);
    const auto jitter = half == 0 ? 0 : random_.next() % (half + 1);
    return most - Duration{static_cast<std::int64_t>(jitter)};
}

}  // namespace reops::mqtt

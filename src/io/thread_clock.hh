// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Processor time of threads, and the time that passes meanwhile: for watching work whose
/// length nobody knows. Decisions never depend on either.

#include "base/time.hh"

#include <ctime>

namespace reops::io {

/// The processor time of the thread that made it. Any thread may ask, as long as that one lives.
class ThreadClock {
public:
    ThreadClock();
    Duration used() const;

private:
    clockid_t clock_;
};

/// Rises by itself; the beginning means nothing (CLOCK_MONOTONIC).
Duration time_that_passes();

}  // namespace reops::io

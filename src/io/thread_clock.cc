// SPDX-License-Identifier: Apache-2.0
#include "io/thread_clock.hh"

#include <pthread.h>

namespace reops::io {

namespace {

Duration read_clock(clockid_t which)
{
    timespec now{};
    ::clock_gettime(which, &now);
    return std::chrono::duration_cast<Duration>(seconds{now.tv_sec} +
                                                std::chrono::nanoseconds{now.tv_nsec});
}

}  // namespace

ThreadClock::ThreadClock() : clock_(CLOCK_THREAD_CPUTIME_ID)
{
    (void)::pthread_getcpuclockid(::pthread_self(), &clock_);
}

Duration ThreadClock::used() const
{
    return read_clock(clock_);
}

Duration time_that_passes()
{
    return read_clock(CLOCK_MONOTONIC);
}

}  // namespace reops::io

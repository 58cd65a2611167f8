// SPDX-License-Identifier: Apache-2.0
#include "io/system_clock.hh"

#include "io/files.hh"

#include <ctime>

#include <sys/timex.h>

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

SystemClock::SystemClock()
{
    if (const Result<std::string> text = read_file("/proc/sys/kernel/random/boot_id", 64); text)
        boot_id_ = text->substr(0, text->find('\n'));
}

Time SystemClock::wall() const
{
    return Time{read_clock(CLOCK_REALTIME).count()};
}

Duration SystemClock::since_boot() const
{
    return read_clock(CLOCK_BOOTTIME);
}

bool SystemClock::is_synchronised() const
{
    timex query{};
    const int state = ::adjtimex(&query);
    return state >= 0 && state != TIME_ERROR && (query.status & STA_UNSYNC) == 0;
}

}  // namespace reops::io

// SPDX-License-Identifier: Apache-2.0
#include "io/process.hh"

#include "io/files.hh"
#include "io/system_failure.hh"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace reops::io {

std::uint32_t own_uid()
{
    return ::geteuid();
}

Duration thread_processor_time()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return seconds(time.tv_sec) + Duration{time.tv_nsec / 1000};
}

void rest_thread(Duration span)
{
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(span).count();
    ::poll(nullptr, 0, static_cast<int>(std::clamp<std::int64_t>(milliseconds, 0, 60'000)));
}

Result<std::string> executable_path()
{
    std::array<char, 4096> path{};
    const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size < 0)
        return system_failure(errno, "reading `/proc/self/exe`");
    return std::string(path.data(), static_cast<std::size_t>(size));
}

std::uint64_t resident_memory()
{
    const Result<std::string> text = read_file("/proc/self/statm", 256);
    if (!text)
        return 0;
    const std::size_t space = text->find(' ');
    if (space == std::string::npos)
        return 0;
    std::uint64_t pages = 0;
    std::from_chars(text->data() + space + 1, text->data() + text->size(), pages);
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Result<void> turn_off_core_dumps()
{
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0)
        return system_failure(errno, "turning core dumps off");
#ifndef __SANITIZE_ADDRESS__  // its leak checker traces the process
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return system_failure(errno, "turning core dumps off");
#endif
    return {};
}

Result<void> die_with_parent(int parent_pid, int signal)
{
    if (::prctl(PR_SET_PDEATHSIG, static_cast<unsigned long>(signal), 0, 0, 0) != 0)
        return system_failure(errno, "asking for a signal at the parent's end");
    if (::getppid() != parent_pid)
        return Failure{Code::cancelled, "the parent process has ended"};
    return {};
}

std::uint64_t raise_open_file_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    const rlimit wanted{limit.rlim_max, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0)
        return wanted.rlim_cur;
    return limit.rlim_cur;
}

}  // namespace reops::io

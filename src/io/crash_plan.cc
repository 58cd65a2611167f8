// SPDX-License-Identifier: Apache-2.0
#include "io/crash_plan.hh"

#include "base/crash_point.hh"
#include "io/system_failure.hh"
#include "io/unique_fd.hh"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace reops::io {

namespace {

#ifdef REOPS_CHECKED

struct DeathPoint {
    std::string name;
    std::uint64_t passing = 0;  ///< from 1; 0 is never
    bool after = false;
};

Result<DeathPoint> parse_point(const std::string& text)
{
    const Failure wrong{
        Code::invalid_argument,
        "the crash plan is `" + text + "` instead of, for example, " + "`journal.append:3:before`"};
    const std::size_t second = text.rfind(':');
    if (second == std::string::npos || second == 0)
        return wrong;
    const std::size_t first = text.rfind(':', second - 1);
    if (first == std::string::npos || first == 0)
        return wrong;
    DeathPoint point;
    point.name = text.substr(0, first);
    const char* end = text.data() + second;
    const auto number = std::from_chars(text.data() + first + 1, end, point.passing);
    const std::string side = text.substr(second + 1);
    point.after = side == "after";
    if (number.ec != std::errc{} || number.ptr != end || point.passing == 0 ||
        (side != "after" && side != "before"))
        return wrong;
    return point;
}

/// Counts passings; any thread may pass.
class Installed {
public:
    Installed(DeathPoint point, UniqueFd list) : point_(std::move(point)), list_(std::move(list)) {}

    void pass(const char* name, bool after)
    {
        const std::lock_guard lock{mutex_};
        const std::uint64_t count = ++passed_[{name, after}];
        if (list_) {
            const std::string line = std::string{name} + ":" + std::to_string(count) +
                                     (after ? ":after\n" : ":before\n");
            [[maybe_unused]] const ssize_t written = ::write(list_.get(), line.data(), line.size());
        }
        if (count == point_.passing && after == point_.after && point_.name == name)
            die();
    }

private:
    /// Nothing is flushed, no destructor runs, nobody can catch it: as if the power had gone.
    [[noreturn]] static void die()
    {
        ::kill(::getpid(), SIGKILL);
        for (;;)
            ::pause();
    }

    std::mutex mutex_;
    std::map<std::pair<std::string, bool>, std::uint64_t> passed_;  ///< guarded by mutex_
    DeathPoint point_;
    UniqueFd list_;
};

Installed* installed = nullptr;  // lives as long as the process: points are passed until its end

void pass_installed(const char* name, bool after)
{
    installed->pass(name, after);
}

#endif

}  // namespace

Result<void> install_crash_plan(const CrashPlan& plan)
{
    if (plan.die_at.empty() && plan.list_to.empty())
        return {};
#ifdef REOPS_CHECKED
    DeathPoint point;
    if (!plan.die_at.empty()) {
        Result<DeathPoint> parsed = parse_point(plan.die_at);
        if (!parsed)
            return parsed.failure();
        point = std::move(parsed).value();
    }
    UniqueFd list;
    if (!plan.list_to.empty()) {
        list.reset(::open(plan.list_to.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        if (!list)
            return system_failure(errno, "opening `" + plan.list_to + "`");
    }
    installed = new Installed{std::move(point), std::move(list)};
    set_crash_hook(pass_installed);
    return {};
#else
    return Failure{Code::unsupported, "this build has no crash points (REOPS_CHECKED is off)"};
#endif
}

}  // namespace reops::io

// SPDX-License-Identifier: Apache-2.0
#include "io/detail/child_watch.hh"

#include <chrono>
#include <utility>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reops::io {

namespace {

constexpr Duration look_every = milliseconds(20);

}  // namespace

std::optional<ExitStatus> look_at_child(pid_t pid, bool reap)
{
    siginfo_t info{};
    const int keep = reap ? 0 : WNOWAIT;
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | keep) != 0)
        return ExitStatus{127, 0};  // somebody else has reaped it: its status is lost
    if (info.si_pid == 0)
        return std::nullopt;
    if (info.si_code == CLD_EXITED)
        return ExitStatus{info.si_status, 0};
    return ExitStatus{128 + info.si_status, info.si_status};
}

ChildWatch::ChildWatch(EventLoop& loop, pid_t pid, Way way) : loop_(loop), pid_(pid)
{
    if (way == Way::best)
        pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

void ChildWatch::await(std::function<void()> ended)
{
    ended_ = std::move(ended);
    ready_ = nullptr;  // epoll takes a descriptor once
    if (pidfd_) {
        ready_ = std::make_unique<Readiness>(loop_, pidfd_.get(), [this] {
            // the loop may wake up for a descriptor that had the same number just before
            if (look_at_child(pid_, false))
                std::exchange(ended_, nullptr)();
            else
                ready_->arm_read();
        });
        ready_->arm_read();
    } else {
        looking_ = std::make_unique<Timer>(loop_);
        looking_->after(look_every, [this] { look(); });
    }
}

void ChildWatch::look()
{
    if (look_at_child(pid_, false))
        std::exchange(ended_, nullptr)();
    else
        looking_->after(look_every, [this] { look(); });
}

bool ChildWatch::wait_blocking(Duration longest) const
{
    if (pidfd_) {
        pollfd waiting{pidfd_.get(), POLLIN, 0};
        ::poll(&waiting,
               1,
               static_cast<int>(std::chrono::duration_cast<milliseconds>(longest).count()));
        return look_at_child(pid_, false).has_value();
    }
    const auto end = std::chrono::steady_clock::now() + longest;
    while (!look_at_child(pid_, false)) {
        if (std::chrono::steady_clock::now() >= end)
            return false;
        ::poll(nullptr, 0, 1);
    }
    return true;
}

}  // namespace reops::io

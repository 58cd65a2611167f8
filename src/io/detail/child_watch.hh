// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Learning that a child has ended, without taking its process id back from the system.

#include "io/event_loop.hh"
#include "io/readiness.hh"
#include "io/subprocess.hh"
#include "io/unique_fd.hh"

#include <functional>
#include <memory>
#include <optional>

#include <sys/types.h>

namespace reops::io {

/// Loop thread only. Uses a pidfd; where the kernel or a sandbox has none, looks every 20 ms.
class ChildWatch {
public:
    enum class Way { best, by_looking };

    ChildWatch(EventLoop& loop, pid_t pid, Way way = Way::best);

    /// `ended` comes once, in a later turn. A second call takes the place of the first.
    void await(std::function<void()> ended);
    /// Blocks up to `longest` and says whether the child has ended.
    bool wait_blocking(Duration longest) const;

private:
    void look();

    EventLoop& loop_;
    pid_t pid_;
    UniqueFd pidfd_;
    std::function<void()> ended_;
    std::unique_ptr<Readiness> ready_;
    std::unique_ptr<Timer> looking_;
};

/// How the child ended, or nothing while it runs. The process id stays taken unless `reap`.
std::optional<ExitStatus> look_at_child(pid_t pid, bool reap);

}  // namespace reops::io

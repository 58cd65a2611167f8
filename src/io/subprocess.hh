// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Child processes: argument vectors (never a shell), a scrubbed environment, pipes read and
/// written on the loop, and an end that is always awaited.

#include "base/result.hh"
#include "base/time.hh"
#include "io/event_loop.hh"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::io {

struct SpawnOptions {
    std::vector<std::string> argv;  ///< argv[0] is looked up in PATH unless it has a slash
    /// Added to the scrubbed environment, which holds PATH, HOME, LANG, TZ and USER alone.
    std::vector<std::pair<std::string, std::string>> environment;
    std::string directory;        ///< working directory; empty: ours
    bool die_with_parent = true;  ///< PR_SET_PDEATHSIG(SIGTERM)
    bool own_group = true;        ///< setpgid, so that kill() reaches what the child started
};

/// How a child ended: `code` of exit, or `signal` (then code is 128 + signal).
struct ExitStatus {
    int code = 0;
    int signal = 0;
};

/// Loop thread only. The destructor kills the child's group with SIGKILL and reaps it.
class Subprocess {
public:
    virtual ~Subprocess() = default;

    /// Each callback gets bytes as they come; `on_exit` comes after both outputs are drained, or
    /// 200 ms after the end when a grandchild still holds them.
    virtual void start(std::function<void(std::string_view)> on_stdout,
                       std::function<void(std::string_view)> on_stderr,
                       std::function<void(ExitStatus)> on_exit) = 0;
    /// Queues for the child's standard input; refused (false) beyond 16 MiB or after its end.
    virtual bool write(std::string_view bytes) = 0;
    virtual void close_stdin() = 0;
    /// Signals the group (or the child alone without own_group).
    virtual void kill(int signal) = 0;
    virtual int pid() const = 0;

protected:
    Subprocess() = default;
};

/// Failures: not_found (no such program; the message names it), denied, internal.
Result<std::unique_ptr<Subprocess>> spawn(EventLoop& loop, const SpawnOptions& options);

}  // namespace reops::io

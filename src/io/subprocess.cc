// SPDX-License-Identifier: Apache-2.0
#include "io/subprocess.hh"

#include "base/check.hh"
#include "io/detail/child_watch.hh"
#include "io/detail/launch.hh"
#include "io/detail/loop_core.hh"
#include "io/detail/pipe_ends.hh"

#include <csignal>
#include <utility>

namespace reops::io {

namespace {

/// How long a grandchild may hold the outputs back after the child's end.
constexpr Duration grandchild_patience = milliseconds(200);
/// How long the destructor waits for a killed child before it leaves that to the loop.
constexpr Duration reap_patience = milliseconds(100);

/// Outlives its Subprocess while a callback runs, and after it until a killed child is reaped.
class Child final : public std::enable_shared_from_this<Child> {
public:
    Child(EventLoop& loop, Launched launched, bool own_group)
        : loop_(loop),
          pid_(launched.pid),
          own_group_(own_group),
          in_(loop, std::move(launched.in)),
          out_(loop, std::move(launched.out)),
          err_(loop, std::move(launched.err)),
          watch_(loop, launched.pid),
          patience_(loop)
    {
    }
    ~Child()
    {
        if (!reaped_)
            look_at_child(pid_, true);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void start(std::function<void(std::string_view)> on_stdout,
               std::function<void(std::string_view)> on_stderr,
               std::function<void(ExitStatus)> on_exit);
    bool write(std::string_view bytes) { return !status_ && in_.write(bytes); }
    void close_stdin() { in_.close_when_empty(); }
    void kill(int signal);
    int pid() const { return pid_; }
    void abandon();

private:
    using OnData = std::function<void(std::string_view)>;

    void read(PipeReader& from, OnData on_data);
    void ended();
    void report_when_drained();
    void report();
    void reap();

    EventLoop& loop_;
    pid_t pid_;
    bool own_group_;
    bool abandoned_ = false;
    bool reaped_ = false;
    PipeWriter in_;
    PipeReader out_;
    PipeReader err_;
    ChildWatch watch_;
    Timer patience_;
    std::optional<ExitStatus> status_;
    std::function<void(ExitStatus)> on_exit_;
};

void Child::read(PipeReader& from, OnData on_data)
{
    from.start(
        weak_from_this(),
        [this, on_data = std::move(on_data)](std::string_view bytes) {
            if (!abandoned_ && on_data)
                on_data(bytes);
        },
        [this] { report_when_drained(); });
}

void Child::start(OnData on_stdout, OnData on_stderr, std::function<void(ExitStatus)> on_exit)
{
    REOPS_CHECK(!on_exit_ && on_exit, "a child is started once, with somebody to tell its end");
    on_exit_ = std::move(on_exit);
    read(out_, std::move(on_stdout));
    read(err_, std::move(on_stderr));
    watch_.await([this] { ended(); });
}

void Child::ended()
{
    status_ = look_at_child(pid_, false);
    in_.close();
    patience_.after(grandchild_patience, [this] { report(); });
    report_when_drained();
}

void Child::report_when_drained()
{
    if (status_ && !out_.is_open() && !err_.is_open())
        report();
}

void Child::report()
{
    const auto self = shared_from_this();
    patience_.cancel();
    out_.drain_and_close();
    err_.drain_and_close();
    reap();
    const auto on_exit = std::exchange(on_exit_, nullptr);
    if (!abandoned_ && on_exit)
        on_exit(*status_);
}

void Child::reap()
{
    if (!std::exchange(reaped_, true))
        look_at_child(pid_, true);
}

void Child::kill(int signal)
{
    // The process id is ours until it is reaped, so this never hits a stranger.
    if (!reaped_)
        ::kill(own_group_ ? -pid_ : pid_, signal);
}

void Child::abandon()
{
    abandoned_ = true;
    patience_.cancel();
    if (reaped_)
        return;
    kill(SIGKILL);
    in_.close();
    out_.close();
    err_.close();
    if (watch_.wait_blocking(reap_patience)) {
        reap();
        return;
    }
    // Stuck in the kernel (a dead network file system): the loop reaps it when it ends.
    auto& lingering = loop_.impl().lingering;
    lingering.insert(shared_from_this());
    watch_.await([this, &lingering] {
        reap();
        lingering.erase(shared_from_this());
    });
}

class ChildProcess final : public Subprocess {
public:
    explicit ChildProcess(std::shared_ptr<Child> child) : child_(std::move(child)) {}
    ~ChildProcess() override { child_->abandon(); }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    void start(std::function<void(std::string_view)> on_stdout,
               std::function<void(std::string_view)> on_stderr,
               std::function<void(ExitStatus)> on_exit) override
    {
        child_->start(std::move(on_stdout), std::move(on_stderr), std::move(on_exit));
    }
    bool write(std::string_view bytes) override { return child_->write(bytes); }
    void close_stdin() override { child_->close_stdin(); }
    void kill(int signal) override { child_->kill(signal); }
    int pid() const override { return child_->pid(); }

private:
    std::shared_ptr<Child> child_;
};

}  // namespace

Result<std::unique_ptr<Subprocess>> spawn(EventLoop& loop, const SpawnOptions& options)
{
    Result<Launched> launched = launch(options);
    if (!launched)
        return launched.failure();
    return std::unique_ptr<Subprocess>{new ChildProcess{
        std::make_shared<Child>(loop, std::move(launched).value(), options.own_group)}};
}

}  // namespace reops::io

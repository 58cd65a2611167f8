// SPDX-License-Identifier: Apache-2.0
#include "io/event_loop.hh"

#include "base/check.hh"
#include "io/detail/loop_core.hh"

#include <chrono>
#include <csignal>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

namespace asio = boost::asio;

namespace reops::io {

namespace {

constexpr std::size_t read_buffer_bytes = 64UL * 1024;
constexpr std::size_t most_last_work = 64;  // in one turn

/// Somebody runs the loop. Its end takes back a stop(), so that the loop may run again.
class Running {
public:
    explicit Running(EventLoop::Impl& impl) : impl_(impl)
    {
        REOPS_CHECK(!impl_.running, "the loop is run by one of its own handlers");
        impl_.running = true;
    }
    ~Running()
    {
        impl_.running = false;
        impl_.context->restart();
        impl_.stop_requested = false;
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

private:
    EventLoop::Impl& impl_;
};

}  // namespace

struct EventLoop::Impl::Waits {
    explicit Waits(asio::io_context& context) : guard(context.get_executor()), signals(context) {}

    void await_signal(Impl& impl)
    {
        signals.async_wait([this, &impl](const boost::system::error_code& error, int signal) {
            if (error)
                return;
            impl.turn([&] { on_signal(signal); });
            await_signal(impl);
        });
    }

    asio::executor_work_guard<asio::io_context::executor_type> guard;
    asio::signal_set signals;
    std::function<void(int)> on_signal;
};

EventLoop::Impl::Impl()
    : context(std::make_unique<asio::io_context>(1)), waits(std::make_unique<Waits>(*context))
{
    // A peer that has gone is an error of the write, never the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
}

EventLoop::Impl::~Impl()
{
    // What handlers own may ask this object for things while it ends: first the threads, then the
    // work that nobody will do, then the waits; the members last.
    pool.stop();
    std::deque<std::function<void()>> dropped;
    {
        const std::lock_guard lock{mutex_};
        posted_scheduled_ = true;
        dropped.swap(posted_);
    }
    dropped.clear();
    last_work_.clear();
    lingering.clear();
    waits.reset();
    context.reset();
}

void EventLoop::Impl::at_end_of_turn(std::weak_ptr<EndOfTurn> who)
{
    ending_.push_back(std::move(who));
    if (!in_turn_ && ending_.size() == 1)
        asio::post(*context, [this] { turn([] {}); });
}

void EventLoop::Impl::at_end_of_turn(std::function<void()> work)
{
    last_work_.push_back(std::move(work));
    if (!in_turn_ && last_work_.size() == 1)
        asio::post(*context, [this] { turn([] {}); });
}

/// Work asks for more work (a commit lets something be sent), but not for ever.
void EventLoop::Impl::run_last_work()
{
    std::size_t done = 0;
    for (; done < last_work_.size() && done < most_last_work; ++done) {
        const std::function<void()> work = std::move(last_work_[done]);
        work();
    }
    last_work_.erase(last_work_.begin(), last_work_.begin() + static_cast<std::ptrdiff_t>(done));
    if (!last_work_.empty())
        asio::post(*context, [this] { turn([] {}); });
}

void EventLoop::Impl::finish_turn()
{
    if (!last_work_.empty())
        run_last_work();
    if (ending_.empty())
        return;
    std::vector<std::weak_ptr<EndOfTurn>> ending;
    ending.swap(ending_);
    for (const std::weak_ptr<EndOfTurn>& weak : ending)
        if (const std::shared_ptr<EndOfTurn> who = weak.lock())
            who->end_of_turn();
    // Whoever asks again from in there waits for the next turn, so that others get theirs.
    if (!ending_.empty())
        asio::post(*context, [this] { turn([] {}); });
    else {
        ending.clear();
        ending_.swap(ending);  // keeps the capacity
    }
}

std::span<char> EventLoop::Impl::read_buffer()
{
    if (read_buffer_ == nullptr)
        read_buffer_.reset(new char[read_buffer_bytes]);
    return {read_buffer_.get(), read_buffer_bytes};
}

void EventLoop::Impl::post(std::function<void()> work)
{
    {
        const std::lock_guard lock{mutex_};
        posted_.push_back(std::move(work));
        if (std::exchange(posted_scheduled_, true))
            return;
    }
    asio::post(*context, [this] { run_posted(); });
}

bool EventLoop::Impl::take_posted(std::function<void()>& work)
{
    const std::lock_guard lock{mutex_};
    if (posted_.empty())
        return false;
    work = std::move(posted_.front());
    posted_.pop_front();
    return true;
}

void EventLoop::Impl::schedule_posted()
{
    {
        const std::lock_guard lock{mutex_};
        posted_scheduled_ = !posted_.empty();
        if (!posted_scheduled_)
            return;
    }
    asio::post(*context, [this] { run_posted(); });
}

void EventLoop::Impl::run_posted()
{
    // Runs what had been posted when the turn began; what these post comes in the next one.
    const std::unique_ptr<Impl, void (*)(Impl*)> again{this,
                                                       [](Impl* impl) { impl->schedule_posted(); }};
    std::size_t count = 0;
    {
        const std::lock_guard lock{mutex_};
        count = posted_.size();
    }
    turn([&] {
        std::function<void()> work;
        for (; count > 0 && !stop_requested && take_posted(work); --count)
            work();
    });
}

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}

EventLoop::~EventLoop()
{
    REOPS_CHECK(!impl_->running, "the loop is destroyed by one of its own handlers");
}

void EventLoop::run()
{
    const Running here{*impl_};
    impl_->context->run();
}

bool EventLoop::run_until(const std::function<bool()>& done, Duration longest)
{
    const Running here{*impl_};
    const auto deadline = std::chrono::steady_clock::now() + longest;
    bool finished = done && done();
    while (!finished && impl_->context->run_one_until(deadline) > 0)
        finished = done && done();
    return finished;
}

void EventLoop::stop()
{
    impl_->stop_requested = true;
    impl_->context->stop();
}

void EventLoop::post(std::function<void()> work)
{
    impl_->post(std::move(work));
}

void EventLoop::at_end_of_turn(std::function<void()> work)
{
    impl_->at_end_of_turn(std::move(work));
}

bool EventLoop::run_blocking(std::function<void()> blocking, std::function<void()> then)
{
    return impl_->pool.submit(
        [impl = impl_.get(), blocking = std::move(blocking), then = std::move(then)]() mutable {
            blocking();
            blocking = nullptr;
            impl->post(std::move(then));
        });
}

void EventLoop::on_signal(std::function<void(int signal)> handler)
{
    Impl::Waits& waits = *impl_->waits;
    const bool first = !waits.on_signal;
    waits.on_signal = std::move(handler);
    if (!first)
        return;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        waits.signals.add(signal);
    waits.await_signal(*impl_);
}

}  // namespace reops::io

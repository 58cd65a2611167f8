// SPDX-License-Identifier: Apache-2.0
// Timers count CLOCK_BOOTTIME: a span that was slept through by the machine has passed. Asio looks
// at its clock at least every five minutes, so a timer is at most that late after a resume.
#include "base/check.hh"
#include "io/detail/loop_core.hh"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

namespace asio = boost::asio;

namespace reops::io {

namespace {

struct BootClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<BootClock>;
    [[maybe_unused]] static constexpr bool is_steady = true;
    static time_point now()
    {
        timespec now{};
        ::clock_gettime(CLOCK_BOOTTIME, &now);
        return time_point{std::chrono::duration_cast<duration>(
            seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec})};
    }
};

constexpr Duration longest_span = hours(24 * 3650);

}  // namespace

Duration EventLoop::now() const
{
    return BootClock::now().time_since_epoch();
}

struct Timer::Impl : std::enable_shared_from_this<Timer::Impl> {
    explicit Impl(EventLoop& loop) : core(loop.impl()), timer(*core.context) {}

    void after(Duration span, std::function<void()> next)
    {
        cancel();
        work = std::move(next);
        timer.expires_after(std::clamp(span, Duration{0}, longest_span));
        timer.async_wait(
            [self = shared_from_this(), mine = ++turn](const boost::system::error_code&) {
                if (mine == self->turn && self->work)
                    self->core.turn([&] { std::exchange(self->work, nullptr)(); });
            });
    }
    void cancel()
    {
        if (!work)
            return;
        ++turn;
        work = nullptr;
        timer.cancel();
    }

    EventLoop::Impl& core;
    asio::basic_waitable_timer<BootClock> timer;
    std::function<void()> work;
    std::uint64_t turn = 0;  ///< tells an expired wait from the one that replaced it
};

Timer::Timer(EventLoop& loop) : impl_(std::make_shared<Impl>(loop)) {}

Timer::~Timer()
{
    impl_->cancel();
}

void Timer::after(Duration span, std::function<void()> work)
{
    REOPS_CHECK(work != nullptr, "a timer without work");
    impl_->after(span, std::move(work));
}

void Timer::cancel()
{
    impl_->cancel();
}

bool Timer::is_pending() const
{
    return impl_->work != nullptr;
}

}  // namespace reops::io

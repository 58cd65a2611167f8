// SPDX-License-Identifier: Apache-2.0
#include "app/nightly.hh"

#include <algorithm>
#include <utility>

namespace reops::app {

namespace {

constexpr Duration day = hours(24);
constexpr Duration at_hour = hours(3);
constexpr Duration longest_sleep = hours(1);
constexpr Duration shortest_sleep = seconds(1);

}  // namespace

Time next_night(Time now, const ZoneOffset& offset)
{
    const Duration here = offset(now);
    const Duration local{now.us + here.count()};
    // What the clocks show at midnight. A night's own offset is known only near it.
    Duration shown = local - local % day + at_hour;
    const auto moment = [&] {
        const Time near{(shown - here).count()};
        return Time{(shown - offset(near)).count()};
    };
    while (moment() <= now)
        shown += day;
    return moment();
}

Nightly::Nightly(io::EventLoop& loop,
                 const Clock& clock,
                 ZoneOffset offset,
                 std::function<void()> work)
    : clock_(clock),
      offset_(std::move(offset)),
      work_(std::move(work)),
      due_(next_night(clock.wall(), offset_)),
      timer_(loop)
{
    look_at_clock();
}

void Nightly::look_at_clock()
{
    const Time now = clock_.wall();
    const bool is_due = due_ <= now;
    // a clock that was set back has its next night sooner
    const Time next = next_night(now, offset_);
    due_ = is_due ? next : std::min(due_, next);
    timer_.after(std::clamp<Duration>(due_ - now, shortest_sleep, longest_sleep),
                 [this] { look_at_clock(); });
    if (is_due)
        work_();
}

}  // namespace reops::app

// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/after_gap.hh"

#include <algorithm>

namespace reops::sources {

AfterGap::AfterGap(io::EventLoop& loop,
                   GapTimes times,
                   std::size_t most_keys,
                   std::function<void(engine::Event)> decide,
                   std::function<void()> finished)
    : loop_(loop),
      times_(times),
      most_keys_(most_keys),
      decide_(std::move(decide)),
      finished_(std::move(finished)),
      timer_(loop)
{
}

void AfterGap::begin()
{
    is_open_ = true;
    ends_ = loop_.now() + times_.longest;
    delivered();
}

void AfterGap::keep(engine::Event event)
{
    const auto [place, is_new] = newest_.try_emplace({event.name, event.key});
    engine::Event& known = place->second;
    const bool is_older =
        !is_new && event.observed && known.observed && *event.observed < *known.observed;
    if (!is_older)
        known = std::move(event);
    if (newest_.size() > most_keys_)
        decide();
}

void AfterGap::delivered()
{
    timer_.after(std::min(times_.quiet, ends_ - loop_.now()), [this] { end(); });
}

void AfterGap::cancel()
{
    is_open_ = false;
    timer_.cancel();
    newest_.clear();
}

void AfterGap::decide()
{
    auto newest = std::move(newest_);
    newest_.clear();
    for (auto& [name_and_key, event] : newest)
        decide_(std::move(event));
}

void AfterGap::end()
{
    is_open_ = false;
    decide();
    finished_();
}

}  // namespace reops::sources

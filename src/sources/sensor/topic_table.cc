// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/topic_table.hh"

#include "base/check.hh"

#include <cmath>

namespace reops::sources {

bool StepJudge::is_plausible(double reading, double max_step)
{
    const bool is_near = !accepted_ || std::abs(reading - *accepted_) <= max_step ||
                         std::abs(reading - last_) <= max_step;
    if (is_near)
        accepted_ = reading;
    last_ = reading;
    return is_near;
}

TopicTable::TopicTable(const std::vector<SensorMapping>& mappings, std::size_t most)
    : mappings_(mappings), most_(most)
{
    REOPS_CHECK(most_ > 0, "a table without room");
}

Topic& TopicTable::at(std::string_view name)
{
    if (const auto found = by_name_.find(name); found != by_name_.end()) {
        if (found->second != topics_.begin())
            topics_.splice(topics_.begin(), topics_, found->second);
        return *found->second;
    }
    if (topics_.size() == most_) {
        by_name_.erase(topics_.back().name);
        topics_.pop_back();
        ++forgotten_;
    }
    topics_.push_front({std::string{name}, find_streams(name)});
    by_name_.emplace(topics_.front().name, topics_.begin());
    return topics_.front();
}

void TopicTable::remap(const std::vector<std::optional<std::uint32_t>>& now)
{
    for (Topic& topic : topics_) {
        std::vector<Stream> streams = find_streams(topic.name);
        for (Stream& fresh : streams)
            for (Stream& before : topic.streams)
                if (now[before.mapping] == fresh.mapping) {
                    const std::uint32_t place = fresh.mapping;
                    fresh = std::move(before);
                    fresh.mapping = place;
                    break;
                }
        topic.streams = std::move(streams);
    }
}

std::vector<Stream> TopicTable::find_streams(std::string_view name) const
{
    std::vector<Stream> streams;
    for (std::uint32_t i = 0; i < mappings_.size(); ++i) {
        const std::string& filter = mappings_[i].topic;
        auto key = match_topic(filter, name);
        if (!key)
            continue;
        if (filter.find_first_of("+#") == std::string::npos)
            key = filter;  // one topic, one sensor: its name tells it from others
        streams.push_back({.mapping = i, .key = std::move(*key)});
    }
    return streams;
}

}  // namespace reops::sources

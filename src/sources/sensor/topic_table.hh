// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What is known of a topic: the mappings that it falls under, their keys, their last values.
/// Filters are compared once per topic; afterwards a message costs one look into a hash table. A
/// stranger who invents topics pushes out the ones that were silent longest, and no more.

#include "base/time.hh"
#include "data/value.hh"
#include "engine/event.hh"
#include "sources/sensor/mapping.hh"

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reops::sources {

/// Tells a jump from a new level: a reading is plausible when it is near the last plausible one or
/// near the one just before it. One that was read wrong passes alone, a true change at its second
/// reading.
class StepJudge {
public:
    bool is_plausible(double reading, double max_step);

private:
    std::optional<double> accepted_;
    double last_ = 0;  ///< counts when there is an accepted one
};

/// A topic under one mapping.
struct Stream {
    std::uint32_t mapping = 0;
    std::string key = {};  ///< empty: the topic has none, its messages are no events
    StepJudge step = {};
    bool is_known = false;  ///< the rest is the last known reading
    engine::Arrival arrival = engine::Arrival::live;
    data::Value value = {};
    Time at = {};
    std::optional<Time> observed = {};
};

struct Topic {
    std::string name;
    std::vector<Stream> streams;  ///< none: no mapping names it
};

/// One thread. The mappings must outlive it.
class TopicTable {
public:
    TopicTable(const std::vector<SensorMapping>& mappings, std::size_t most);
    ~TopicTable() = default;
    TopicTable(const TopicTable&) = delete;
    TopicTable& operator=(const TopicTable&) = delete;

    /// Valid until the next call.
    Topic& at(std::string_view name);
    /// The mappings were replaced: `now[i]` is the new place of the old mapping i, nothing when it
    /// is gone. What is known under a mapping that stays is kept.
    void remap(const std::vector<std::optional<std::uint32_t>>& now);
    /// Most recently used first.
    const std::list<Topic>& topics() const { return topics_; }
    /// Topics that made room for others, since the beginning.
    std::uint64_t forgotten() const { return forgotten_; }

private:
    std::vector<Stream> find_streams(std::string_view name) const;

    const std::vector<SensorMapping>& mappings_;
    std::size_t most_;
    std::uint64_t forgotten_ = 0;
    std::list<Topic> topics_;
    std::unordered_map<std::string_view, std::list<Topic>::iterator> by_name_;  ///< views of names
};

}  // namespace reops::sources

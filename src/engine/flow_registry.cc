// SPDX-License-Identifier: Apache-2.0
#include "engine/flow_registry.hh"

#include <algorithm>

namespace reops::engine {

namespace {

void insert_by_ordinal(std::vector<ArmedRef>& flows, const ArmedRef& one)
{
    const auto place =
        std::lower_bound(flows.begin(), flows.end(), one, [](const ArmedRef& a, const ArmedRef& b) {
            return a.ordinal < b.ordinal;
        });
    flows.insert(place, one);
}

}  // namespace

void FlowRegistry::declare(FlowPtr flow)
{
    known_[{flow->name, flow->version}] = std::move(flow);
}

const Flow* FlowRegistry::find(std::string_view name, std::string_view version) const
{
    const auto found = known_.find({std::string{name}, std::string{version}});
    return found == known_.end() ? nullptr : found->second.get();
}

void FlowRegistry::forget_all_but(const std::set<std::pair<std::string, std::string>>& used)
{
    std::erase_if(known_, [&](const auto& row) {
        const auto armed = armed_.find(row.first.first);
        const bool is_armed = armed != armed_.end() && armed->second.flow == row.second;
        return !is_armed && !used.contains(row.first);
    });
}

FlowPtr FlowRegistry::get(std::string_view name, std::string_view version) const
{
    const auto found = known_.find({std::string{name}, std::string{version}});
    return found == known_.end() ? nullptr : found->second;
}

void FlowRegistry::forget_pace(const ArmedRef& gone)
{
    unknown_pace_ -= gone.flow->prompt ? 0 : 1;
}

void FlowRegistry::arm(std::string_view name, std::string_view version, std::uint32_t ordinal)
{
    const auto found = known_.find({std::string{name}, std::string{version}});
    if (found == known_.end())
        return;
    const auto before = armed_.find(name);
    if (before != armed_.end() && before->second.flow == found->second &&
        before->second.ordinal == ordinal)
        return;
    const bool is_new = before == armed_.end();
    if (!is_new)
        forget_pace(before->second);
    unknown_pace_ += found->second->prompt ? 0 : 1;
    armed_[std::string{name}] = ArmedRef{found->second, ordinal};
    if (!is_new) {
        rebuild();
        return;
    }
    // Arming ten thousand flows one by one must not cost ten thousand rebuilds.
    const ArmedRef& ref = armed_.find(name)->second;
    Bucket& bucket = buckets_[ref.flow->event];
    if (!ref.flow->key) {
        insert_by_ordinal(bucket.any_key, ref);
        for (auto& [key, flows] : bucket.by_key)
            insert_by_ordinal(flows, ref);
        return;
    }
    const auto [place, made] = bucket.by_key.try_emplace(*ref.flow->key, bucket.any_key);
    insert_by_ordinal(place->second, ref);
}

void FlowRegistry::disarm(std::string_view name)
{
    if (const auto found = armed_.find(name); found != armed_.end()) {
        forget_pace(found->second);
        armed_.erase(found);
        rebuild();
    }
}

const ArmedRef* FlowRegistry::find_armed(std::string_view name) const
{
    const auto found = armed_.find(name);
    return found == armed_.end() ? nullptr : &found->second;
}

const ArmedRef* FlowRegistry::find_ordinal(std::uint32_t ordinal) const
{
    for (const auto& [name, ref] : armed_)
        if (ref.ordinal == ordinal)
            return &ref;
    return nullptr;
}

const std::vector<ArmedRef>& FlowRegistry::interested(std::string_view event,
                                                      std::string_view key) const
{
    static const std::vector<ArmedRef> nobody;
    const auto bucket = buckets_.find(event);
    if (bucket == buckets_.end())
        return nobody;
    const auto narrowed = bucket->second.by_key.find(key);
    return narrowed == bucket->second.by_key.end() ? bucket->second.any_key : narrowed->second;
}

void FlowRegistry::rebuild()
{
    buckets_.clear();
    for (const auto& [name, ref] : armed_) {
        Bucket& bucket = buckets_[ref.flow->event];
        if (ref.flow->key)
            bucket.by_key[*ref.flow->key];
        else
            insert_by_ordinal(bucket.any_key, ref);
    }
    for (auto& [event, bucket] : buckets_)
        for (auto& [key, flows] : bucket.by_key)
            flows = bucket.any_key;
    for (const auto& [name, ref] : armed_)
        if (ref.flow->key)
            insert_by_ordinal(buckets_[ref.flow->event].by_key[*ref.flow->key], ref);
}

}  // namespace reops::engine

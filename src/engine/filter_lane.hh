// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The filter half of a segment of a batch: each lane takes the entries of its event keys.
/// Functions that may take any time are called with copies of what they need, so that a lane can be
/// left while one is at work: another lane goes on behind it.

#include "engine/call.hh"
#include "engine/filter_half.hh"
#include "engine/pending.hh"

#include <atomic>
#include <cstddef>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace reops::engine {

/// Where an entry's filter results lie.
struct Slot {
    std::uint32_t lane = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// What the lanes of a segment share. Lanes write the slots of their own entries and the filter
/// states of their own keys, nothing else.
struct Segment {
    std::span<const Entry> entries;
    std::size_t lanes = 1;
    const FlowRegistry& flows;
    FilterStates& states;
    const PendingIndex& pending;
    const Caller& caller;
    Time overdue_until;
    std::span<Slot> slots;
};

/// An entry of a filter's timer; null for every other.
const TimerDue* filter_timer_of(const Entry& entry);

class FilterLane final : public Call {
public:
    /// For lane `number`. With `tries` false no function is called that may take any time: what
    /// would is pending.
    FilterLane(const Segment& segment, std::size_t number, bool tries);
    /// Goes on behind the function for which `before` was left, and takes its results.
    FilterLane(const Segment& segment, FilterLane& before, bool tries);

    /// As a new one with tries, but with the room that its results had. Only when nobody else has
    /// it.
    void reset(const Segment& segment);

    void run() override;
    bool leave() override;
    std::uint64_t begun() const override { return begun_.load(std::memory_order_relaxed); }
    const Flow& flow() const override;
    Body answer(Duration took) override;

    /// A lane that was left: its entries must stay where they are.
    void keep(std::shared_ptr<const std::vector<Entry>> entries);
    std::vector<FilterResult>& results() { return results_; }

private:
    /// An entry on its way through one flow.
    struct Look {
        const ArmedRef& armed;
        const Entry& entry;
        const std::string& key;
        const Event* event = nullptr;  ///< null: the timer of `stage`
        std::uint8_t stage = 0;
        TimerInput timed = {};
    };

    static FilterResult filter(const Look& one,
                               std::uint32_t ordinal,
                               const Flow& flow,
                               FilterState* state);
    bool run_entry(std::size_t index);
    bool run_event(const Entry& entry, const Event& event);
    bool run_timer(const Entry& entry, const TimerDue& due);
    bool look(const Look& one);
    bool call(const Look& one, const FilterState* state);
    bool is_pending(const Flow& flow, const std::string& key) const;
    void put_pending(const ArmedRef& armed, const std::string& key, bool was_left);

    enum class Phase : std::uint8_t { between, in_call, left };

    const Segment* segment_;  ///< not touched once it was left
    std::size_t number_;
    bool tries_;
    std::size_t next_ = 0;  ///< entry
    std::size_t flow_ = 0;  ///< of those that are interested in it
    std::vector<FilterResult> results_;
    std::set<std::string> behind_;  ///< flow, NUL, key that became pending in this segment
    std::atomic<Phase> phase_{Phase::between};
    std::atomic<std::uint64_t> begun_{0};

    // What is at work, for the engine's thread once the lane was left.
    const ArmedRef* armed_ = nullptr;
    Position entry_;
    const std::string* key_ = nullptr;  ///< in the entry, or timer_key_
    std::string timer_key_;
    FlowPtr kept_flow_;
    std::shared_ptr<const std::vector<Entry>> kept_entries_;
    std::shared_ptr<FilterAnswer> answer_;
};

/// One pending entry, evaluated alone.
class LateFilter final : public Call {
public:
    LateFilter(const ArmedRef& armed, Pending row, FilterState state, bool again);

    void run() override;
    bool leave() override { return true; }
    std::uint64_t begun() const override { return 1; }
    const Flow& flow() const override { return *answer_->flow; }
    Body answer(Duration took) override;

private:
    std::uint32_t ordinal_;
    Pending row_;
    bool again_;
    std::shared_ptr<FilterAnswer> answer_;
};

}  // namespace reops::engine

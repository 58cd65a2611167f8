// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The whole state of the engine as a value: copyable (plans and shadows run on copies),
/// equal by its bytes. Two ways to bytes: a snapshot of all, and a delta of what one decision
/// changed.

#include "base/result.hh"
#include "engine/records.hh"
#include "engine/table.hh"
#include "hosts/inventory.hh"

#include <array>
#include <compare>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reops::engine {

/// Names a filter state.
struct FilterKey {
    std::size_t shard;
    std::string key;

    friend auto operator<=>(const FilterKey&, const FilterKey&) = default;
};

/// Filter states are the one table that is written for many events, so it is sharded and hashed.
/// A shard is touched by one worker at a time.
class FilterStates {
public:
    static constexpr std::size_t shard_count = 16;

    static std::size_t shard_of(std::string_view event_key);
    /// Made when absent.
    FilterState& at(std::size_t shard, std::string_view key);
    FilterState* find(std::size_t shard, std::string_view key);
    void erase(std::size_t shard, std::string_view key);
    /// Of all event keys, in a fixed order.
    std::vector<FilterKey> keys_of(std::string_view flow) const;
    std::size_t size() const;

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>{}(text);
        }
    };
    using Shard = std::unordered_map<std::string, FilterState, Hash, std::equal_to<>>;
    std::array<Shard, shard_count>& shards() { return shards_; }
    const std::array<Shard, shard_count>& shards() const { return shards_; }

private:
    std::array<Shard, shard_count> shards_;
};

struct State {
    Table<ArmedFlow> flows;
    Table<Incident> incidents;
    Table<Run> runs;
    Table<OutboxItem> outbox;
    Table<Hold> holds;
    Table<SystemState> systems;
    Table<Alert> alerts;
    Table<TimerRecord> timers;
    Table<RunQueue> run_queues;
    Table<Counters> counters;  ///< one row, key ""
    Table<Pending> pending;
    Table<Operation> operations;
    Table<OperationItem> operation_items;
    FilterStates filters;
    std::shared_ptr<const hosts::Inventory> inventory = std::make_shared<hosts::Inventory>();
    Time now;                     ///< engine time of the last entry
    Position position;            ///< of the last entry decided
    Time started;                 ///< when this process began; not part of the bytes
    Time overdue_until;           ///< filter timers due by then were missed; not part of the bytes
    bool leftovers_wait = false;  ///< how long it was down is not known yet; not part of the bytes
    bool is_visit = false;        ///< runs and timers of a server wait; not part of the bytes
    std::uint64_t first_new_run = 0;     ///< runs below it were left over; not part of the bytes
    std::uint64_t first_new_effect = 0;  ///< effects below it are leftovers; not part of the bytes

    Counters& counter() { return counters.at(""); }
};

/// All of it, in a fixed order. The inventory is not part: it is configured anew at each start.
std::string encode_snapshot(const State& state);
/// Fails with corrupt, or unsupported for a newer format.
Result<State> decode_snapshot(std::string_view bytes);

/// The records changed since the last call; forgets that they were. `filters` names the filter
/// states that did. Empty when nothing changed.
std::string take_delta(State& state, const std::vector<FilterKey>& filters);
/// Forgets what changed, without writing it.
void forget_changes(State& state);
/// Applies what take_delta gave (corrupt when damaged).
Result<void> apply_delta(State& state, std::string_view delta);

}  // namespace reops::engine

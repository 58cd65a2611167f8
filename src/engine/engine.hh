// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The engine: a deterministic function from state and entries to state, effects and traces.
/// No I/O, no clock, no randomness, no language. The runtime around it journals what goes in and
/// out; tests drive it on virtual time.

#include "engine/context.hh"
#include "engine/filter_half.hh"
#include "engine/parallel.hh"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reops::engine {

/// Owned by one thread (the runtime's loop); `Parallel` may use others during process() only.
class Engine {
public:
    Engine() = default;

    /// Makes a flow's version known. It takes no events until an Armed entry names it.
    void declare(FlowPtr flow) { flows_.declare(std::move(flow)); }
    /// Lets go of the versions that are neither armed nor needed by an open run. Between batches;
    /// not between declare() and the Armed entry of that version.
    void forget_old_versions();

    /// Decides every entry of the batch in order, and the follow-ups that they cause, which are
    /// appended to the batch with the next positions. Entries must carry rising positions and times
    /// that do not go back.
    void process(Batch& batch, Parallel& parallel);

    /// When the next timer is due; Time::never() without one.
    Time next_due() const { return timers_.next(); }
    /// The timers due at `now`, earliest first, as bodies for entries.
    std::vector<TimerDue> due(Time now) const;

    /// What is in the outbox and may be offered (not waiting for a retry), by number.
    std::vector<const Effect*> outstanding() const;
    const Effect* find_effect(EffectId id) const;

    const State& state() const { return state_; }
    const FlowRegistry& flows() const { return flows_; }

    /// Recovery: a snapshot, then the deltas of later decisions, then finish_recovery().
    Result<void> load(std::string_view snapshot);
    Result<void> apply(Position position, Time at, std::string_view delta);
    void finish_recovery();
    /// What belongs to the process and not to the bytes (the inventory, when it started): for an
    /// engine that was loaded while another one runs. Before finish_recovery().
    void take_process_facts(const Engine& running);

    /// A copy that shares nothing that changes: for plans and shadows.
    Engine copy() const { return *this; }

private:
    /// Where an entry's filter results lie.
    struct Slot {
        std::uint32_t lane = 0;
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };
    /// Reused between batches; a copy of the engine starts with its own.
    struct Scratch {
        std::vector<Slot> slots;
        std::vector<std::vector<FilterResult>> lanes;
        std::vector<Evaluation> evaluations;
        std::vector<FilterKey> changed_filters;

        Scratch() = default;
        Scratch(const Scratch&) {}
        Scratch& operator=(const Scratch&) { return *this; }
        ~Scratch() = default;
    };

    std::size_t filter_segment(const Batch& batch, std::size_t from, Parallel& parallel);
    void filter_entry(const Entry& entry, std::uint32_t lane, Slot& slot);
    void decide(Batch& batch, std::size_t index, std::span<FilterResult> results);
    void evaluate(Batch& batch);
    void arm_all_known();

    State state_;
    FlowRegistry flows_;
    TimerIndex timers_;
    Scratch scratch_;
};

}  // namespace reops::engine

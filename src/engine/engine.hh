// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The engine: a deterministic function from state and entries to state, effects and traces.
/// No I/O, no clock, no randomness, no language. The runtime around it journals what goes in and
/// out; tests drive it on virtual time.

#include "engine/call.hh"
#include "engine/context.hh"
#include "engine/filter_half.hh"
#include "engine/filter_lane.hh"
#include "engine/parallel.hh"
#include "engine/pending.hh"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reops::engine {

/// Owned by one thread (the runtime's loop); `Parallel` may use others during process() only, and
/// what a `Caller` left behind shares nothing with the engine.
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
    /// that do not go back. A flow whose function the caller leaves behind decides its entry later:
    /// the trace says `pending`, and the call's answer is to be put in as an entry.
    void process(Batch& batch, Parallel& parallel, Caller& caller);
    /// The same; nothing is left behind, however long it takes.
    void process(Batch& batch, Parallel& parallel)
    {
        CallsAtOnce at_once{parallel};
        process(batch, parallel, at_once);
    }

    /// When the next timer is due; Time::never() without one.
    Time next_due() const;
    /// The timers due at `now`, earliest first, as bodies for entries.
    std::vector<TimerDue> due(Time now) const;

    /// What is in the outbox and may be offered (not waiting for a retry, nor kept back), by
    /// number.
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
    /// For a copy whose decisions nobody commits: they have no delta.
    void write_no_deltas() { writes_deltas_ = false; }
    /// For a copy that asks what would happen: nothing is kept back in it.
    void forget_freeze();

private:
    /// Reused between batches; a copy of the engine starts with its own.
    struct Scratch {
        std::vector<Slot> slots;
        std::vector<std::shared_ptr<FilterLane>> lanes;
        std::vector<Evaluation> evaluations;
        std::vector<FilterKey> changed_filters;

        Scratch() = default;
        Scratch(const Scratch&) {}
        Scratch& operator=(const Scratch&) { return *this; }
        Scratch(Scratch&&) = default;
        Scratch& operator=(Scratch&&) = default;
        ~Scratch() = default;
    };

    std::size_t filter_segment(Batch& batch, std::size_t from, Parallel& parallel, Caller& caller);
    bool is_watched(std::span<const Entry> entries) const;
    void call_lanes(Batch& batch, std::size_t from, Segment& segment, Caller& caller);
    std::vector<std::size_t> go_on(Batch& batch,
                                   std::size_t from,
                                   Segment& segment,
                                   const std::vector<std::size_t>& lanes,
                                   const std::vector<CallEnd>& ends,
                                   bool tries);
    void decide(Batch& batch, std::size_t index, std::span<FilterResult> results);
    void decide_results(Context& c,
                        const Entry& entry,
                        std::span<FilterResult> results,
                        const std::string& key,
                        std::vector<TraceItem>& trace);
    void evaluate(Batch& batch, Caller& caller);
    void begin_pending(Batch& batch, Caller& caller);
    std::string changes();
    void arm_all_known();

    State state_;
    FlowRegistry flows_;
    TimerIndex timers_;
    PendingIndex pending_;
    Scratch scratch_;
    bool writes_deltas_ = true;
};

}  // namespace reops::engine

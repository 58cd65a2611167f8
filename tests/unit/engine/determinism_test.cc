// SPDX-License-Identifier: Apache-2.0
// One journal, any number of workers, the same state, effects and traces; and the
// decisions of a journal are loaded, not made again.
#include "engine/frame_codec.hh"
#include "engine/state_check.hh"
#include "tests/support/random_journal.hh"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using test::Dice;
using test::mixed_flows;
using test::RandomJournal;

/// Lanes one after the other, in an order that the seed says; 0: in theirs.
class Lanes final : public Parallel {
public:
    explicit Lanes(std::size_t count, std::uint64_t seed = 0)
        : count_(count), dice_(seed), shuffled_(seed != 0)
    {
    }
    std::size_t lanes() const override { return count_; }
    void run(const std::function<void(std::size_t)>& work) override
    {
        std::vector<std::size_t> order(count_);
        std::iota(order.begin(), order.end(), 0U);
        for (std::size_t i = count_; shuffled_ && i > 1; --i)
            std::swap(order[i - 1], order[dice_.below(i)]);
        for (const std::size_t lane : order)
            work(lane);
    }

private:
    std::size_t count_;
    Dice dice_;
    bool shuffled_;
};

Engine fresh()
{
    Engine engine;
    for (const FlowPtr& flow : mixed_flows())
        engine.declare(flow);
    return engine;
}

/// All that a batch led to, as text.
std::string process(Engine& engine, const std::vector<Entry>& entries, Parallel& lanes)
{
    Batch batch;
    batch.entries = entries;
    engine.process(batch, lanes);
    std::string out;
    encode_frame(batch, 0, batch.entries.size(), out);
    for (const Decision& decision : batch.decisions)
        for (const auto& ids : {decision.offered, decision.withdrawn})
            for (const EffectId id : ids)
                out += " " + to_string(id);
    for (const auto& [key, item] : engine.state().outbox.rows())
        out += " " + item.effect.identity;
    return out;
}

struct Replay {
    std::vector<std::string> batches;
    std::string snapshot;
};

Replay replay(const RandomJournal& journal, Parallel& lanes)
{
    Engine engine = fresh();
    Replay out;
    for (const auto& entries : journal.batches())
        out.batches.push_back(process(engine, entries, lanes));
    out.snapshot = encode_snapshot(engine.state());
    return out;
}

const RandomJournal& long_journal()
{
    static const RandomJournal journal = [] {
        RandomJournal out{7};
        out.grow_to(3000);
        return out;
    }();
    return journal;
}

TEST(Determinism, TheJournalIsWorthIt)
{
    const State& state = long_journal().engine().state();
    const Counters& counters = *state.counters.find("");
    EXPECT_GT(counters.next_run, 200U) << "runs";
    EXPECT_GT(counters.next_effect, 300U);
    EXPECT_GT(counters.next_incident, 5U);
    EXPECT_GT(state.filters.size(), 20U);
}

TEST(Determinism, AnyNumberOfLanesGivesTheSameStateEffectsAndTraces)
{
    Lanes one{1};
    const Replay expected = replay(long_journal(), one);
    EXPECT_EQ(expected.snapshot, encode_snapshot(long_journal().engine().state()));
    for (const std::size_t count : {2U, 8U})
        for (const std::uint64_t seed : {0U, 1U}) {
            Lanes lanes{count, seed};
            const Replay got = replay(long_journal(), lanes);
            EXPECT_TRUE(got.snapshot == expected.snapshot) << count << " lanes, order " << seed;
            const auto differs = std::mismatch(
                expected.batches.begin(), expected.batches.end(), got.batches.begin());
            EXPECT_TRUE(differs.first == expected.batches.end())
                << count << " lanes, order " << seed << ", batch "
                << differs.first - expected.batches.begin();
        }
}

TEST(Determinism, APrefixOfTheJournalGivesAPrefixOfTheDecisions)
{
    Lanes one{1};
    const Replay whole = replay(long_journal(), one);
    RandomJournal shorter{7};
    shorter.grow_to(1000);
    const Replay prefix = replay(shorter, one);
    ASSERT_LT(prefix.batches.size(), whole.batches.size());
    EXPECT_TRUE(std::equal(prefix.batches.begin(), prefix.batches.end(), whole.batches.begin()));
}

TEST(Determinism, ASnapshotAndTheDeltasAfterItGiveTheState)
{
    const auto& batches = long_journal().batches();
    Lanes one{1};
    Engine engine = fresh();
    std::vector<std::string> snapshots;
    std::vector<Batch> done;
    for (const auto& entries : batches) {
        snapshots.push_back(encode_snapshot(engine.state()));
        Batch& batch = done.emplace_back();
        batch.entries = entries;
        engine.process(batch, one);
    }
    const std::string end = encode_snapshot(engine.state());
    for (std::size_t from = 0; from < batches.size(); from += 37) {
        Engine again = fresh();
        ASSERT_TRUE(again.load(snapshots[from]).ok());
        for (std::size_t i = from; i < done.size(); ++i)
            for (std::size_t j = 0; j < done[i].decisions.size(); ++j)
                ASSERT_TRUE(again
                                .apply(done[i].decisions[j].position,
                                       done[i].entries[j].at,
                                       done[i].decisions[j].delta)
                                .ok());
        EXPECT_TRUE(encode_snapshot(again.state()) == end) << "from batch " << from;
    }
}

TEST(Determinism, AnEngineThatWasRecoveredDecidesAsTheOneThatWentOn)
{
    const auto& batches = long_journal().batches();
    Lanes one{1};
    const Replay whole = replay(long_journal(), one);
    auto inventory = hosts::Inventory::make(test::mixed_systems(), 1);
    ASSERT_TRUE(inventory.ok());
    Engine engine = fresh();
    for (std::size_t i = 0; i < batches.size(); ++i) {
        EXPECT_TRUE(process(engine, batches[i], one) == whole.batches[i]) << "batch " << i;
        if (i % 41 != 40)
            continue;
        Engine next = engine.copy();
        ASSERT_TRUE(next.load(encode_snapshot(engine.state())).ok());
        next.finish_recovery();
        engine = std::move(next);
    }
}

TEST(Determinism, TheStateFitsTogetherAtAllTimes)
{
    Lanes one{1};
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        RandomJournal journal{seed};
        journal.grow_to(1500);
        Engine engine = fresh();
        for (const auto& entries : journal.batches()) {
            process(engine, entries, one);
            const auto fits = check_state(engine.state());
            ASSERT_TRUE(fits.ok()) << fits.failure().message;
        }
    }
}

}  // namespace
}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/state.hh"

#include "engine/state_check.hh"
#include "tests/support/engine_bench.hh"
#include "tests/support/random_journal.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

/// In the middle of much.
const std::string& rich()
{
    static const std::string bytes = [] {
        test::RandomJournal journal{11};
        journal.grow_to(300);
        return encode_snapshot(journal.engine().state());
    }();
    return bytes;
}

TEST(Snapshot, DecodesToWhatItWas)
{
    const auto state = decode_snapshot(rich());
    ASSERT_TRUE(state.ok()) << state.failure().message;
    EXPECT_EQ(encode_snapshot(*state), rich());
    EXPECT_GT(state->runs.size(), 0U);
    EXPECT_GT(state->outbox.size(), 0U);
    EXPECT_GT(state->filters.size(), 0U);
    EXPECT_EQ(encode_snapshot(*decode_snapshot(encode_snapshot(State{}))),
              encode_snapshot(State{}));
}

TEST(Snapshot, OfANewerProgramIsRefusedInWords)
{
    std::string bytes = rich();
    bytes[0] = 99;
    const auto state = decode_snapshot(bytes);
    ASSERT_FALSE(state.ok());
    EXPECT_EQ(state.failure().code, Code::unsupported);
    EXPECT_EQ(state.failure().message,
              "the state was written by a newer reops (format 99, this program reads up to 2)");
}

TEST(Snapshot, CutOffAnywhereIsRefused)
{
    for (std::size_t size = 0; size < rich().size(); ++size) {
        const auto state = decode_snapshot(std::string_view{rich()}.substr(0, size));
        ASSERT_FALSE(state.ok()) << size << " of " << rich().size();
        EXPECT_EQ(state.failure().code, Code::corrupt);
    }
}

TEST(Snapshot, DamagedAnywhereIsRefusedOrStillFitsTogether)
{
    test::EngineBench bench{test::closet_heat()};
    bench.play("71 +15s");
    const std::string good = encode_snapshot(bench.state());
    std::size_t refused = 0;
    for (std::size_t at = 1; at < good.size(); ++at)
        for (const char bit : {'\x01', '\x10', '\x80'}) {
            std::string bytes = good;
            bytes[at] = static_cast<char>(bytes[at] ^ bit);
            const auto state = decode_snapshot(bytes);
            refused += state.ok() ? 0U : 1U;
            ASSERT_TRUE(!state.ok() || check_state(*state).ok());
        }
    EXPECT_GT(refused, good.size() / 2) << "most of the structure is noticed without a checksum";
}

TEST(Snapshot, WithAnEffectThatNobodyKnowsIsRefused)
{
    State state;
    OutboxItem& item = state.outbox.at(number_key(3));
    item.effect.id = EffectId{3};
    item.effect.kind = "teleport";
    const auto read = decode_snapshot(encode_snapshot(state));
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.failure().code, Code::unsupported);
    EXPECT_EQ(read.failure().message,
              "the outbox holds a `teleport` (x-3), which this reops cannot perform; start the "
              "newer program that wrote it");
}

using Break = void (*)(State&);

struct MisfitRow {
    const char* what;
    Break misfit;
};

TEST(StateCheck, NamesWhatDoesNotFit)
{
    const std::vector<MisfitRow> rows = {
        {"run r-5 stands under another number",
         [](State& s) { s.runs.at(number_key(4)).id = RunId{5}; }},
        {"r-4 waits for x-9, which is not in the outbox",
         [](State& s) {
             engine::Run& run = s.runs.at(number_key(4));
             run.id = RunId{4};
             run.items.push_back({.host = "foo", .state = ItemState::open, .effect = EffectId{9}});
         }},
        {"an action on foo is in flight, but not in the outbox",
         [](State& s) { s.systems.at("foo").in_flight = EffectId{9}; }},
        {"a hold of foo", [](State& s) { s.holds.at("x").host = "foo"; }},
        {"an incident of f", [](State& s) { s.incidents.at("x").flow = "f"; }},
        {"a run queue follows r-8", [](State& s) { s.run_queues.at("x").open_run = RunId{8}; }},
        {"a timer without a name", [](State& s) { s.timers.at(""); }},
        {"flow x", [](State& s) { s.flows.at("x").name = "y"; }},
        {"alert x", [](State& s) { s.alerts.at("x").cause = "y"; }},
        {"there is one row of counters", [](State& s) { s.counters.at("x"); }},
    };
    EXPECT_TRUE(check_state(State{}).ok());
    for (const MisfitRow& row : rows) {
        State state;
        row.misfit(state);
        const auto fits = check_state(state);
        ASSERT_FALSE(fits.ok()) << row.what;
        EXPECT_EQ(fits.failure().message,
                  std::string{"the engine's state does not fit together: "} + row.what);
    }
}

TEST(Delta, OfNothingIsEmpty)
{
    State state;
    EXPECT_EQ(take_delta(state, {}), "");
    EXPECT_TRUE(apply_delta(state, "").ok());
}

TEST(Delta, CarriesChangesAndErasures)
{
    State state;
    state.alerts.at("a").cause = "a";
    state.alerts.at("b").cause = "b";
    State copy;
    ASSERT_TRUE(apply_delta(copy, take_delta(state, {})).ok());
    state.alerts.erase("a");
    state.alerts.edit("b")->text = "changed";
    const std::string delta = take_delta(state, {});
    ASSERT_TRUE(apply_delta(copy, delta).ok());
    EXPECT_EQ(encode_snapshot(copy), encode_snapshot(state));
    EXPECT_EQ(take_delta(state, {}), "") << "it forgets what it gave";
    EXPECT_FALSE(apply_delta(copy, std::string_view{delta}.substr(0, delta.size() - 1)).ok());
}

TEST(Delta, OfWhatWasMadeAndIsGoneIsEmpty)
{
    State state;
    state.alerts.at("a").cause = "a";
    state.alerts.edit("a")->text = "changed";
    state.alerts.erase("a");
    EXPECT_EQ(take_delta(state, {}), "");
}

TEST(Delta, OfWhatWasThereAndIsMadeAnewAndGoneIsAnErasure)
{
    State state;
    state.alerts.at("a").cause = "a";
    State copy;
    ASSERT_TRUE(apply_delta(copy, take_delta(state, {})).ok());
    state.alerts.erase("a");
    state.alerts.at("b").cause = "b";
    state.alerts.at("a").cause = "again";
    state.alerts.erase("a");
    ASSERT_TRUE(apply_delta(copy, take_delta(state, {})).ok());
    EXPECT_EQ(encode_snapshot(copy), encode_snapshot(state));
    EXPECT_EQ(copy.alerts.find("a"), nullptr);
}

}  // namespace
}  // namespace reops::engine

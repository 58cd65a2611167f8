// SPDX-License-Identifier: Apache-2.0
// How each kind of effect is repeated, and what outcomes mean.
#include "engine/effect.hh"
#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

struct KindRow {
    const char* kind;
    Repeat repeat;
    bool acts_on_host;
    bool retries;
};

constexpr std::array<KindRow, 10> kind_rows = {{
    {"stop", Repeat::probe, true, false},
    {"stop-hard", Repeat::probe, true, false},
    {"start", Repeat::probe, true, false},
    {"email", Repeat::keyed, false, true},
    {"publish", Repeat::again, false, true},
    {"alert", Repeat::keyed, false, true},
    {"file-mail", Repeat::again, false, true},
    {"exec", Repeat::never, true, false},
    {"ask", Repeat::again, true, false},
    {"reply", Repeat::is_volatile, false, false},
}};

TEST(EffectKinds, EachSaysHowItIsRepeated)
{
    EXPECT_EQ(static_cast<std::size_t>(effect_kinds_end() - effect_kinds_begin()),
              kind_rows.size());
    for (const KindRow& row : kind_rows) {
        const EffectKind* kind = find_effect_kind(row.kind);
        ASSERT_NE(kind, nullptr) << row.kind;
        EXPECT_EQ(kind->repeat, row.repeat) << row.kind;
        EXPECT_EQ(kind->acts_on_host, row.acts_on_host) << row.kind;
        EXPECT_EQ(kind->retries, row.retries) << row.kind;
        EXPECT_GT(kind->good_for, Duration{}) << row.kind;
        EXPECT_GT(kind->limit, Duration{}) << row.kind;
        EXPECT_FALSE(kind->about.empty()) << row.kind;
    }
    EXPECT_EQ(find_effect_kind("dance"), nullptr);
}

/// A process that died with one effect in its outbox.
Engine left_with(const std::string& kind, bool begun)
{
    State state;
    state.now = test::EngineBench::begin;
    state.position = Position{10};
    state.counter().next_effect = 2;
    OutboxItem& item = state.outbox.at(number_key(1));
    item.effect.id = EffectId{1};
    item.effect.kind = kind;
    item.effect.identity = "1.f.0.0";
    item.effect.host = find_effect_kind(kind)->acts_on_host ? "foo" : "";
    item.effect.expires = state.now + minutes(10);
    item.effect.begun = begun;
    Engine engine;
    if (auto loaded = engine.load(encode_snapshot(state)); !loaded.ok())
        throw std::runtime_error(loaded.failure().message);
    engine.finish_recovery();
    return engine;
}

bool is_offered_again(const char* kind, bool begun, Duration down, bool known)
{
    Engine engine = left_with(kind, begun);
    Batch batch;
    batch.entries.push_back({.position = Position{11},
                             .at = test::EngineBench::begin + down,
                             .body = Started{.downtime_known = known, .downtime = down}});
    Inline one_lane;
    engine.process(batch, one_lane);
    return engine.find_effect(EffectId{1}) != nullptr;
}

struct LeftRow {
    const char* kind;
    bool not_begun;  ///< offered again after a short downtime
    bool begun;      ///< the same, begun before
    bool too_long;   ///< after its time has passed
    bool not_known;  ///< when the downtime is not known
};

TEST(EffectKinds, DecideWhatARestartOffersAgain)
{
    const std::vector<LeftRow> rows = {
        {"stop", true, true, false, false},
        {"stop-hard", true, true, false, false},
        {"start", true, true, false, false},
        {"email", true, true, false, false},
        {"publish", true, true, false, false},
        {"alert", true, true, false, true},
        {"file-mail", true, true, false, true},
        {"exec", true, false, false, false},
        {"ask", true, true, false, false},
        {"reply", false, false, false, false},
    };
    EXPECT_EQ(rows.size(), kind_rows.size());
    for (const LeftRow& row : rows) {
        EXPECT_EQ(is_offered_again(row.kind, false, minutes(1), true), row.not_begun) << row.kind;
        EXPECT_EQ(is_offered_again(row.kind, true, minutes(1), true), row.begun) << row.kind;
        EXPECT_EQ(is_offered_again(row.kind, false, hours(5), true), row.too_long) << row.kind;
        EXPECT_EQ(is_offered_again(row.kind, false, minutes(1), false), row.not_known) << row.kind;
    }
}

TEST(EffectKinds, ACommandDoesNotSayThatItsHostIsOff)
{
    Engine engine = left_with("exec", true);
    Batch batch;
    batch.entries.push_back({.position = Position{11},
                             .at = test::EngineBench::begin,
                             .body = Ended{.effect = EffectId{1},
                                           .outcome = {.status = Status::done, .exit_code = 0}}});
    Inline one_lane;
    engine.process(batch, one_lane);
    const SystemState* system = engine.state().systems.find("foo");
    EXPECT_TRUE(system == nullptr || system->seen == Time{});
}

TEST(EffectIdentity, NamesRunFlowStageItemAndHostAndIsTheSameInEveryAttempt)
{
    test::EngineBench bench{test::closet_heat()};
    bench.host["bar"].ignores_stop = true;
    bench.play("71 +10m");
    const std::vector<std::pair<std::string, std::string>> expected = {
        {"stop", "1.closet-heat.1.0.foo"},
        {"stop", "1.closet-heat.1.1.bar"},
        {"stop-hard", "1.closet-heat.1.1.bar.hard"},
        {"stop", "1.closet-heat.1.2.big-iron"},
        {"email", "1.closet-heat.2.0"},
    };
    EXPECT_EQ(bench.identities(), expected);
}

TEST(EffectIdentity, TheSameFlowFiringAgainIsAnotherRunAndAnotherIdentity)
{
    test::EngineBench bench{
        test::make("f", {test::over(70), test::stop({"foo"})}, {.mode = Mode::each})};
    bench.play("71 +1m 71 +1m");
    ASSERT_EQ(bench.identities().size(), 2U);
    EXPECT_EQ(bench.identities()[0].second, "1.f.1.0.foo");
    EXPECT_EQ(bench.identities()[1].second, "2.f.1.0.foo");
}

struct OutcomeRow {
    Status status;
    const char* name;
    bool success;
    int exit_code;
    int code;
};

TEST(Outcomes, HaveTheCodesOfTheTable)
{
    const std::vector<OutcomeRow> rows = {
        {Status::verified, "verified", true, 1, 0},
        {Status::done, "done", true, 1, 0},
        {Status::unverified, "unverified", true, 1, 0},
        {Status::failed, "failed", false, 1, 1},
        {Status::failed, "failed", false, 255, 255},
        {Status::failed, "failed", false, 256, 256},
        {Status::unreachable, "unreachable", false, 1, -1},
        {Status::refused, "refused", false, 1, -2},
        {Status::timeout, "timeout", false, 1, -3},
        {Status::unknown, "unknown", false, 1, -4},
        {Status::expired, "expired", false, 1, -4},
        {Status::cancelled, "cancelled", false, 1, -4},
    };
    for (const OutcomeRow& row : rows) {
        EXPECT_EQ(to_string(row.status), row.name);
        EXPECT_EQ(is_success(row.status), row.success) << row.name;
        EXPECT_EQ((Outcome{.status = row.status, .exit_code = row.exit_code}.code()), row.code)
            << row.name;
    }
}

}  // namespace
}  // namespace reops::engine

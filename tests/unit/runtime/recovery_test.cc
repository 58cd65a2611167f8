// SPDX-License-Identifier: Apache-2.0
// After a crash: what is offered again, what is not, and what time has to do with it.
#include "engine/record_codec.hh"
#include "engine/state.hh"
#include "store/journal/power_cut.hh"
#include "tests/unit/runtime/runtime_fixture.hh"

namespace reops::runtime {
namespace {

class RecoveryTest : public RuntimeTest {
protected:
    /// A reading over 70, and its stop being performed.
    void begin_a_stop()
    {
        start();
        runtime->offer(reading(80));
        ASSERT_TRUE(until([&] { return performer.count("stop") == 1; }));
    }
    /// An outbox as a crash left it: one effect of this kind, which no flow of today makes.
    void leave_behind(const std::string& kind, bool begun, Time expires)
    {
        start();
        commit(reading(1));
        crash();
        auto runtime_state = [&] {
            EXPECT_TRUE(open().ok());
            return engine::decode_snapshot(snapshot());
        }();
        ASSERT_TRUE(runtime_state.ok());
        engine::State& state = *runtime_state;
        engine::Effect effect;
        effect.id = engine::EffectId{state.counter().next_effect++};
        effect.identity = "left.behind";
        effect.kind = kind;
        effect.flow = "closet-heat";
        effect.host = kind == "exec" ? "foo" : "";
        effect.opened = state.now;
        effect.expires = expires;
        effect.limit = seconds(10);
        effect.begun = begun;
        state.outbox.at(engine::number_key(effect.id.number)).effect = effect;
        const auto written = store::write_snapshot(
            options.state + "/journal", state.position, engine::encode_snapshot(state));
        ASSERT_TRUE(written.ok());
        crash();
    }
    /// How effects ended, as the history has it.
    std::string ends()
    {
        std::string out;
        for (const store::NoteRow& note : notes("outcome"))
            out += note.host + " " + note.detail + "\n";
        for (const char* kind : {"told", "untold"})
            for (const store::NoteRow& note : notes(kind))
                out += std::string{kind} + " " + note.detail + "\n";
        return out;
    }
    Time soon() const { return clock.wall() + minutes(5); }
};

TEST_F(RecoveryTest, AStopIsOfferedAgainToBeProbed)
{
    begin_a_stop();
    const engine::Effect before = performer.performed.front();
    restart();
    ASSERT_TRUE(until([&] { return performer.count("stop") == 1; }));
    const engine::Effect& again = performer.performed.front();
    EXPECT_EQ(again.id, before.id);
    EXPECT_EQ(again.identity, before.identity);
    performer.end_one(good());
    ASSERT_TRUE(until([&] { return performer.count("email") == 1; })) << "and the run goes on";
    settle();
    EXPECT_EQ(runtime->history().runs({})->size(), 1U);
}

TEST_F(RecoveryTest, AMailIsOfferedAgainUnderItsIdentity)
{
    begin_a_stop();
    performer.end_one(good());
    ASSERT_TRUE(until([&] { return performer.count("email") == 1; }));
    const std::string identity = performer.performed.back().identity;
    restart();
    ASSERT_TRUE(until([&] { return performer.count("email") == 1; }));
    EXPECT_EQ(performer.performed.back().identity, identity);
    EXPECT_EQ(performer.count("stop"), 0U) << "its outcome was committed";
}

TEST_F(RecoveryTest, APublishIsOfferedAgain)
{
    flows = {relay()};
    start();
    runtime->offer(reading(80));
    ASSERT_TRUE(until([&] { return performer.count("publish") == 1; }));
    restart();
    EXPECT_TRUE(until([&] { return performer.count("publish") == 1; }));
}

TEST_F(RecoveryTest, TheEndOfAPublishGoesAlongWithWhatComesNext)
{
    flows = {relay()};
    performer.answer = good();
    start();
    commit(reading(80));
    ASSERT_EQ(performer.count("publish"), 1U);
    EXPECT_EQ(runtime->engine().outstanding().size(), 1U) << "nobody waits for its end";
    commit(reading(60));
    EXPECT_TRUE(runtime->engine().outstanding().empty());
    commit(reading(80));
    EXPECT_TRUE(until([&] { return runtime->engine().outstanding().empty(); }))
        << "nothing comes, and it is committed all the same";
}

TEST_F(RecoveryTest, ARunThatOpensAndClosesAtOnceIsOneRow)
{
    flows = {relay()};
    performer.answer = good();
    start();
    commit(reading(80));
    const auto runs = runtime->history().runs({});
    ASSERT_TRUE(runs.ok());
    ASSERT_EQ(runs->size(), 1U);
    EXPECT_EQ(runs->front().status, "done");
    EXPECT_EQ(runs->front().value, "80");
    EXPECT_EQ(runs->front().closed, runs->front().opened);
}

TEST_F(RecoveryTest, WhatHasAnOutcomeIsNotOfferedAgain)
{
    flows = {relay()};
    performer.answer = good();
    start();
    commit(reading(80));
    settle();
    ASSERT_EQ(performer.count("publish"), 1U);
    restart();
    settle();
    EXPECT_EQ(performer.count("publish"), 0U);
}

TEST_F(RecoveryTest, ACommandThatHadBegunIsUnknownAndNotRepeated)
{
    leave_behind("exec", true, soon());
    start();
    settle();
    EXPECT_EQ(performer.count("exec"), 0U);
    EXPECT_TRUE(runtime->engine().state().outbox.rows().empty());
}

TEST_F(RecoveryTest, ACommandThatHadNotBegunBeginsAfterItsBegunIsCommitted)
{
    leave_behind("exec", false, soon());
    bool begun_first = false;
    performer.on_perform = [&](const engine::Effect& effect) {
        ASSERT_TRUE(runtime
                        ->read_entries(engine::Position{1},
                                       [&](engine::FrameItem& item) {
                                           const auto* begun =
                                               std::get_if<engine::Begun>(&item.entry.body);
                                           begun_first |=
                                               begun != nullptr && begun->effect == effect.id;
                                           return true;
                                       })
                        .ok());
    };
    start();
    ASSERT_TRUE(until([&] { return performer.count("exec") == 1; }));
    EXPECT_TRUE(begun_first);
    restart();
    settle();
    EXPECT_EQ(performer.count("exec"), 0U) << "now it had begun";
}

TEST_F(RecoveryTest, AnAnswerNobodyWaitsForIsNotGiven)
{
    leave_behind("reply", false, soon());
    start();
    settle();
    EXPECT_EQ(performer.count("reply"), 0U);
    EXPECT_TRUE(runtime->engine().state().outbox.rows().empty());
    EXPECT_TRUE(runtime->engine().state().alerts.rows().empty()) << "no reason to tell anybody";
}

TEST_F(RecoveryTest, WhatExpiredMeanwhileIsNotPerformed)
{
    begin_a_stop();
    crash();
    clock.advance(hours(5));
    start();
    settle();
    EXPECT_EQ(performer.count("stop"), 0U);
    EXPECT_NE(ends().find("foo {:action \"stop\", :stage 1, :outcome \"expired\""),
              std::string::npos)
        << ends();
}

TEST_F(RecoveryTest, DowntimeIsExactWithinABootWhateverTheWallClockSays)
{
    for (const Duration step : {hours(24), -hours(24)}) {
        options.state = (folder / ("state" + std::to_string(step.count()))).string();
        begin_a_stop();
        crash();
        clock.advance(minutes(1));
        clock.step_wall(step);
        start();
        EXPECT_EQ(runtime->downtime(), minutes(1));
        EXPECT_TRUE(until([&] { return performer.count("stop") == 1; })) << to_string(step);
        crash();
        clock.advance(minutes(15));
        clock.step_wall(-step);
        start();
        settle();
        EXPECT_EQ(performer.count("stop"), 0U) << "16 minutes are over 10";
        crash();
    }
}

TEST_F(RecoveryTest, DowntimeIsExactAfterACleanStopToo)
{
    begin_a_stop();
    bool stopped = false;
    runtime->stop(Duration{}, [&] { stopped = true; });
    ASSERT_TRUE(stopped);
    crash();
    clock.advance(minutes(1));
    clock.step_wall(hours(24));
    start();
    EXPECT_TRUE(until([&] { return performer.count("stop") == 1; }))
        << "the snapshot is the newest there is: the last commit says how long it was";
}

TEST_F(RecoveryTest, AfterABootASynchronisedClockDecides)
{
    begin_a_stop();
    crash();
    clock.reboot("boot-2", minutes(3));
    start();
    EXPECT_TRUE(until([&] { return performer.count("stop") == 1; }));
    crash();
    clock.reboot("boot-3", hours(5));
    start();
    settle();
    EXPECT_EQ(performer.count("stop"), 0U);
}

TEST_F(RecoveryTest, LeftoversWaitForTheClockAndNewEventsDoNot)
{
    flows = {closet(), relay()};
    begin_a_stop();
    crash();
    clock.reboot("boot-2", minutes(1));
    clock.set_synchronised(false);
    start();
    EXPECT_EQ(runtime->downtime(), std::nullopt) << "not known yet";
    commit(reading(90, "attic"));
    ASSERT_TRUE(until([&] { return performer.count("publish") > 0; })) << "a new event";
    EXPECT_TRUE(std::none_of(performer.performed.begin(),
                             performer.performed.end(),
                             [](const auto& one) { return one.identity.starts_with("1."); }))
        << "not yet";
    clock.set_synchronised(true);
    EXPECT_TRUE(until([&] { return performer.count("stop") == 1; }));
}

TEST_F(RecoveryTest, LeftoversExpireWhenTheClockStaysUnsynchronised)
{
    begin_a_stop();
    crash();
    clock.reboot("boot-2", minutes(1));
    clock.set_synchronised(false);
    start();
    settle();
    EXPECT_TRUE(ends().empty()) << "two minutes are waited for";
    clock.advance(minutes(2) + seconds(1));
    ASSERT_TRUE(until([&] { return !ends().empty(); }));
    EXPECT_NE(ends().find("how long reops was down is not known"), std::string::npos) << ends();
    EXPECT_EQ(performer.count("stop"), 0U);
    const auto alerted = [this] {
        return runtime->engine().state().alerts.find("clock-unsynchronised") != nullptr;
    };
    EXPECT_TRUE(until(alerted));
    clock.set_synchronised(true);
    EXPECT_TRUE(until([&] { return !alerted(); }));
}

TEST_F(RecoveryTest, AClockThatIsSetIsSeenWithoutAnyEvent)
{
    start();
    clock.step_wall(hours(1));
    EXPECT_TRUE(until([&] { return notes("clock-stepped").size() == 1; }));
}

TEST_F(RecoveryTest, AClockThatIsSetBecomesAnEntryAndMovesNoTimer)
{
    flows = {flow("held",
                  "temperature",
                  {over_70(),
                   engine::make_hold_for(minutes(3)),
                   std::make_shared<engine::PublishStage>(engine::PublishOptions{"held"})})};
    for (const Duration step : {hours(3), -hours(3)}) {
        options.state = (folder / ("state" + std::to_string(step.count()))).string();
        start();
        const Time before = runtime->now();
        commit(reading(80));
        clock.step_wall(step);
        commit(reading(81));
        EXPECT_EQ(runtime->now(), before) << "engine time does not care";
        ASSERT_EQ(notes("clock-stepped").size(), 1U);
        EXPECT_NE(notes("clock-stepped")[0].detail.find(to_string(step)), std::string::npos)
            << notes("clock-stepped")[0].detail;
        settle();
        EXPECT_EQ(performer.count("publish"), 0U) << "three minutes are not over";
        clock.advance(minutes(3));
        commit(reading(82));
        EXPECT_TRUE(until([&] { return performer.count("publish") == 1; }));
        crash();
    }
}

TEST_F(RecoveryTest, ASmallDriftIsNoStep)
{
    start();
    clock.step_wall(milliseconds(900));
    commit(reading(1));
    EXPECT_TRUE(notes("clock-stepped").empty());
}

TEST_F(RecoveryTest, AFlowOfAnotherVersionIsClosedAndAFlowThatIsGoneIsDisarmed)
{
    begin_a_stop();
    crash();
    flows = {relay()};
    start();
    settle();
    const auto runs = runtime->history().runs({});
    ASSERT_EQ(runs->size(), 1U);
    EXPECT_EQ(performer.count("stop"), 1U) << "what was decided is finished";
    performer.end_one(good());
    settle();
    EXPECT_EQ(runtime->history().runs({})->front().status, "interrupted");
    EXPECT_FALSE(runtime->engine().state().flows.find("closet-heat")->active);
}

TEST_F(RecoveryTest, APowerCutLosesNothingThatWasAcknowledged)
{
    const std::string side = (folder / "side").string();
    std::unique_ptr<store::FileLayer> power;
    options.snapshot_after_bytes = 3000;
    options.segment_bytes = 4096;
    performer.answer = good();
    engine::Position acknowledged;
    for (int round = 0; round < 12; ++round) {
        crash();
        auto made = store::make_power_cut_files(side);
        if (!made.ok())
            GTEST_SKIP() << made.failure().message;
        power = std::move(*made);
        options.files = power.get();
        start();
        ASSERT_GE(runtime->engine().state().position, acknowledged) << round;
        for (int i = 0; i < 8; ++i)
            commit(reading(60 + i * 3, "key-" + std::to_string(i % 3)));
        acknowledged = runtime->engine().state().position;
    }
    crash();
    power.reset();
}

TEST_F(RecoveryTest, ADiskThatFailsIsToldOnceAndNothingIsAcknowledged)
{
    test::FaultyFiles files;
    options.files = &files;
    start();
    std::vector<std::string> told;
    runtime->on_broken([&](const Failure& why) { told.push_back(why.message); });
    files.faults.on_sync = [](const std::string& path) { return test::disk_failed(path); };
    bool acknowledged = false;
    runtime->offer(reading(80));
    runtime->after_commit([&] { acknowledged = true; });
    ASSERT_TRUE(until([&] { return !told.empty(); }));
    files.faults.on_sync = {};
    EXPECT_FALSE(until([&] { return acknowledged; }, milliseconds(50))) << "it is not tried again";
    EXPECT_EQ(told.size(), 1U);
    EXPECT_NE(told[0].find("Input/output error"), std::string::npos);
    EXPECT_FALSE(runtime->is_accepting());
    EXPECT_EQ(performer.count("stop"), 0U);
    bool stopped = false;
    runtime->stop(hours(1), [&] { stopped = true; });
    EXPECT_TRUE(stopped) << "there is nothing to wait for";
    crash();
}

TEST_F(RecoveryTest, AHistoryThatCannotBeWrittenIsCaughtUpWith)
{
    performer.answer = good();
    start();
    commit(reading(60));
    {
        // Somebody else holds the file for a while.
        ASSERT_GT(runtime->history().position().number, 0U) << "and nothing is being written";
        auto other = store::History::open(options.state + "/history.sqlite");
        ASSERT_TRUE(other.ok());
        (*other)->begin();
        (*other)->add_note({});
        commit(reading(80));
        ASSERT_TRUE(until([&] { return log.contains("it is behind until it can be written"); }));
        commit(reading(60));
    }
    ASSERT_TRUE(until([&] { return log.contains("it is whole again"); }));
    EXPECT_EQ(runtime->history().runs({})->size(), 1U);
    const auto outcomes = runtime->history().outcomes(1);
    EXPECT_EQ(outcomes->size(), 1U);
}

}  // namespace
}  // namespace reops::runtime

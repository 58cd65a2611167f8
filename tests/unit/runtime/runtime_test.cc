// SPDX-License-Identifier: Apache-2.0
#include "runtime/runtime.hh"

#include "tests/unit/runtime/runtime_fixture.hh"

namespace reops::runtime {
namespace {

TEST_F(RuntimeTest, AcknowledgesOnlyWhatAnotherStartFinds)
{
    start();
    bool acknowledged = false;
    runtime->offer(reading(60));
    runtime->after_commit([&] { acknowledged = true; });
    EXPECT_FALSE(acknowledged) << "not inside the call";
    const engine::Position before = runtime->engine().state().position;
    ASSERT_TRUE(until([&] { return acknowledged; }));
    const engine::Position after = runtime->engine().state().position;
    EXPECT_GT(after, before);
    crash();
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(runtime->engine().state().position, after);
    EXPECT_EQ(std::get<engine::Event>(runtime->read_entry(after)->entry.body).value.as_integer(),
              60);
}

TEST_F(RuntimeTest, WhatWasNotCommittedLeavesNothing)
{
    start();
    const engine::Position before = runtime->engine().state().position;
    bool acknowledged = false;
    runtime->offer(reading(80));
    runtime->after_commit([&] { acknowledged = true; });
    crash();
    EXPECT_FALSE(acknowledged);
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(runtime->engine().state().position, before);
    EXPECT_TRUE(performer.performed.empty());
}

TEST_F(RuntimeTest, PerformsOnlyWhatIsInTheJournal)
{
    start();
    engine::Position journalled;
    performer.on_perform = [&](const engine::Effect& effect) {
        // Read back from the files, not from the engine's memory.
        const auto read = runtime->read_entries(engine::Position{1}, [&](engine::FrameItem& item) {
            for (const engine::Note& note : item.notes)
                if (note.run == effect.run)
                    journalled = item.entry.position;
            return true;
        });
        EXPECT_TRUE(read.ok());
    };
    runtime->offer(reading(80));
    ASSERT_TRUE(until([&] { return performer.count("stop") == 1; }));
    EXPECT_GT(journalled.number, 0U);
}

TEST_F(RuntimeTest, AnOutcomeBecomesAnEntryAndTheRunGoesOn)
{
    start();
    runtime->offer(reading(80));
    ASSERT_TRUE(until([&] { return performer.count("stop") == 1; }));
    EXPECT_EQ(performer.count("email"), 0U);
    performer.end_one(good());
    ASSERT_TRUE(until([&] { return performer.count("email") == 1; }));
    settle();
    const auto found = runtime->history().runs({});
    ASSERT_TRUE(found.ok());
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().status, "done");
    EXPECT_EQ(found->front().good, "foo");
    std::size_t ends = 0;
    ASSERT_TRUE(runtime
                    ->read_entries(engine::Position{1},
                                   [&](engine::FrameItem& item) {
                                       ends +=
                                           std::holds_alternative<engine::Ended>(item.entry.body);
                                       return true;
                                   })
                    .ok());
    EXPECT_EQ(ends, 1U);
}

TEST_F(RuntimeTest, OneCommitForAllThatCameInAWindow)
{
    options.commit_window = milliseconds(200);
    start();
    commit(reading(1));
    const RuntimeCounts before = runtime->counts();
    const Duration began = loop.now();
    int acknowledged = 0;
    for (int i = 0; i < 100; ++i) {
        runtime->offer(reading(i % 60));
        runtime->after_commit([&] { ++acknowledged; });
    }
    ASSERT_TRUE(until([&] { return acknowledged > 0; }));
    EXPECT_EQ(acknowledged, 100) << "acknowledged together";
    EXPECT_EQ(runtime->counts().commits, before.commits + 1);
    EXPECT_EQ(runtime->counts().syncs, before.syncs + 1);
    EXPECT_GE(loop.now() - began, milliseconds(150)) << "the window is kept";
}

TEST_F(RuntimeTest, ABigBatchDoesNotWaitForTheWindow)
{
    options.commit_window = hours(1);
    start();
    for (int i = 0; i < 300; ++i)
        runtime->offer(reading(2));
    bool committed = false;
    runtime->after_commit([&] { committed = true; });
    EXPECT_TRUE(until([&] { return committed; }));
}

TEST_F(RuntimeTest, DurableProcessSyncsNoCommit)
{
    options.durable_power = false;
    start();
    for (int i = 0; i < 5; ++i)
        commit(reading(i));
    EXPECT_EQ(runtime->counts().syncs, 0U);
    EXPECT_GE(runtime->counts().commits, 5U);
    const std::string state = snapshot();
    crash();
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(snapshot(), state) << "a kill loses nothing";
}

TEST_F(RuntimeTest, TheStateIsTheSameFromTheJournalAndFromASnapshotAndATail)
{
    flows = {closet(), relay()};
    start();
    performer.answer = good();
    for (int i = 0; i < 40; ++i)
        commit(reading(50 + i, i % 2 == 0 ? "closet" : "attic"));
    settle();
    const std::string whole = snapshot();
    crash();
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(snapshot(), whole) << "from the journal alone";
    crash();
    options.snapshot_after_bytes = 2000;
    start();
    for (int i = 0; i < 40; ++i)
        commit(reading(50 + i, i % 2 == 0 ? "closet" : "attic"));
    settle();
    const std::string tail = snapshot();
    crash();
    ASSERT_TRUE(store::load_latest_snapshot(options.state + "/journal")->has_value());
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(snapshot(), tail);
}

TEST_F(RuntimeTest, ADamagedSnapshotFallsBackToTheOneBefore)
{
    options.snapshot_after_bytes = 1500;
    options.segment_bytes = 4096;
    options.keep_bytes = 1;
    start();
    for (int i = 0; i < 60; ++i)
        commit(reading(i));
    const std::string state = snapshot();
    crash();
    std::string newest;
    for (const auto& entry : std::filesystem::directory_iterator(options.state + "/journal"))
        if (entry.path().filename().string().starts_with("snapshot-"))
            newest = std::max(newest, entry.path().string());
    std::filesystem::resize_file(newest, std::filesystem::file_size(newest) - 1);
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(snapshot(), state) << "segments since the older one are still there";
    EXPECT_TRUE(log.contains(newest + " is damaged; the one before is used"));
}

TEST_F(RuntimeTest, OldSegmentsGoButNotThoseOfAnOpenRun)
{
    options.snapshot_after_bytes = 1500;
    options.segment_bytes = 4096;
    options.keep_bytes = 1;
    start();
    commit(reading(80));
    ASSERT_TRUE(until([&] { return performer.count("stop") == 1; }));
    const engine::Position opened =
        runtime->engine().state().runs.rows().begin()->second.trigger.event;
    for (int i = 0; i < 200; ++i)
        commit(reading(i));
    EXPECT_TRUE(runtime->read_entry(opened).ok()) << "the run is open: why must find its event";
    const engine::Alert* alert = runtime->engine().state().alerts.find("retention");
    ASSERT_NE(alert, nullptr);
    EXPECT_NE(alert->text.find("because of r-1 of `closet-heat`, which is open"), std::string::npos)
        << alert->text;
    performer.answer = good();
    performer.end_one(good());
    settle();
    for (int i = 0; i < 60; ++i)
        commit(reading(i));
    const auto gone = runtime->read_entry(opened);
    ASSERT_FALSE(gone.ok());
    commit(reading(1));  // with it comes the word that it is over
    EXPECT_EQ(runtime->engine().state().alerts.find("retention"), nullptr);
    EXPECT_EQ(gone.failure().code, Code::not_found);
    EXPECT_EQ(gone.failure().message,
              engine::to_string(opened) + " is older than what the journal keeps");
    restart();
    EXPECT_TRUE(runtime->is_accepting());
}

TEST_F(RuntimeTest, AMissingSegmentIsNotStartedOver)
{
    options.segment_bytes = 2048;
    start();
    for (int i = 0; i < 100; ++i)
        commit(reading(i));
    crash();
    ASSERT_TRUE(std::filesystem::exists(options.state + "/journal/segment-000000000003"));
    ASSERT_TRUE(std::filesystem::remove(options.state + "/journal/segment-000000000002"));
    const auto opened = open();
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.failure().code, Code::corrupt);
    EXPECT_NE(opened.failure().message.find("was expected"), std::string::npos);
    EXPECT_FALSE(opened.failure().details.empty());
}

TEST_F(RuntimeTest, TwoByMistake)
{
    start();
    const auto second = Runtime::open(loop, clock, log, options);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.failure().code, Code::conflict);
    EXPECT_NE(second.failure().message.find(options.state), std::string::npos);
    EXPECT_NE(second.failure().message.find("process " + std::to_string(::getpid())),
              std::string::npos);
    EXPECT_NE(second.failure().details.find("reops shutdown"), std::string::npos);
    crash();
    EXPECT_TRUE(open().ok()) << "the lock is gone with its holder";
}

TEST_F(RuntimeTest, StopWaitsForActionsAndWritesASnapshot)
{
    start();
    runtime->offer(reading(80));
    ASSERT_TRUE(until([&] { return performer.count("stop") == 1; }));
    bool stopped = false;
    runtime->stop(seconds(20), [&] { stopped = true; });
    EXPECT_FALSE(runtime->is_accepting());
    EXPECT_FALSE(until([&] { return stopped; }, milliseconds(50)));
    performer.end_one(good());
    ASSERT_TRUE(until([&] { return stopped; }));
    EXPECT_EQ(performer.count("email"), 0U) << "nothing new is begun";
    const engine::Position last = runtime->engine().state().position;
    const auto written = store::load_latest_snapshot(options.state + "/journal");
    ASSERT_TRUE(written.ok() && written->has_value());
    EXPECT_EQ((*written)->position, last);
    restart();
    EXPECT_TRUE(until([&] { return performer.count("email") == 1; })) << "the next start goes on";
    EXPECT_EQ(performer.count("stop"), 0U) << "the outcome was committed";
}

TEST_F(RuntimeTest, StopGivesUpAfterItsPatience)
{
    start();
    runtime->offer(reading(80));
    ASSERT_TRUE(until([&] { return performer.count("stop") == 1; }));
    bool stopped = false;
    bool hurried = false;
    runtime->stop(hours(1), [&] { stopped = true; });
    runtime->stop(milliseconds(10), [&] { hurried = true; });
    EXPECT_TRUE(until([&] { return stopped && hurried; }));
    restart();
    EXPECT_TRUE(until([&] { return performer.count("stop") == 1; })) << "it is probed again";
}

TEST_F(RuntimeTest, TheDecidedGetTheirDecisionAfterTheCommit)
{
    start();
    std::string said;
    EXPECT_TRUE(runtime->submit(
        engine::Command{.verb = "release",
                        .args = engine::make_detail({{"host", engine::text("foo")}}),
                        .actor = "me"},
        [&](const engine::Entry& entry, const engine::Decision& decision, const auto&) {
            EXPECT_TRUE(runtime->read_entry(entry.position).ok());
            for (const engine::Note& note : decision.notes)
                said += note.kind;
        }));
    EXPECT_TRUE(said.empty());
    ASSERT_TRUE(until([&] { return !said.empty(); }));
    EXPECT_EQ(said, "command");
}

TEST_F(RuntimeTest, AnySizeOfWorkersGivesTheSameState)
{
    flows = {closet(), relay()};
    std::vector<std::string> states;
    for (const std::size_t workers : {1U, 2U, 8U}) {
        options.state = (folder / ("state-" + std::to_string(workers))).string();
        options.workers = workers;
        start();
        for (int i = 0; i < 200; ++i)
            runtime->offer(reading(40 + i % 50, "key-" + std::to_string(i % 7)));
        settle();
        states.push_back(snapshot());
        crash();
    }
    EXPECT_EQ(states[0], states[1]);
    EXPECT_EQ(states[0], states[2]);
}

}  // namespace
}  // namespace reops::runtime

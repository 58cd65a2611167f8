// SPDX-License-Identifier: Apache-2.0
#include "runtime/rebuild.hh"

#include "tests/unit/runtime/runtime_fixture.hh"

#include <fstream>

namespace reops::runtime {
namespace {

class RebuildTest : public RuntimeTest {
protected:
    /// All rows as text, to compare.
    static std::string rows(store::History& history)
    {
        std::string out;
        store::RunQuery every;
        every.with_repeats = true;
        every.limit = 10'000;
        const auto runs = history.runs(every);
        for (const store::RunRow& run : *runs) {
            out += "run " + std::to_string(run.number) + " " + run.flow + " " + run.key + " " +
                   std::to_string(run.event) + " " + run.value + " " + run.status + " " + run.good +
                   "/" + run.bad + " " + std::to_string(run.opened.us) + " " +
                   std::to_string(run.closed.us) + "\n";
            const auto outcomes = history.outcomes(run.number);
            for (const store::OutcomeRow& one : *outcomes)
                out += "  " + one.host + " " + one.action + " " + one.outcome + " " +
                       std::to_string(one.code) + " " + std::to_string(one.at.us) + "\n";
        }
        store::NoteQuery all;
        all.limit = 100'000;
        const auto notes_kept = history.notes(all);
        for (const store::NoteRow& note : *notes_kept)
            out += "note " + std::to_string(note.position) + " " + note.kind + " " +
                   std::to_string(note.run) + " " + note.flow + " " + note.host + " " +
                   note.detail + "\n";
        return out;
    }
    std::string rows_of_file() const
    {
        auto history = store::History::open(options.state + "/history.sqlite");
        return history.ok() ? rows(**history) : history.failure().message;
    }
    void work(int readings)
    {
        performer.answer = good();
        for (int i = 0; i < readings; ++i) {
            clock.advance(minutes(2));
            commit(reading(i % 2 == 0 ? 60 : 80));
        }
        settle();
    }
};

TEST_F(RebuildTest, GivesTheSameRows)
{
    flows = {closet(), relay()};
    start();
    work(40);
    const std::string fed = rows(runtime->history());
    ASSERT_NE(fed.find("run 10 "), std::string::npos) << fed;
    ASSERT_NE(fed.find("foo stop verified"), std::string::npos) << fed;
    crash();
    const auto report = rebuild_history(options.state);
    ASSERT_TRUE(report.ok()) << report.failure().message;
    EXPECT_EQ(rows_of_file(), fed);
    EXPECT_EQ(report->complete_from.number, 1U);
    EXPECT_EQ(report->gone_runs, 0U);
    EXPECT_EQ(describe(*report),
              "the history is complete from e-1 to " + engine::to_string(report->last) + ": " +
                  std::to_string(report->runs) + " runs");
}

TEST_F(RebuildTest, SaysWhichRunsAreGone)
{
    options.snapshot_after_bytes = 1500;
    options.segment_bytes = 4096;
    options.keep_bytes = 12'000;
    start();
    work(60);
    crash();
    const auto report = rebuild_history(options.state);
    ASSERT_TRUE(report.ok()) << report.failure().message;
    EXPECT_GT(report->complete_from.number, 1U);
    ASSERT_GT(report->gone_runs, 0U);
    auto history = store::History::open(options.state + "/history.sqlite");
    ASSERT_TRUE(history.ok());
    EXPECT_FALSE((*history)->run(report->gone_runs).ok());
    EXPECT_TRUE((*history)->run(report->gone_runs + 1).ok());
    EXPECT_NE(describe(*report).find("r-1 to r-" + std::to_string(report->gone_runs) +
                                     " are gone: their segments were dropped"),
              std::string::npos);
}

TEST_F(RebuildTest, CountsGoneRunsWhenNoneIsLeft)
{
    start();
    work(40);
    options.snapshot_after_bytes = 1500;
    options.segment_bytes = 2048;
    options.keep_bytes = 1;
    restart();
    const std::uint64_t runs = runtime->engine().state().counters.find("")->next_run - 1;
    ASSERT_GT(runs, 2U);
    performer.answer = good();
    for (int i = 0; i < 100; ++i)
        commit(reading(10));
    crash();
    const auto report = rebuild_history(options.state);
    ASSERT_TRUE(report.ok()) << report.failure().message;
    EXPECT_EQ(report->runs, 0U);
    EXPECT_EQ(report->gone_runs, runs);
}

TEST_F(RebuildTest, ADamagedHistoryIsReplaced)
{
    start();
    work(10);
    const std::string fed = rows(runtime->history());
    crash();
    for (const char* ending : {"", "-wal"})
        std::ofstream{options.state + "/history.sqlite" + ending} << "this is not a database";
    ASSERT_TRUE(rebuild_history(options.state).ok());
    EXPECT_EQ(rows_of_file(), fed);
}

TEST_F(RebuildTest, RefusesBesideARunningServer)
{
    start();
    const auto report = rebuild_history(options.state);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.failure().code, Code::conflict);
    EXPECT_NE(report.failure().message.find("process " + std::to_string(::getpid())),
              std::string::npos);
}

TEST_F(RebuildTest, ADamagedJournalKeepsTheOldHistory)
{
    start();
    work(10);
    const std::string fed = rows(runtime->history());
    crash();
    const std::string segment = options.state + "/journal/segment-000000000001";
    std::fstream file{segment, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(400);
    file.put('\x7f');
    file.close();
    const auto report = rebuild_history(options.state);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.failure().code, Code::corrupt);
    EXPECT_EQ(rows_of_file(), fed);
}

TEST_F(RebuildTest, NoStateFolder)
{
    const auto report = rebuild_history(options.state);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.failure().code, Code::not_found);
}

TEST_F(RebuildTest, AStartFillsALostHistory)
{
    start();
    work(20);
    const std::string fed = rows(runtime->history());
    crash();
    for (const char* ending : {"", "-wal", "-shm"})
        std::filesystem::remove(options.state + "/history.sqlite" + ending);
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(rows(runtime->history()), fed);
}

TEST_F(RebuildTest, AHistoryAheadOfTheJournalIsMadeAnew)
{
    start();
    work(20);
    crash();
    {
        auto history = store::History::open(options.state + "/history.sqlite");
        (*history)->begin();
        store::NoteRow future;
        future.position = 100'000;
        future.kind = "from a future that the power took";
        (*history)->add_note(future);
        ASSERT_TRUE((*history)->commit(engine::Position{100'000}).ok());
    }
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(rows(runtime->history()).find("from a future"), std::string::npos);
    EXPECT_EQ(runtime->history().runs({})->size(), 10U);
}

}  // namespace
}  // namespace reops::runtime

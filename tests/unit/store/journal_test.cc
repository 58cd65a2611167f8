// SPDX-License-Identifier: Apache-2.0
#include "store/journal/journal.hh"

#include "tests/unit/store/journal_fixture.hh"

namespace reops::store {
namespace {

TEST_F(JournalTest, FindsWhatWasCommitted)
{
    must_open();
    EXPECT_EQ(journal->first(), engine::Position{});
    EXPECT_EQ(journal->last(), engine::Position{});
    commit_up_to(100);
    EXPECT_EQ(found(), up_to(100));
    must_open();
    EXPECT_TRUE(damages.empty());
    EXPECT_EQ(journal->first().number, 1U);
    EXPECT_EQ(journal->last().number, 100U);
    EXPECT_EQ(found(), up_to(100));
    EXPECT_EQ(found(64), up_to(100, 64));
    commit_up_to(120);
    must_open();
    EXPECT_EQ(found(), up_to(120));
    EXPECT_GT(names().size(), 5U) << "over several segments";
}

TEST_F(JournalTest, ReadsUntilItIsTold)
{
    must_open();
    commit_up_to(50);
    std::uint64_t last = 0;
    ASSERT_TRUE(journal
                    ->read_from(engine::Position{10},
                                [&](engine::Position at, std::uint32_t, std::string_view) {
                                    last = at.number;
                                    return last < 20;
                                })
                    .ok());
    EXPECT_EQ(last, 20U);
}

TEST_F(JournalTest, OneSyncForEachCommitAndOneDirectorySyncForEachSegment)
{
    options.segment_bytes = 1 << 20;
    must_open();
    const std::uint64_t opened = files.faults.directory_syncs;
    commit_up_to(1);
    EXPECT_EQ(files.faults.directory_syncs, opened + 1);
    const std::uint64_t syncs = files.faults.syncs;
    commit_up_to(11);
    EXPECT_EQ(files.faults.syncs, syncs + 10);
    EXPECT_EQ(files.faults.directory_syncs, opened + 1);
    EXPECT_EQ(journal->stats().syncs, 11U);
}

TEST_F(JournalTest, SegmentsAreReservedAndCutWhenTheyAreFull)
{
    must_open();
    commit_up_to(1);
    EXPECT_EQ(std::filesystem::file_size(segment(1)), 4096U);
    commit_up_to(60);
    EXPECT_LT(std::filesystem::file_size(segment(1)), 4096U) << "the unused room is given back";
    EXPECT_EQ(std::filesystem::file_size(directory() + "/reserve"), 4096U);
}

TEST_F(JournalTest, ACommitLargerThanASegmentGetsOneOfItsOwn)
{
    must_open();
    commit_up_to(1);
    const std::string big(10'000, 'b');
    ASSERT_TRUE(journal->commit(engine::Position{2}, 7, big).ok());
    must_open();
    EXPECT_EQ(journal->last().number, 8U);
    std::string got;
    ASSERT_TRUE(journal
                    ->replay(engine::Position{2},
                             [&](engine::Position, std::uint32_t count, std::string_view bytes) {
                                 EXPECT_EQ(count, 7U);
                                 got = bytes;
                             })
                    .ok());
    EXPECT_EQ(got, big);
}

TEST_F(JournalTest, DropsWhatIsOlderThanTheGivenPositionBySizeAndAge)
{
    must_open();
    commit_up_to(200);
    const Time now{1'000'000'000'000'000'0};
    const auto segments = [&] { return names().size() - 1; };  // one is the reserve
    const std::size_t all = segments();
    ASSERT_TRUE(journal->drop_before(engine::Position{0}, 0, Duration{}, now).ok());
    EXPECT_EQ(segments(), all) << "nothing is newer";
    ASSERT_TRUE(
        journal->drop_before(engine::Position{150}, 1 << 30, hours(24 * 365'000), now).ok());
    EXPECT_EQ(segments(), all) << "neither too much nor too old";
    ASSERT_TRUE(journal->drop_before(engine::Position{200}, 10'000, hours(24 * 365'000), now).ok());
    EXPECT_LT(segments(), all) << "too much";
    EXPECT_GE(segments(), 3U) << "but not less than is to be kept";
    const std::size_t some = segments();
    ASSERT_TRUE(journal->drop_before(engine::Position{200}, 1 << 30, hours(1), now).ok());
    EXPECT_LT(segments(), some) << "too old";
    EXPECT_EQ(journal->last().number, 200U);
    const engine::Position first = journal->first();
    EXPECT_GT(first.number, 1U);
    const auto older = journal->read_from(engine::Position{first.number - 1},
                                          [](auto, auto, auto) { return true; });
    ASSERT_FALSE(older.ok());
    EXPECT_EQ(older.failure().code, Code::not_found);
    must_open();
    EXPECT_EQ(journal->first(), first);
    EXPECT_EQ(found().back(), 200U);
}

TEST_F(JournalTest, ASegmentIsDroppedOnlyWhole)
{
    must_open();
    commit_up_to(200);
    const Time now{1'000'000'000'000'000'0};
    ASSERT_TRUE(journal->drop_before(engine::Position{100}, 0, Duration{}, now).ok());
    EXPECT_LE(journal->first().number, 100U) << "position 100 itself is still there";
    EXPECT_EQ(found(100), up_to(200, 100));
}

TEST_F(JournalTest, AnEmptyLastSegmentRemembersWhereItBegan)
{
    must_open();
    commit_up_to(60);
    const std::string last = directory() + "/" + names().back();
    // A segment that was made and never written to, as a crash leaves it.
    const int number = std::stoi(last.substr(last.size() - 12)) + 1;
    std::string bytes = encode_segment_header(
        {.segment = static_cast<std::uint64_t>(number), .first = engine::Position{61}});
    bytes.resize(4096, '\0');
    write(segment(number), bytes);
    must_open();
    EXPECT_TRUE(damages.empty());
    EXPECT_EQ(journal->last().number, 60U);
    commit_up_to(70);
    must_open();
    EXPECT_EQ(found(), up_to(70));
}

TEST_F(JournalTest, ANewerFormatIsRefusedWithTheWayBack)
{
    must_open();
    commit_up_to(60);
    journal.reset();
    std::string bytes = read(segment(1));
    bytes[8] = 2;
    write(segment(1), bytes);
    const auto opened = open();
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.failure().code, Code::unsupported);
    EXPECT_EQ(
        opened.failure().message,
        segment(1) + " was written by a newer reops (journal format 2, this program reads 1)");
    EXPECT_EQ(opened.failure().details,
              "start the newer reops again, or restore a backup that this version wrote");
    EXPECT_EQ(read(segment(1)), bytes) << "it is left as it is";
}

TEST_F(JournalTest, AFailedSyncIsFatal)
{
    must_open();
    commit_up_to(5);
    files.faults.on_sync = [](const std::string& path) { return test::disk_failed(path); };
    const auto failed = commit(6);
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.failure().code, Code::internal);
    EXPECT_TRUE(journal->is_broken());
    files.faults.on_sync = {};
    const std::uint64_t syncs = files.faults.syncs;
    EXPECT_FALSE(commit(6).ok()) << "a second fdatasync may lie: it is not asked";
    EXPECT_EQ(files.faults.syncs, syncs);
    must_open();
    commit_up_to(10);
    must_open();
    EXPECT_EQ(found(), up_to(10));
}

TEST_F(JournalTest, AFullDiskIsWaitedForOnTheReserve)
{
    must_open();
    commit_up_to(5);
    files.faults.on_reserve = [this](const std::string& path) {
        // Room for what the reserve gave back, not for a whole segment.
        const bool small = !std::filesystem::exists(directory() + "/reserve");
        return small && !path.ends_with("reserve") ? Result<void>{}
                                                   : Result<void>{test::disk_full(path)};
    };
    std::uint64_t next = 6;
    while (!journal->is_low() && next < 200)
        ASSERT_TRUE(commit(next++).ok());
    ASSERT_TRUE(journal->is_low()) << "the first segment is full";
    EXPECT_FALSE(std::filesystem::exists(directory() + "/reserve"));
    EXPECT_FALSE(journal->find_room());
    ASSERT_TRUE(commit(next++).ok()) << "a look for room does not close the small segment";
    files.faults.on_reserve = [](const std::string& path) { return test::disk_full(path); };
    while (commit(next).ok())
        ASSERT_LT(++next, 200U);
    EXPECT_EQ(commit(next).failure().code, Code::conflict);
    EXPECT_FALSE(journal->is_broken());
    EXPECT_EQ(found(), up_to(next - 1)) << "nothing of the refused one is there";
    files.faults.on_reserve = {};
    EXPECT_TRUE(journal->find_room());
    EXPECT_FALSE(journal->is_low());
    EXPECT_EQ(std::filesystem::file_size(directory() + "/reserve"), 4096U);
    commit_up_to(next + 50);
    must_open();
    EXPECT_TRUE(damages.empty());
    EXPECT_EQ(found(), up_to(next + 50));
}

TEST_F(JournalTest, AWriteThatFoundNoRoomLeavesNothingBehind)
{
    must_open();
    commit_up_to(5);
    files.faults.on_write = [](const std::string& path) { return test::disk_full(path); };
    EXPECT_EQ(commit(6).failure().code, Code::conflict);
    EXPECT_EQ(found(), up_to(5));
    files.faults.on_write = {};
    commit_up_to(80);
    must_open();
    EXPECT_TRUE(damages.empty());
    EXPECT_EQ(found(), up_to(80));
}

TEST_F(JournalTest, AnUnreadableFileIsNotCut)
{
    must_open();
    commit_up_to(60);
    journal.reset();
    const std::string before = read(segment(2));
    files.faults.on_read = [this, first = true](const std::string& path) mutable {
        // The header can be read, what follows cannot.
        if (path != segment(2) || std::exchange(first, false))
            return Result<void>{};
        return Result<void>{Failure{Code::internal, "reading " + path + ": Input/output error"}};
    };
    const auto opened = open();
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.failure().message.find("Input/output error"), std::string::npos);
    EXPECT_EQ(read(segment(2)), before);
}

}  // namespace
}  // namespace reops::store

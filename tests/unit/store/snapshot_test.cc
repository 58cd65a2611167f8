// SPDX-License-Identifier: Apache-2.0
#include "store/snapshot.hh"

#include "tests/unit/store/journal_fixture.hh"

namespace reops::store {
namespace {

class SnapshotTest : public JournalTest {
protected:
    SnapshotTest() { std::filesystem::create_directories(directory()); }

    void put(std::uint64_t position, const std::string& text)
    {
        const auto written = write_snapshot(directory(), engine::Position{position}, text, files);
        ASSERT_TRUE(written.ok()) << written.failure().message;
    }
    std::string path(std::uint64_t position) const
    {
        const std::string digits = std::to_string(position);
        return directory() + "/snapshot-" + std::string(20 - digits.size(), '0') + digits;
    }
    Snapshot latest()
    {
        passed_over.clear();
        auto loaded = load_latest_snapshot(directory(), &passed_over, files);
        EXPECT_TRUE(loaded.ok());
        EXPECT_TRUE(loaded.ok() && loaded->has_value());
        return loaded.ok() && loaded->has_value() ? **loaded : Snapshot{};
    }
    std::string passed_over;
};

TEST_F(SnapshotTest, NoneAtFirst)
{
    EXPECT_FALSE(load_latest_snapshot(directory())->has_value());
    EXPECT_EQ(droppable_before(directory()), engine::Position{});
}

TEST_F(SnapshotTest, TheLastTwoAreKept)
{
    put(9, "nine");
    EXPECT_EQ(droppable_before(directory()), engine::Position{}) << "one may be damaged";
    put(10, "ten");
    EXPECT_EQ(droppable_before(directory()).number, 9U);
    put(100, "hundred");
    EXPECT_EQ(droppable_before(directory()).number, 10U);
    EXPECT_EQ(names().size(), 2U);
    EXPECT_EQ(latest().position.number, 100U);
    EXPECT_EQ(latest().payload, "hundred");
}

TEST_F(SnapshotTest, AnyDamageFallsBackToTheOneBefore)
{
    put(10, "ten");
    put(100, "hundred");
    const std::string good = read(path(100));
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bytes = good;
        bytes[at] = static_cast<char>(bytes[at] ^ 1);  // of the version it makes 0
        write(path(100), bytes);
        EXPECT_EQ(latest().position.number, 10U) << at;
        EXPECT_EQ(passed_over, path(100)) << at;
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
        write(path(100), std::string_view{good}.substr(0, size));
        EXPECT_EQ(latest().position.number, 10U) << size;
    }
}

TEST_F(SnapshotTest, ANewerFormatIsRefusedWithTheWayBack)
{
    put(10, "ten");
    put(100, "hundred");
    std::string bytes = read(path(100));
    bytes[8] = 2;
    write(path(100), bytes);
    const auto loaded = load_latest_snapshot(directory());
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.failure().code, Code::unsupported);
    EXPECT_EQ(
        loaded.failure().message,
        path(100) + " was written by a newer reops (snapshot format 2, this program reads 1)");
    EXPECT_FALSE(loaded.failure().details.empty());
}

TEST_F(SnapshotTest, AFailedOneLeavesTheOthers)
{
    put(10, "ten");
    put(20, "twenty");
    files.faults.on_write = [](const std::string& where) { return test::disk_full(where); };
    EXPECT_EQ(write_snapshot(directory(), engine::Position{30}, "thirty", files).failure().code,
              Code::conflict);
    EXPECT_EQ(names().size(), 2U) << "no half file is left";
    EXPECT_EQ(latest().payload, "twenty");
}

}  // namespace
}  // namespace reops::store

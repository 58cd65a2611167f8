// SPDX-License-Identifier: Apache-2.0
#include "store/journal/power_cut.hh"

#include "store/snapshot.hh"
#include "tests/unit/store/journal_fixture.hh"

#include <sys/wait.h>
#include <unistd.h>

namespace reops::store {
namespace {

class PowerCutTest : public JournalTest {
protected:
    void SetUp() override
    {
        if (make_power_cut_files(side()).ok())
            return;
        GTEST_SKIP() << "a build without crash points";
    }
    std::string side() const { return (folder / "side").string(); }
    std::string at(const std::string& name) const { return (folder / name).string(); }
    /// The power goes, and comes back.
    void cut()
    {
        journal.reset();
        held.reset();
        power.reset();
        auto made = make_power_cut_files(side());
        ASSERT_TRUE(made.ok()) << made.failure().message;
        power = std::move(*made);
        options.files = power.get();
    }
    void hold(const std::string& name)
    {
        auto file = power->open(at(name), true);
        ASSERT_TRUE(file.ok());
        held = std::move(*file);
    }

    std::unique_ptr<FileLayer> power;
    std::unique_ptr<File> held;
};

TEST_F(PowerCutTest, TakesBackBytesUntilTheyAreSynced)
{
    write(at("file"), "0123456789");
    cut();
    hold("file");
    ASSERT_TRUE(held->write_at(2, "ab").ok());
    ASSERT_TRUE(held->sync().ok());
    ASSERT_TRUE(held->write_at(4, "cd").ok());
    ASSERT_TRUE(held->write_at(3, "xyz").ok());
    ASSERT_TRUE(held->write_at(8, "longer").ok());
    ASSERT_TRUE(held->truncate(6).ok());
    ASSERT_TRUE(held->reserve(100).ok());
    cut();
    EXPECT_EQ(read(at("file")), "01ab456789");
    cut();
    EXPECT_EQ(read(at("file")), "01ab456789") << "once";
}

TEST_F(PowerCutTest, TakesBackNamesUntilTheirDirectoryIsSynced)
{
    write(at("old"), "old");
    write(at("going"), "going");
    write(at("over"), "over");
    cut();
    hold("new");
    ASSERT_TRUE(held->write_at(0, "new").ok());
    ASSERT_TRUE(held->sync().ok()) << "its bytes are safe, its name is not";
    ASSERT_TRUE(power->rename(at("old"), at("over")).ok());
    ASSERT_TRUE(power->remove(at("going")).ok());
    ASSERT_TRUE(power->make_directory(at("folder")).ok());
    cut();
    EXPECT_FALSE(std::filesystem::exists(at("new")));
    EXPECT_FALSE(std::filesystem::exists(at("folder")));
    EXPECT_EQ(read(at("old")), "old");
    EXPECT_EQ(read(at("over")), "over");
    EXPECT_EQ(read(at("going")), "going");
    ASSERT_TRUE(power->rename(at("old"), at("over")).ok());
    ASSERT_TRUE(power->remove(at("going")).ok());
    ASSERT_TRUE(power->sync_directory(folder.path().string()).ok());
    cut();
    EXPECT_FALSE(std::filesystem::exists(at("old")));
    EXPECT_FALSE(std::filesystem::exists(at("going")));
    EXPECT_EQ(read(at("over")), "old");
}

TEST_F(PowerCutTest, NoCommitIsLostAndNoneIsHalfSeen)
{
    for (std::uint64_t last = 1; last <= 40; ++last) {
        cut();
        must_open();
        ASSERT_EQ(found(), up_to(last - 1));
        commit_up_to(last);
        if (last % 9 == 0) {
            ASSERT_TRUE(write_snapshot(directory(), engine::Position{last}, "state", *power).ok());
        }
    }
    cut();
    EXPECT_EQ(load_latest_snapshot(directory())->value().position.number, 36U);
}

TEST_F(PowerCutTest, WithoutSyncsThePowerTakesWhatWasCommitted)
{
    cut();
    options.sync = false;
    must_open();
    commit_up_to(20);
    must_open();
    EXPECT_EQ(found(), up_to(20)) << "another start alone loses nothing";
    commit_up_to(25);
    cut();
    must_open();
    EXPECT_EQ(found(), up_to(20)) << "if this finds all, the cut takes nothing and proves nothing";
}

TEST_F(PowerCutTest, AKilledProcessLosesTheSame)
{
    write(at("file"), "before");
    const pid_t child = ::fork();
    if (child == 0) {
        auto made = make_power_cut_files(side());
        auto file = (*made)->open(at("file"), false);
        (void)(*file)->write_at(0, "BEF").ok();
        (void)(*file)->sync().ok();
        (void)(*file)->write_at(3, "ORE").ok();
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(read(at("file")), "BEFORE") << "a kill alone loses nothing";
    const auto taken = cut_power(side());
    ASSERT_TRUE(taken.ok());
    EXPECT_EQ(*taken, 1U);
    EXPECT_EQ(read(at("file")), "BEFore");
}

}  // namespace
}  // namespace reops::store

// SPDX-License-Identifier: Apache-2.0
// Changes of files, told once they are over.
#include "io/tree_watch.hh"

#include "tests/support/temp_dir.hh"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace reops::io {
namespace {

class TreeWatchTest : public testing::Test {
protected:
    void watch(Duration quiet)
    {
        auto made = TreeWatch::make(loop, root.string(), quiet, [this] { ++changes; });
        ASSERT_TRUE(made.ok()) << made.failure().message;
        tree = std::move(*made);
    }
    void write(const std::string& name, const std::string& text) const
    {
        std::ofstream{root / name} << text;
    }
    bool changed(int times)
    {
        return loop.run_until([&] { return changes >= times; }, seconds(10));
    }
    bool stays_quiet()
    {
        const int before = changes;
        return !loop.run_until([&] { return changes > before; }, milliseconds(60));
    }

    test::TempDir folder;
    std::filesystem::path root = folder / "flows";
    EventLoop loop;
    std::unique_ptr<TreeWatch> tree;
    int changes = 0;
};

TEST_F(TreeWatchTest, ABurstIsOneChange)
{
    std::filesystem::create_directory(root);
    watch(milliseconds(20));
    EXPECT_TRUE(stays_quiet());
    for (int i = 0; i < 20; ++i)
        write("a.clj", std::to_string(i));
    std::filesystem::rename(root / "a.clj", root / "b.clj");
    ASSERT_TRUE(changed(1));
    EXPECT_TRUE(stays_quiet());
    EXPECT_EQ(changes, 1);
    std::filesystem::remove(root / "b.clj");
    EXPECT_TRUE(changed(2));
}

TEST_F(TreeWatchTest, WaitsForQuiet)
{
    std::filesystem::create_directory(root);
    watch(milliseconds(500));
    for (int i = 0; i < 6; ++i) {
        write("a.clj", std::to_string(i));
        EXPECT_TRUE(stays_quiet()) << "it changed " << i << " times, 60 ms apart";
    }
    EXPECT_TRUE(changed(1));
}

TEST_F(TreeWatchTest, SeesFoldersThatAreMadeLater)
{
    std::filesystem::create_directories(root / "old");
    watch(milliseconds(10));
    write("old/a.clj", "1");
    ASSERT_TRUE(changed(1));
    std::filesystem::create_directory(root / "new");
    ASSERT_TRUE(changed(2));
    write("new/a.clj", "1");
    EXPECT_TRUE(changed(3));
}

TEST_F(TreeWatchTest, AFolderThatGoesAndComesBackIsTwoChanges)
{
    std::filesystem::create_directory(root);
    watch(milliseconds(10));
    std::filesystem::rename(root, folder / "elsewhere");
    ASSERT_TRUE(changed(1));
    EXPECT_TRUE(stays_quiet());
    std::filesystem::rename(folder / "elsewhere", root);
    ASSERT_TRUE(changed(2));
    write("a.clj", "1");
    EXPECT_TRUE(changed(3));
}

TEST_F(TreeWatchTest, SaysWhatIsMissing)
{
    const auto made = TreeWatch::make(loop, root.string(), milliseconds(10), [] {});
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.failure().code, Code::not_found);
}

}  // namespace
}  // namespace reops::io

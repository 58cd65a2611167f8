// SPDX-License-Identifier: Apache-2.0
#include "io/files.hh"

#include "tests/support/temp_dir.hh"
#include "tests/unit/io/files_of_test.hh"

#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reops::io {
namespace {

unsigned mode_of(const std::string& path)
{
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 07777U : 0U;
}

class Files : public testing::Test {
protected:
    std::string at(const std::string& name) const { return (folder / name).string(); }

    test::TempDir folder;
};

TEST_F(Files, ReadWholeUpToTheLimit)
{
    const std::string big(100'000, 'x');
    put(at("big"), big);
    EXPECT_EQ(*read_file(at("big"), big.size()), big);
    const auto too_big = read_file(at("big"), big.size() - 1);
    ASSERT_FALSE(too_big.ok());
    EXPECT_EQ(too_big.failure().code, Code::invalid_argument);
    EXPECT_EQ(too_big.failure().message, "`" + at("big") + "` has more than 99999 bytes");
    EXPECT_EQ(read_file(at("none"), 1).failure().code, Code::not_found);
    EXPECT_EQ(read_file(folder.path().string(), 1).failure().code, Code::invalid_argument);
    EXPECT_TRUE(read_file("/proc/self/stat", 4096).ok());
}

TEST_F(Files, ReplaceAtOnceWithTheirMode)
{
    put(at("file"), "old");
    put(at("file.new"), "left by a crash");
    ASSERT_TRUE(write_file_atomically(at("file"), "new").ok());
    EXPECT_EQ(text_of(at("file")), "new");
    EXPECT_EQ(mode_of(at("file")), 0600U);
    ASSERT_TRUE(write_file_atomically(at("file"), "newer", 0644).ok());
    EXPECT_EQ(mode_of(at("file")), 0644U);
    EXPECT_FALSE(std::filesystem::exists(at("file.new")));
    const auto nowhere = write_file_atomically(at("none/file"), "x");
    ASSERT_FALSE(nowhere.ok());
    EXPECT_EQ(nowhere.failure().code, Code::not_found);
}

TEST_F(Files, AFailedReplacementLeavesTheOldOne)
{
    std::filesystem::create_directory(at("target"));
    EXPECT_FALSE(write_file_atomically(at("target"), "x").ok());
    EXPECT_TRUE(std::filesystem::is_directory(at("target")));
    EXPECT_FALSE(std::filesystem::exists(at("target.new")));
}

TEST_F(Files, PrivateFoldersAreMadeAndTightened)
{
    ASSERT_TRUE(make_private_directory(at("a/b/c")).ok());
    EXPECT_EQ(mode_of(at("a/b/c")), 0700U);
    EXPECT_EQ(mode_of(at("a")), 0700U);
    ::chmod(at("a").c_str(), 0755);
    ASSERT_TRUE(make_private_directory(at("a")).ok());
    EXPECT_EQ(mode_of(at("a")), 0700U);
    put(at("plain"), "");
    EXPECT_FALSE(make_private_directory(at("plain")).ok());
    if (::geteuid() != 0) {
        EXPECT_EQ(make_private_directory("/usr").failure().code, Code::denied);
    }
}

TEST_F(Files, TheLockHasOneHolder)
{
    auto held = std::make_optional(LockFile::acquire(at("lock")));
    ASSERT_TRUE(held->ok());
    const auto second = LockFile::acquire(at("lock"));
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.failure().code, Code::conflict);
    EXPECT_EQ(second.failure().message,
              "`" + at("lock") + "` is held by process " + std::to_string(::getpid()));
    held.reset();
    EXPECT_TRUE(LockFile::acquire(at("lock")).ok());
    EXPECT_EQ(LockFile::acquire(at("none/lock")).failure().code, Code::not_found);
}

TEST_F(Files, TheLockEndsWithItsHolder)
{
    const pid_t other = ::fork();
    ASSERT_GE(other, 0);
    if (other == 0) {
        const auto held = LockFile::acquire(at("lock"));
        ::_exit(held.ok() && !LockFile::acquire(at("lock")).ok() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(other, &status, 0), other);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(LockFile::acquire(at("lock")).ok());
}

TEST_F(Files, FreeSpaceIsKnown)
{
    const auto space = free_space(folder.path().string());
    ASSERT_TRUE(space.ok());
    EXPECT_GT(*space, 1'000'000U);
    EXPECT_EQ(free_space(at("none")).failure().code, Code::not_found);
}

}  // namespace
}  // namespace reops::io

// SPDX-License-Identifier: Apache-2.0
// Which files of a folder are flow files, and which folders are refused.
#include "app/flow_files.hh"

#include "tests/support/temp_dir.hh"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace reops::app {
namespace {

namespace fs = std::filesystem;

class FlowFilesTest : public testing::Test {
protected:
    FlowFilesTest()
    {
        fs::create_directory(root);
        fs::permissions(root, fs::perms::owner_all);
    }
    void write(const std::string& name, const std::string& text = "nil") const
    {
        if (!fs::exists((root / name).parent_path())) {
            fs::create_directories((root / name).parent_path());
            fs::permissions((root / name).parent_path(), fs::perms::owner_all);
        }
        std::ofstream{root / name} << text;
        fs::permissions(root / name, fs::perms::owner_read | fs::perms::owner_write);
    }
    std::string names() const
    {
        const auto files = read_flow_files(root.string());
        if (!files.ok())
            return files.failure().message;
        std::string out;
        for (const FlowFile& file : *files)
            out += file.name + ' ';
        return out;
    }

    test::TempDir folder;
    fs::path root = folder / "flows";
};

TEST_F(FlowFilesTest, ComeInOrderOfPath)
{
    for (const char* name :
         {"b.clj", "a/z.clj", "a.clj", "notes.md", ".#b.clj", "#b.clj#", ".git/x.clj"})
        write(name);
    EXPECT_EQ(names(), "a/z.clj a.clj b.clj ");
}

TEST_F(FlowFilesTest, OneFileIsEnough)
{
    write("a.clj", "(+ 1 2)");
    const auto files = read_flow_files((root / "a.clj").string());
    ASSERT_TRUE(files.ok());
    ASSERT_EQ(files->size(), 1U);
    EXPECT_EQ((*files)[0].name, "a.clj");
    EXPECT_EQ((*files)[0].text, "(+ 1 2)");
}

TEST_F(FlowFilesTest, WhatOthersCanWriteIsRefused)
{
    write("a.clj");
    fs::permissions(root / "a.clj", fs::perms::others_write, fs::perm_options::add);
    EXPECT_NE(names().find("a.clj can be written by others"), std::string::npos) << names();
    fs::permissions(root / "a.clj", fs::perms::others_write, fs::perm_options::remove);
    fs::permissions(root, fs::perms::group_write, fs::perm_options::add);
    EXPECT_NE(names().find("flows can be written by others"), std::string::npos) << names();
}

TEST_F(FlowFilesTest, ALinkThatLeavesTheFolderIsRefused)
{
    write("a.clj");
    fs::create_symlink("a.clj", root / "b.clj");
    EXPECT_EQ(names(), "a.clj b.clj ");
    std::ofstream{folder / "outside.clj"} << "nil";
    fs::create_symlink("../outside.clj", root / "c.clj");
    EXPECT_NE(names().find("c.clj is a link that leaves"), std::string::npos) << names();
}

TEST_F(FlowFilesTest, TooLargeAndAbsentAreSaidSo)
{
    write("a.clj", std::string((1 << 20) + 1, ' '));
    EXPECT_NE(names().find("a flow file has at most 1 MiB"), std::string::npos) << names();
    const auto none = read_flow_files((root / "nowhere").string());
    ASSERT_FALSE(none.ok());
    EXPECT_EQ(none.failure().code, Code::not_found);
}

}  // namespace
}  // namespace reops::app

// SPDX-License-Identifier: Apache-2.0
#include "io/crash_plan.hh"

#include "base/crash_point.hh"
#include "tests/support/temp_dir.hh"
#include "tests/unit/io/files_of_test.hh"

#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reops::io {
namespace {

#ifdef REOPS_CHECKED

/// How a process ends that follows the plan and passes "a" three times and "b:c" once.
int end_of(const CrashPlan& plan)
{
    const pid_t child = ::fork();
    if (child == 0) {
        if (!install_crash_plan(plan).ok())
            ::_exit(9);
        for (int i = 0; i < 3; ++i) {
            REOPS_BEFORE("a");
            REOPS_AFTER("a");
        }
        REOPS_BEFORE("b:c");
        REOPS_AFTER("b:c");
        ::_exit(0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

TEST(CrashPlan, ListsEveryPassing)
{
    const test::TempDir folder;
    EXPECT_EQ(end_of({"", (folder / "list").string()}), 0);
    EXPECT_EQ(text_of(folder / "list"),
              "a:1:before\na:1:after\na:2:before\na:2:after\na:3:before\na:3:after\n"
              "b:c:1:before\nb:c:1:after\n");
}

TEST(CrashPlan, DiesAtTheNamedPassingAndNowhereElse)
{
    const test::TempDir folder;
    const std::string list = (folder / "list").string();
    const int status = end_of({"a:2:after", list});
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    EXPECT_EQ(text_of(list), "a:1:before\na:1:after\na:2:before\na:2:after\n");
    EXPECT_TRUE(WIFSIGNALED(end_of({"b:c:1:before", ""})));
    EXPECT_EQ(end_of({"a:4:before", ""}), 0);
    EXPECT_EQ(end_of({"c:1:before", ""}), 0);
}

TEST(CrashPlan, EveryLineOfTheListIsAPlan)
{
    const test::TempDir folder;
    end_of({"", (folder / "list").string()});
    const std::string list = text_of(folder / "list");
    int deaths = 0;
    for (std::size_t begin = 0; begin < list.size();) {
        const std::size_t end = list.find('\n', begin);
        deaths += WIFSIGNALED(end_of({list.substr(begin, end - begin), ""})) ? 1 : 0;
        begin = end + 1;
    }
    EXPECT_EQ(deaths, 8);
}

TEST(CrashPlan, RefusesWhatItCannotRead)
{
    for (const char* wrong : {"a",
                              "a:1",
                              "a:0:before",
                              "a:x:after",
                              "a:1:during",
                              ":1:after",
                              "a:-1:after",
                              "a:1x:after",
                              "::"}) {
        const auto result = install_crash_plan({wrong, ""});
        ASSERT_FALSE(result.ok()) << wrong;
        EXPECT_EQ(result.failure().code, Code::invalid_argument);
    }
    EXPECT_EQ(install_crash_plan({"", "/no/such/folder/list"}).failure().code, Code::not_found);
}

#else

TEST(CrashPlan, IsRefusedInAReleaseBuild)
{
    EXPECT_EQ(install_crash_plan({"a:1:after", ""}).failure().code, Code::unsupported);
}

#endif

TEST(CrashPlan, NoPlanIsFine)
{
    EXPECT_TRUE(install_crash_plan({}).ok());
}

}  // namespace
}  // namespace reops::io

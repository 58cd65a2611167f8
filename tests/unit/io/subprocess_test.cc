// SPDX-License-Identifier: Apache-2.0
#include "io/subprocess.hh"

#include "io/detail/child_watch.hh"
#include "io/detail/launch.hh"
#include "io/unique_fd.hh"
#include "tests/support/temp_dir.hh"
#include "tests/unit/io/files_of_test.hh"

#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reops::io {
namespace {

constexpr Duration patience = seconds(20);

/// A started child and what it said.
struct Observed {
    explicit Observed(EventLoop& its_loop, const SpawnOptions& options) : loop(its_loop)
    {
        auto spawned = spawn(loop, options);
        EXPECT_TRUE(spawned.ok()) << (spawned.ok() ? "" : spawned.failure().message);
        if (!spawned.ok())
            return;
        child = std::move(spawned).value();
        child->start([this](std::string_view bytes) { out += bytes; },
                     [this](std::string_view bytes) { err += bytes; },
                     [this](ExitStatus how) { exit = how; });
    }
    bool wait_for_exit()
    {
        return loop.run_until([this] { return exit.has_value(); }, patience);
    }
    bool wait_for_output(const std::string& end)
    {
        return loop.run_until([&] { return out.ends_with(end); }, patience);
    }

    EventLoop& loop;
    std::unique_ptr<Subprocess> child;
    std::string out;
    std::string err;
    std::optional<ExitStatus> exit;
};

SpawnOptions shell(const std::string& script)
{
    SpawnOptions options;
    options.argv = {"sh", "-c", script};
    return options;
}

/// Is there such a process, zombies not counted?
bool is_alive(int pid)
{
    const std::string status = text_of("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t after_name = status.rfind(") ");
    return after_name != std::string::npos && status[after_name + 2] != 'Z';
}

/// Waits for the end of a process that need not be our child.
bool ends_soon(int pid)
{
    const UniqueFd fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    if (!fd)
        return !is_alive(pid);
    pollfd waiting{fd.get(), POLLIN, 0};
    return ::poll(&waiting, 1, 10'000) == 1;
}

TEST(Subprocess, CarriesAllThreeStreamsAndTheExitStatus)
{
    EventLoop loop;
    Observed seen{loop, shell("cat; echo trouble >&2; exit 3")};
    EXPECT_TRUE(seen.child->write("one\n"));
    EXPECT_TRUE(seen.child->write("two\n"));
    seen.child->close_stdin();
    EXPECT_FALSE(seen.child->write("three\n"));
    ASSERT_TRUE(seen.wait_for_exit());
    EXPECT_EQ(seen.out, "one\ntwo\n");
    EXPECT_EQ(seen.err, "trouble\n");
    EXPECT_EQ(seen.exit->code, 3);
    EXPECT_EQ(seen.exit->signal, 0);
}

TEST(Subprocess, BigTransfersDoNotStall)
{
    EventLoop loop;
    SpawnOptions options;
    options.argv = {"cat"};
    Observed seen{loop, options};
    const std::string big(3'000'000, 'b');
    EXPECT_TRUE(seen.child->write(big));
    seen.child->close_stdin();
    ASSERT_TRUE(seen.wait_for_exit());
    EXPECT_EQ(seen.out.size(), big.size());
    EXPECT_EQ(seen.exit->code, 0);
}

TEST(Subprocess, ArgumentsAreNeverReadByAShell)
{
    EventLoop loop;
    SpawnOptions options;
    options.argv = {"printf", "%s|", "a b", "$HOME", ";exit"};
    Observed seen{loop, options};
    ASSERT_TRUE(seen.wait_for_exit());
    EXPECT_EQ(seen.out, "a b|$HOME|;exit|");
}

TEST(Subprocess, EnvironmentIsScrubbedAndAddedTo)
{
    ::setenv("REOPS_TEST_SECRET", "canary", 1);
    EventLoop loop;
    SpawnOptions options;
    options.argv = {"env"};
    options.environment = {{"ADDED", "yes"}, {"LANG", "C.UTF-8"}};
    Observed seen{loop, options};
    ASSERT_TRUE(seen.wait_for_exit());
    ::unsetenv("REOPS_TEST_SECRET");
    EXPECT_EQ(seen.out.find("canary"), std::string::npos);
    EXPECT_NE(seen.out.find("ADDED=yes\n"), std::string::npos);
    EXPECT_NE(seen.out.find("LANG=C.UTF-8\n"), std::string::npos);
    EXPECT_NE(seen.out.find("PATH="), std::string::npos);
}

TEST(Subprocess, InheritsNoDescriptorsNoMaskAndNoIgnoredSignals)
{
    EventLoop loop;                                       // ignores SIGPIPE
    const UniqueFd leaky{::open("/dev/null", O_RDONLY)};  // without close-on-exec
    SpawnOptions options;
    options.argv = {"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"};
    Observed signals{loop, options};
    Observed files{loop, shell("ls /proc/self/fd | wc -l")};
    ASSERT_TRUE(signals.wait_for_exit());
    ASSERT_TRUE(files.wait_for_exit());
    EXPECT_EQ(signals.out, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    EXPECT_EQ(files.out, "4\n");  // the three and the folder that ls reads
}

TEST(Subprocess, RunsInItsFolder)
{
    const test::TempDir folder;
    EventLoop loop;
    SpawnOptions options = shell("pwd");
    options.directory = folder.path().string();
    Observed seen{loop, options};
    ASSERT_TRUE(seen.wait_for_exit());
    EXPECT_EQ(seen.out, folder.path().string() + "\n");
}

TEST(Subprocess, AMissingProgramIsNotFoundAndNamed)
{
    EventLoop loop;
    SpawnOptions options;
    options.argv = {"reops-no-such-program"};
    const auto by_name = spawn(loop, options);
    ASSERT_FALSE(by_name.ok());
    EXPECT_EQ(by_name.failure().code, Code::not_found);
    EXPECT_NE(by_name.failure().message.find("`reops-no-such-program`"), std::string::npos);

    options.argv = {"/no/such/program"};
    const auto by_path = spawn(loop, options);
    ASSERT_FALSE(by_path.ok());
    EXPECT_EQ(by_path.failure().code, Code::not_found);
    EXPECT_EQ(by_path.failure().message, "starting `/no/such/program`: no such file or directory");
}

TEST(Subprocess, WhatCannotBeRunSaysWhy)
{
    const test::TempDir folder;
    EventLoop loop;
    SpawnOptions options;
    options.argv = {put(folder / "plain", "text")};
    EXPECT_EQ(spawn(loop, options).failure().code, Code::denied);
    ::chmod((folder / "plain").c_str(), 0700);
    EXPECT_EQ(spawn(loop, options).failure().code, Code::invalid_argument);
    options.argv = {"true"};
    options.directory = (folder / "missing").string();
    const auto result = spawn(loop, options);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.failure().code, Code::not_found);
    EXPECT_NE(result.failure().message.find("entering `"), std::string::npos);
    options.argv = {};
    EXPECT_EQ(spawn(loop, options).failure().code, Code::invalid_argument);
    options.argv = {"true", std::string("a\0b", 3)};
    EXPECT_EQ(spawn(loop, options).failure().code, Code::invalid_argument);
}

TEST(Subprocess, KillReachesTheGroup)
{
    EventLoop loop;
    Observed seen{loop, shell("sleep 1000 & echo $!; wait")};
    ASSERT_TRUE(seen.wait_for_output("\n"));
    const int grandchild = std::stoi(seen.out);
    EXPECT_TRUE(is_alive(grandchild));
    seen.child->kill(SIGTERM);
    ASSERT_TRUE(seen.wait_for_exit());
    EXPECT_EQ(seen.exit->signal, SIGTERM);
    EXPECT_EQ(seen.exit->code, 128 + SIGTERM);
    EXPECT_TRUE(ends_soon(grandchild));
    seen.child->kill(SIGTERM);  // the process id may belong to a stranger now
}

TEST(Subprocess, AGrandchildThatHoldsTheOutputDelaysTheEndALittle)
{
    EventLoop loop;
    Observed seen{loop, shell("sleep 1000 & echo $!; exit 5")};
    ASSERT_TRUE(seen.wait_for_exit());
    EXPECT_EQ(seen.exit->code, 5);
    const int grandchild = std::stoi(seen.out);
    EXPECT_TRUE(is_alive(grandchild));
    ::kill(grandchild, SIGKILL);
    EXPECT_TRUE(ends_soon(grandchild));
}

TEST(Subprocess, TheProcessIdIsTakenUntilTheEndIsTold)
{
    EventLoop loop;
    SpawnOptions options;
    options.argv = {"true"};
    auto child = std::move(spawn(loop, options)).value();
    const int pid = child->pid();
    // Long ended, but nobody has been told: still ours, as a zombie.
    siginfo_t info{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
    EXPECT_EQ(::kill(pid, 0), 0);
    std::optional<ExitStatus> exit;
    child->start(nullptr, nullptr, [&](ExitStatus how) {
        exit = how;
        EXPECT_NE(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG), 0);
    });
    EXPECT_TRUE(loop.run_until([&] { return exit.has_value(); }, patience));
}

TEST(Subprocess, ItsDestructorKillsTheGroupAndReaps)
{
    EventLoop loop;
    int child = 0;
    int grandchild = 0;
    {
        Observed seen{loop, shell("trap '' TERM; sleep 1000 & echo $!; wait")};
        ASSERT_TRUE(seen.wait_for_output("\n"));
        child = seen.child->pid();
        grandchild = std::stoi(seen.out);
    }
    EXPECT_EQ(::kill(child, 0), -1);
    EXPECT_TRUE(ends_soon(grandchild));
}

TEST(Subprocess, CallbacksMayDestroyIt)
{
    EventLoop loop;
    SpawnOptions talker = shell("while :; do echo talk; done");
    auto in_output = std::move(spawn(loop, talker)).value();
    bool ended = false;
    in_output->start(
        [&](std::string_view) { in_output.reset(); }, nullptr, [&](ExitStatus) { ended = true; });
    EXPECT_TRUE(loop.run_until([&] { return !in_output; }, patience));
    auto in_exit = std::move(spawn(loop, shell("exit 0"))).value();
    in_exit->start(nullptr, nullptr, [&](ExitStatus) { in_exit.reset(); });
    EXPECT_TRUE(loop.run_until([&] { return !in_exit; }, patience));
    EXPECT_FALSE(ended);
}

TEST(Subprocess, AChildThatReadsNothingIsNoTrouble)
{
    EventLoop loop;
    Observed seen{loop, shell("exec 0<&-; echo closed; read x <&1 || sleep 0.01; echo still here")};
    ASSERT_TRUE(seen.wait_for_output("closed\n"));
    seen.child->write("into the void");
    ASSERT_TRUE(seen.wait_for_exit());
    EXPECT_TRUE(seen.out.ends_with("still here\n"));
}

TEST(Subprocess, DiesWithUs)
{
    // A program between us and the child, which dies without cleaning up.
    int report[2];
    ASSERT_EQ(::pipe2(report, O_CLOEXEC), 0);
    const pid_t between = ::fork();
    ASSERT_GE(between, 0);
    if (between == 0) {
        EventLoop loop;
        SpawnOptions options;
        options.argv = {"sleep", "1000"};
        auto child = std::move(spawn(loop, options)).value();
        const int pid = child->pid();
        [[maybe_unused]] const ssize_t told = ::write(report[1], &pid, sizeof pid);
        ::kill(::getpid(), SIGKILL);
    }
    ::close(report[1]);
    int pid = 0;
    ASSERT_EQ(::read(report[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
    ::close(report[0]);
    ::waitpid(between, nullptr, 0);
    EXPECT_TRUE(ends_soon(pid));
}

TEST(ChildWatch, BothWaysSeeTheEndAndKeepTheProcessId)
{
    for (const auto way : {ChildWatch::Way::best, ChildWatch::Way::by_looking}) {
        EventLoop loop;
        SpawnOptions options;
        options.argv = {"cat"};
        auto launched = launch(options);
        ASSERT_TRUE(launched.ok());
        ChildWatch watch{loop, launched->pid, way};
        bool ended = false;
        watch.await([&] { ended = true; });
        EXPECT_FALSE(loop.run_until([&] { return ended; }, milliseconds(30)));
        EXPECT_FALSE(watch.wait_blocking(milliseconds(2)));
        launched->in.reset();
        EXPECT_TRUE(loop.run_until([&] { return ended; }, patience));
        EXPECT_TRUE(watch.wait_blocking(seconds(5)));
        EXPECT_EQ(::kill(launched->pid, 0), 0);
        EXPECT_EQ(look_at_child(launched->pid, true)->code, 0);
        EXPECT_NE(::kill(launched->pid, 0), 0);
    }
}

TEST(ChildWatch, AwaitedAgainOnlyTheSecondIsTold)
{
    for (const auto way : {ChildWatch::Way::best, ChildWatch::Way::by_looking}) {
        EventLoop loop;
        SpawnOptions options;
        options.argv = {"cat"};
        auto launched = launch(options);
        ASSERT_TRUE(launched.ok());
        ChildWatch watch{loop, launched->pid, way};
        bool first = false;
        bool second = false;
        watch.await([&] { first = true; });
        watch.await([&] { second = true; });
        launched->in.reset();
        EXPECT_TRUE(loop.run_until([&] { return second; }, patience));
        EXPECT_FALSE(first);
        EXPECT_EQ(look_at_child(launched->pid, true)->code, 0);
    }
}

TEST(FindProgram, LooksThroughThePathWithoutTheWorkingDirectory)
{
    const test::TempDir folder;
    ::chmod(put(folder / "tool", "#!/bin/sh\n").c_str(), 0700);
    put(folder / "forbidden", "#!/bin/sh\n");
    const std::string path = "/nowhere::" + folder.path().string();
    EXPECT_EQ(*find_program("tool", path), (folder / "tool").string());
    EXPECT_EQ(*find_program("./tool", path), "./tool");
    EXPECT_EQ(find_program("forbidden", path).failure().code, Code::denied);
    EXPECT_EQ(find_program("other", path).failure().code, Code::not_found);
}

/// Each end begins another child, whose pipes and watch take the numbers that were just given back.
TEST(Subprocess, ManyThatFollowOneAnotherEndWithTheirOwnStatus)
{
    constexpr int all = 300;
    EventLoop loop;
    std::vector<std::unique_ptr<Subprocess>> children(all);
    std::vector<int> codes(all, -1);
    int begun = 0;
    int ended = 0;
    std::function<void()> begin_next = [&] {
        const int number = begun++;
        SpawnOptions options;
        options.argv = {"sh", "-c", "echo out; exit " + std::to_string(number % 100)};
        auto child = spawn(loop, options);
        ASSERT_TRUE(child.ok()) << child.failure().message;
        children.at(static_cast<std::size_t>(number)) = std::move(*child);
        Subprocess& one = *children.at(static_cast<std::size_t>(number));
        one.close_stdin();
        one.start(
            [](std::string_view) {},
            [](std::string_view) {},
            [&, number](ExitStatus status) {
                codes.at(static_cast<std::size_t>(number)) = status.code;
                ++ended;
                loop.post([&, number] { children.at(static_cast<std::size_t>(number)).reset(); });
                if (begun < all)
                    begin_next();
            });
    };
    for (int i = 0; i < 8; ++i)
        begin_next();
    ASSERT_TRUE(loop.run_until([&] { return ended == all; }, seconds(50)));
    for (int i = 0; i < all; ++i)
        EXPECT_EQ(codes.at(static_cast<std::size_t>(i)), i % 100);
}

}  // namespace
}  // namespace reops::io

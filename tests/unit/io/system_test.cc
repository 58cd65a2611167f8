// SPDX-License-Identifier: Apache-2.0
// The thin wrappers over the system: clock, random numbers, process, systemd.
#include "base/time.hh"
#include "io/notify.hh"
#include "io/process.hh"
#include "io/system_clock.hh"
#include "io/system_failure.hh"
#include "io/system_random.hh"
#include "io/unique_fd.hh"
#include "tests/support/temp_dir.hh"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reops::io {
namespace {

TEST(SystemClock, AgreesWithTheLibrary)
{
    const SystemClock clock;
    const auto library =
        std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch());
    EXPECT_LT(std::chrono::abs(Duration{clock.wall().us} - library), seconds(2));
    const Duration before = clock.since_boot();
    EXPECT_GT(before, Duration{0});
    EXPECT_LE(before, clock.since_boot());
    EXPECT_EQ(clock.boot_id().size(), 36U);
    EXPECT_EQ(clock.boot_id(), SystemClock{}.boot_id());
    clock.is_synchronised();  // depends on the machine; must only not fail
}

TEST(SystemRandom, NumbersDiffer)
{
    SystemRandom random;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 100; ++i)
        seen.insert(random.next());
    EXPECT_EQ(seen.size(), 100U);
}

TEST(SystemFailure, NamesTheObjectAndTheReason)
{
    const Failure failure = system_failure(ENOSPC, "writing `/x`");
    EXPECT_EQ(failure.code, Code::internal);
    EXPECT_EQ(failure.message, "writing `/x`: no space left on device");
    EXPECT_EQ(system_failure(ECONNREFUSED, "x").code, Code::unreachable);
    EXPECT_EQ(system_failure(ETIMEDOUT, "x").code, Code::timeout);
    EXPECT_EQ(system_failure(EACCES, "x").code, Code::denied);
    EXPECT_EQ(system_failure(ENOENT, "x").code, Code::not_found);
    EXPECT_EQ(system_text(123456), "system error 123456");
    EXPECT_EQ(system_text(EIO), "input/output error");
}

TEST(Process, KnowsItself)
{
    EXPECT_EQ(own_uid(), ::geteuid());
    EXPECT_TRUE(executable_path()->ends_with("/io_test")) << *executable_path();
    EXPECT_GT(resident_memory(), 100'000U);
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(raise_open_file_limit(), limit.rlim_max);
}

TEST(Process, LeavesNoCore)
{
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const bool off = turn_off_core_dumps().ok();
        rlimit limit{1, 1};
        ::getrlimit(RLIMIT_CORE, &limit);
        if (!off || limit.rlim_cur != 0)
            ::_exit(1);
        std::signal(SIGQUIT, SIG_DFL);
        ::raise(SIGQUIT);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_FALSE(WCOREDUMP(status));
}

TEST(Process, KnowsAParentThatHasGone)
{
    EXPECT_TRUE(die_with_parent(::getppid(), SIGTERM).ok());
    EXPECT_EQ(die_with_parent(1 << 30, SIGTERM).failure().code, Code::cancelled);
}

/// systemd's end of NOTIFY_SOCKET.
class NotifySocket {
public:
    explicit NotifySocket(const std::string& name)
    {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        name.copy(at.sun_path, sizeof at.sun_path - 1);
        if (at.sun_path[0] == '@')
            at.sun_path[0] = '\0';
        fd_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
    }
    std::string next()
    {
        std::array<char, 256> bytes{};
        const ssize_t count = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
        return count < 0 ? "nothing" : std::string(bytes.data(), static_cast<std::size_t>(count));
    }

private:
    UniqueFd fd_;
};

TEST(SystemdNotifier, SpeaksToPathsAndAbstractSockets)
{
    const test::TempDir folder;
    for (const std::string& name :
         {(folder / "notify").string(), "@reops-test-" + std::to_string(::getpid())}) {
        NotifySocket systemd{name};
        const SystemdNotifier notifier{name};
        EXPECT_TRUE(notifier.ready().ok());
        EXPECT_EQ(systemd.next(), "READY=1");
        EXPECT_TRUE(notifier.status("two\nlines").ok());
        EXPECT_EQ(systemd.next(), "STATUS=two lines");
        EXPECT_TRUE(notifier.stopping().ok());
        EXPECT_EQ(systemd.next(), "STOPPING=1");
    }
}

TEST(SystemdNotifier, IsSilentWhenNobodyAsked)
{
    EXPECT_TRUE(SystemdNotifier{""}.ready().ok());
    EXPECT_EQ(SystemdNotifier{"relative"}.ready().failure().code, Code::invalid_argument);
    EXPECT_EQ(SystemdNotifier{"/no/such/socket"}.ready().failure().code, Code::not_found);
    ::setenv("NOTIFY_SOCKET", "/no/such/socket", 1);
    EXPECT_FALSE(SystemdNotifier::from_environment().ready().ok());
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    EXPECT_TRUE(SystemdNotifier::from_environment().ready().ok());
}

}  // namespace
}  // namespace reops::io

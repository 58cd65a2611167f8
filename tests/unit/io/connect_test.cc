// SPDX-License-Identifier: Apache-2.0
#include "io/stream.hh"
#include "io/unique_fd.hh"
#include "tests/unit/io/files_of_test.hh"
#include "tests/unit/io/stream_pair.hh"

#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace reops::io {
namespace {

constexpr Duration patience = seconds(10);

/// Connects and returns how it ended.
Result<std::unique_ptr<Stream>> try_connect(EventLoop& loop,
                                            const Endpoint& to,
                                            const ConnectOptions& options = {})
{
    std::optional<Result<std::unique_ptr<Stream>>> ended;
    const auto attempt =
        connect(loop, to, options, [&](auto result) { ended.emplace(std::move(result)); });
    EXPECT_FALSE(ended.has_value()) << "done was called inside connect()";
    EXPECT_TRUE(loop.run_until([&] { return ended.has_value(); }, patience));
    return ended ? std::move(*ended) : Failure{Code::internal, "the attempt did not end"};
}

/// A bound TCP port on which nobody listens.
class DeafPort {
public:
    DeafPort()
    {
        fd_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
        EXPECT_EQ(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
        port = ntohs(at.sin_port);
    }
    void listen_without_room() { EXPECT_EQ(::listen(fd_.get(), 0), 0); }

    std::uint16_t port = 0;

private:
    UniqueFd fd_;
};

TEST(Connect, NamesAreLookedUpAndEachAddressTried)
{
    // "localhost" may be ::1 first, where nobody listens.
    StreamPair pair{false};
    const auto result = try_connect(pair.loop, {"localhost", pair.listener->port(), ""});
    ASSERT_TRUE(result.ok()) << result.failure().message;
    EXPECT_EQ((*result)->peer_name(), "127.0.0.1:" + std::to_string(pair.listener->port()));
    EXPECT_FALSE((*result)->peer().has_value());
}

TEST(Connect, RefusedIsUnreachable)
{
    const DeafPort deaf;
    EventLoop loop;
    const auto result = try_connect(loop, {"127.0.0.1", deaf.port, ""});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.failure().code, Code::unreachable);
    EXPECT_EQ(result.failure().message,
              "connecting to 127.0.0.1:" + std::to_string(deaf.port) + ": connection refused");
}

TEST(Connect, AnUnknownNameIsNotFound)
{
    EventLoop loop;
    const auto result = try_connect(loop, {"no-such-host.invalid", 1, ""});
    ASSERT_FALSE(result.ok());
    // Without any name server the answer is that none answers.
    EXPECT_TRUE(result.failure().code == Code::not_found ||
                result.failure().code == Code::unreachable)
        << result.failure().message;
    EXPECT_NE(result.failure().message.find("no-such-host.invalid"), std::string::npos);
}

TEST(Connect, NoHostIsInvalid)
{
    EventLoop loop;
    EXPECT_EQ(try_connect(loop, {"", 1883, ""}).failure().code, Code::invalid_argument);
}

TEST(Connect, SilenceEndsWithTheDeadline)
{
    DeafPort full;
    full.listen_without_room();
    EventLoop loop;
    // The backlog takes a connection or two; the next ones stay unanswered.
    std::vector<std::unique_ptr<Stream>> taken;
    ConnectOptions options;
    options.deadline = milliseconds(20);
    for (int i = 0; i < 8; ++i) {
        auto result = try_connect(loop, {"127.0.0.1", full.port, ""}, options);
        if (result.ok()) {
            taken.push_back(std::move(result).value());
            continue;
        }
        EXPECT_EQ(result.failure().code, Code::timeout);
        EXPECT_EQ(result.failure().message,
                  "no answer from 127.0.0.1:" + std::to_string(full.port) + " within 20ms");
        return;
    }
    FAIL() << "the backlog has no end";
}

TEST(Connect, GivingUpCallsNobody)
{
    StreamPair pair{false};
    auto attempt = connect(pair.loop, {"localhost", pair.listener->port(), ""}, {}, [](auto) {
        ADD_FAILURE() << "called after it was given up";
    });
    attempt.reset();
    bool turned = false;
    Timer later{pair.loop};
    later.after(milliseconds(5), [&] { turned = true; });
    EXPECT_TRUE(pair.run_until([&] { return turned; }));
}

TEST(Connect, DoneMayDestroyTheAttempt)
{
    StreamPair pair{true};
    std::unique_ptr<ConnectAttempt> attempt;
    bool done = false;
    attempt = connect(pair.loop, pair.endpoint, {}, [&](auto) {
        attempt.reset();
        done = true;
    });
    EXPECT_TRUE(pair.run_until([&] { return done; }));
}

TEST(Connect, UnixPathsHaveALimitAndItIsNamed)
{
    EventLoop loop;
    Endpoint to;
    to.unix_path = "/tmp/" + std::string(200, 'x');
    const auto result = try_connect(loop, to);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.failure().code, Code::invalid_argument);
    EXPECT_NE(result.failure().message.find("has 205 bytes, the limit is 107"), std::string::npos);
}

TEST(Listen, UnixSocketsArePrivateAndKnowTheirPeer)
{
    StreamPair pair{true};
    struct stat found {};
    ASSERT_EQ(::stat(pair.endpoint.unix_path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777U, 0600U);
    ASSERT_TRUE(pair.server.stream->peer().has_value());
    EXPECT_EQ(pair.server.stream->peer()->uid, ::geteuid());
    EXPECT_EQ(pair.server.stream->peer()->pid, ::getpid());
    EXPECT_EQ(pair.client.stream->peer_name(), pair.endpoint.unix_path);
    pair.listener.reset();
    EXPECT_NE(::stat(pair.endpoint.unix_path.c_str(), &found), 0);
}

TEST(Listen, ALiveSocketIsAConflictAndADeadOneIsReplaced)
{
    StreamPair pair{true};
    const auto accept = [](std::unique_ptr<Stream>) {};
    const auto second = listen(pair.loop, pair.endpoint, accept);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.failure().code, Code::conflict);

    Endpoint dead;
    dead.unix_path = (pair.folder / "dead").string();
    {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        dead.unix_path.copy(at.sun_path, sizeof at.sun_path - 1);
        const UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
        ASSERT_EQ(::listen(fd.get(), 1), 0);
    }
    EXPECT_TRUE(listen(pair.loop, dead, accept).ok());
}

TEST(Listen, NeverReplacesWhatIsNotASocket)
{
    const test::TempDir folder;
    EventLoop loop;
    Endpoint at;
    at.unix_path = put(folder / "precious", "data");
    const auto result = listen(loop, at, [](std::unique_ptr<Stream>) {});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.failure().code, Code::conflict);
    EXPECT_EQ(text_of(folder / "precious"), "data");
}

TEST(Listen, APortInUseIsAConflict)
{
    StreamPair pair{false};
    const auto second = listen(pair.loop, pair.endpoint, [](std::unique_ptr<Stream>) {});
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.failure().code, Code::conflict);
}

TEST(Listen, MayBeDestroyedByWhoItAccepted)
{
    EventLoop loop;
    std::unique_ptr<Listener> listener;
    int accepted = 0;
    listener = std::move(listen(loop, {"127.0.0.1", 0, ""}, [&](std::unique_ptr<Stream>) {
                   ++accepted;
                   listener.reset();
               })).value();
    const Endpoint to{"127.0.0.1", listener->port(), ""};
    const auto first = connect(loop, to, {}, [](auto) {});
    const auto second = connect(loop, to, {}, [](auto) {});
    EXPECT_TRUE(loop.run_until([&] { return accepted == 1; }, patience));
    EXPECT_EQ(accepted, 1);
}

}  // namespace
}  // namespace reops::io

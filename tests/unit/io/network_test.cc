// SPDX-License-Identifier: Apache-2.0
#include "io/network.hh"

#include "io/stream.hh"

#include <optional>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace reops::io {

namespace {

Answer probe(EventLoop& loop, const std::string& host, std::uint16_t port)
{
    std::optional<Answer> got;
    const auto held =
        probe_port(loop, host, port, milliseconds(300), [&](Answer answer) { got = answer; });
    EXPECT_FALSE(got.has_value()) << "never inside the call";
    EXPECT_TRUE(loop.run_until([&] { return got.has_value(); }, seconds(10)));
    return got.value_or(Answer::silent);
}

TEST(Network, APortAcceptsRefusesOrIsSilent)
{
    EventLoop loop;
    auto listener = listen(loop, {"127.0.0.1", 0, ""}, [](auto) {});
    ASSERT_TRUE(listener.ok());
    const std::uint16_t port = (*listener)->port();
    EXPECT_EQ(probe(loop, "127.0.0.1", port), Answer::accepted);
    EXPECT_EQ(probe(loop, "localhost", port), Answer::accepted);
    listener->reset();
    EXPECT_EQ(probe(loop, "127.0.0.1", port), Answer::refused);
    EXPECT_EQ(probe(loop, "no-such-host.invalid", port), Answer::silent);
}

/// A listener whose queue is full answers nobody: connections to it stay half open.
TEST(Network, WhoIsBeingConnectedIsNotConnected)
{
    EventLoop loop;
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(server, raw, size), 0);
    ASSERT_EQ(::listen(server, 0), 0);
    ASSERT_EQ(::getsockname(server, raw, &size), 0);
    const std::uint16_t port = ntohs(address.sin_port);
    std::vector<int> held;
    bool is_full = false;
    for (int i = 0; i < 8 && !is_full; ++i) {
        held.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        ::connect(held.back(), raw, size);
        is_full = probe(loop, "127.0.0.1", port) == Answer::silent;
    }
    EXPECT_TRUE(is_full);
    for (const int fd : held)
        ::close(fd);
    ::close(server);
}

TEST(Network, GivenUpItTellsNobody)
{
    EventLoop loop;
    bool called = false;
    auto held = probe_port(loop, "127.0.0.1", 1, milliseconds(100), [&](Answer) { called = true; });
    held.reset();
    loop.run_until([] { return false; }, milliseconds(150));
    EXPECT_FALSE(called);
}

TEST(Network, BroadcastOfAStrangeNetworkIsThatOfItsLastByte)
{
    EXPECT_EQ(broadcast_for("203.0.113.7"), "203.0.113.255");
    EXPECT_EQ(broadcast_for("big-iron"), "");
    EXPECT_EQ(broadcast_for("::1"), "");
    EXPECT_EQ(gateway_for("big-iron"), "");
}

TEST(Network, OwnAddressesAreWithoutLoopback)
{
    for (const std::string& address : own_addresses()) {
        EXPECT_NE(address, "127.0.0.1");
        EXPECT_NE(address, "::1");
    }
}

TEST(Network, ADatagramGoesToWhomItIsSent)
{
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const timeval patience{5, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ASSERT_TRUE(send_datagram("127.0.0.1", ntohs(address.sin_port), "hello").ok());
    std::string got(16, '\0');
    const ssize_t bytes = ::recv(fd, got.data(), got.size(), 0);
    ASSERT_EQ(bytes, 5);
    EXPECT_EQ(got.substr(0, 5), "hello");
    ::close(fd);
    EXPECT_EQ(send_datagram("name", 9, "x").failure().code, Code::invalid_argument);
}

}  // namespace

}  // namespace reops::io

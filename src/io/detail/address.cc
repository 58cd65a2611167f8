// SPDX-License-Identifier: Apache-2.0
#include "io/detail/address.hh"

#include <array>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

namespace reops::io {

namespace {

std::string with_port(const std::string& host, std::uint16_t port)
{
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Failure resolve_failure(int error, const std::string& host)
{
    switch (error) {
        case EAI_NONAME:
        case EAI_NODATA:
            return {Code::not_found, "no address is known for `" + host + "`"};
        default:
            return {Code::unreachable,
                    "looking up `" + host + "`: " + std::string{::gai_strerror(error)}};
    }
}

}  // namespace

std::uint16_t Address::port() const
{
    switch (family()) {
        case AF_INET:
            return ntohs(reinterpret_cast<const sockaddr_in*>(&bytes)->sin_port);
        case AF_INET6:
            return ntohs(reinterpret_cast<const sockaddr_in6*>(&bytes)->sin6_port);
        default:
            return 0;
    }
}

std::string Address::text() const
{
    std::array<char, INET6_ADDRSTRLEN> host{};
    const void* raw =
        family() == AF_INET6
            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&bytes)->sin6_addr)
            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(&bytes)->sin_addr);
    ::inet_ntop(family(), raw, host.data(), host.size());
    return with_port(host.data(), port());
}

Result<Address> unix_address(const std::string& path)
{
    Address address;
    auto* un = reinterpret_cast<sockaddr_un*>(&address.bytes);
    if (path.size() >= sizeof un->sun_path)
        return Failure{Code::invalid_argument,
                       "the socket path `" + path + "` has " + std::to_string(path.size()) +
                           " bytes, the limit is " + std::to_string(sizeof un->sun_path - 1)};
    un->sun_family = AF_UNIX;
    std::memcpy(un->sun_path, path.c_str(), path.size() + 1);
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return address;
}

Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port, bool numeric_only)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags =
        AI_NUMERICSERV | (numeric_only ? AI_NUMERICHOST : 0) | (host.empty() ? AI_PASSIVE : 0);
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(
        host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0)
        return resolve_failure(error, host);
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner{found, ::freeaddrinfo};
    std::vector<Address> addresses;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        Address& address = addresses.emplace_back();
        std::memcpy(&address.bytes, each->ai_addr, each->ai_addrlen);
        address.size = each->ai_addrlen;
    }
    return addresses;
}

std::string endpoint_text(const Endpoint& endpoint)
{
    return endpoint.unix_path.empty() ? with_port(endpoint.host, endpoint.port)
                                      : endpoint.unix_path;
}

Peer peer_of(int fd)
{
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return Peer{UINT32_MAX, 0};  // nobody's uid: never mistaken for root
    return Peer{credentials.uid, credentials.pid};
}

bool is_connected(int fd)
{
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    return ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

void set_no_delay(int fd)
{
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace reops::io

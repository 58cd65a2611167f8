// SPDX-License-Identifier: Apache-2.0
#include "io/network.hh"

#include "io/files.hh"
#include "io/system_failure.hh"
#include "io/unique_fd.hh"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <optional>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace reops::io {

namespace {

/// In the order of the network, as sockets have them.
std::optional<std::uint32_t> number_of(const std::string& address)
{
    in_addr parsed{};
    if (::inet_pton(AF_INET, address.c_str(), &parsed) != 1)
        return std::nullopt;
    return parsed.s_addr;
}

std::string text_of(std::uint32_t address)
{
    std::array<char, INET_ADDRSTRLEN> text{};
    const in_addr in{address};
    return ::inet_ntop(AF_INET, &in, text.data(), text.size()) == nullptr ? "" : text.data();
}

std::uint32_t address_in(const sockaddr* address)
{
    return reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr;
}

template <class Each>
void for_each_interface(Each&& each)
{
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0)
        return;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> held{first, ::freeifaddrs};
    for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next)
        if (at->ifa_addr != nullptr && (at->ifa_flags & IFF_LOOPBACK) == 0)
            each(*at);
}

/// A line of /proc/net/route: addresses as hexadecimal numbers of the machine's order.
struct RouteLine {
    std::string interface;
    std::uint32_t destination = 0;
    std::uint32_t gateway = 0;
    std::uint32_t mask = 0;
};

std::string_view next_field(std::string_view& line)
{
    const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    const std::string_view field = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return field;
}

std::optional<RouteLine> read_route_line(std::string_view line)
{
    RouteLine route;
    route.interface = next_field(line);
    const auto hex = [&](std::uint32_t& into) {
        const std::string_view field = next_field(line);
        return std::from_chars(field.data(), field.data() + field.size(), into, 16).ec ==
               std::errc{};
    };
    if (!hex(route.destination) || !hex(route.gateway))
        return std::nullopt;
    for (int skipped = 0; skipped < 4; ++skipped)
        next_field(line);
    if (!hex(route.mask))
        return std::nullopt;
    return route;
}

std::vector<RouteLine> read_routes()
{
    std::vector<RouteLine> out;
    const auto text = read_file("/proc/net/route", 1UL << 20);
    std::string_view rest = text.ok() ? std::string_view{*text} : std::string_view{};
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (auto route = read_route_line(rest.substr(0, end)))
            out.push_back(std::move(*route));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

}  // namespace

std::vector<std::string> own_addresses()
{
    std::vector<std::string> out;
    for_each_interface([&](const ifaddrs& one) {
        std::array<char, INET6_ADDRSTRLEN> text{};
        if (one.ifa_addr->sa_family == AF_INET)
            out.push_back(text_of(address_in(one.ifa_addr)));
        else if (one.ifa_addr->sa_family == AF_INET6 &&
                 ::inet_ntop(AF_INET6,
                             &reinterpret_cast<const sockaddr_in6*>(one.ifa_addr)->sin6_addr,
                             text.data(),
                             text.size()) != nullptr)
            out.emplace_back(text.data());
    });
    return out;
}

std::string broadcast_for(const std::string& address)
{
    const auto number = number_of(address);
    if (!number)
        return {};
    std::string out = text_of(*number | htonl(0xff));
    for_each_interface([&](const ifaddrs& one) {
        if (one.ifa_addr->sa_family != AF_INET || one.ifa_netmask == nullptr ||
            (one.ifa_flags & IFF_BROADCAST) == 0)
            return;
        const std::uint32_t mask = address_in(one.ifa_netmask);
        if ((address_in(one.ifa_addr) & mask) == (*number & mask))
            out = text_of(*number | ~mask);
    });
    return out;
}

std::string gateway_for(const std::string& address)
{
    const auto number = number_of(address);
    if (!number)
        return {};
    const std::vector<RouteLine> routes = read_routes();
    const RouteLine* best = nullptr;
    const RouteLine* standard = nullptr;
    for (const RouteLine& route : routes) {
        if (route.mask == 0 && route.gateway != 0)
            standard = &route;
        if ((*number & route.mask) == route.destination &&
            (best == nullptr || std::popcount(route.mask) > std::popcount(best->mask)))
            best = &route;
    }
    if (best != nullptr && best->gateway != 0)
        return text_of(best->gateway);
    if (best != nullptr && standard != nullptr && standard->interface == best->interface)
        return text_of(standard->gateway);
    return {};
}

Result<void> send_datagram(const std::string& address, std::uint16_t port, std::string_view bytes)
{
    const auto number = number_of(address);
    if (!number)
        return Failure{Code::invalid_argument,
                       "expected a numeric IPv4 address but got `" + address + "`"};
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = *number;
    const UniqueFd fd{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int on = 1;
    if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on) != 0 ||
        ::sendto(fd.get(),
                 bytes.data(),
                 bytes.size(),
                 MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&to),
                 sizeof to) < 0)
        return system_failure(errno, "sending to " + address);
    return {};
}

}  // namespace reops::io

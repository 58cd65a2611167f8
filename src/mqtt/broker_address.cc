// SPDX-License-Identifier: Apache-2.0
#include "mqtt/broker_address.hh"

#include <charconv>

#include <fmt/format.h>

namespace reops::mqtt {

namespace {

constexpr std::uint16_t plain_port = 1883;
constexpr std::uint16_t tls_port = 8883;

Failure bad_url(std::string_view why)
{
    return {
        Code::invalid_argument,
        fmt::format("{}; a broker is written like mqtt://user:password@host:1883 or mqtts://host",
                    why)};
}

Result<std::string> decode_percent(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned byte = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || read.ptr != digits.data() + 2)
            return bad_url("`%` is followed by two hexadecimal digits");
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

Result<void> read_login(std::string_view login, BrokerAddress& address)
{
    const std::size_t colon = login.find(':');
    auto user = decode_percent(login.substr(0, colon));
    if (!user)
        return user.failure();
    address.user = std::move(*user);
    if (address.user.empty())
        return bad_url("the user name is empty");
    if (colon == std::string_view::npos)
        return {};
    auto password = decode_percent(login.substr(colon + 1));
    if (!password)
        return password.failure();
    address.password = std::move(*password);
    return {};
}

Result<void> read_host(std::string_view text, io::Endpoint& endpoint)
{
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos)
            return bad_url("`[` is not closed");
        endpoint.host = text.substr(1, end - 1);
        port = text.substr(end + 1);
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        endpoint.host = text.substr(0, colon);
        port = text.substr(colon);
    }
    if (endpoint.host.empty())
        return bad_url("the host is missing");
    if (port.empty())
        return {};
    const char* const end = port.data() + port.size();
    const auto read = std::from_chars(port.data() + 1, end, endpoint.port);
    if (port.front() != ':' || read.ec != std::errc{} || read.ptr != end || endpoint.port == 0)
        return bad_url("the port is not a number from 1 to 65535");
    return {};
}

}  // namespace

Result<BrokerAddress> parse_broker_url(std::string_view url)
{
    const bool is_tls = url.starts_with("mqtts://");
    if (!is_tls && !url.starts_with("mqtt://"))
        return bad_url("the broker's address begins with neither mqtt:// nor mqtts://");
    std::string_view rest = url.substr(url.find("//") + 2);
    if (rest.ends_with('/'))
        rest.remove_suffix(1);
    BrokerAddress address;
    address.endpoint.port = is_tls ? tls_port : plain_port;
    if (is_tls)
        address.tls.emplace();
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        if (auto login = read_login(rest.substr(0, at), address); !login)
            return login.failure();
        rest.remove_prefix(at + 1);
    }
    if (rest.find_first_of("/?#") != std::string_view::npos)
        return bad_url("nothing follows the port");
    if (auto host = read_host(rest, address.endpoint); !host)
        return host.failure();
    return address;
}

std::string to_string(const BrokerAddress& address)
{
    if (!address.endpoint.unix_path.empty())
        return "unix:" + address.endpoint.unix_path;
    const bool is_v6 = address.endpoint.host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}",
                       address.tls ? "mqtts" : "mqtt",
                       is_v6 ? "[" : "",
                       address.endpoint.host,
                       is_v6 ? "]" : "",
                       address.endpoint.port);
}

}  // namespace reops::mqtt

// SPDX-License-Identifier: Apache-2.0
#include "wire/wol.hh"

#include "data/print.hh"
#include "data/value.hh"

#include <fmt/format.h>

namespace reops::wire {

namespace {

constexpr std::size_t times = 16;
constexpr std::size_t text_size = 17;

std::optional<unsigned> digit(char c)
{
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned>(c - 'A') + 10;
    return std::nullopt;
}

}  // namespace

Result<Mac> parse_mac(std::string_view text)
{
    Mac mac{};
    bool good = text.size() == text_size && (text[2] == ':' || text[2] == '-');
    for (std::size_t i = 0; good && i < mac.size(); ++i) {
        const auto high = digit(text[3 * i]);
        const auto low = digit(text[3 * i + 1]);
        good = high && low && (i + 1 == mac.size() || text[3 * i + 2] == text[2]);
        if (good)
            mac[i] = static_cast<std::uint8_t>(*high * 16 + *low);
    }
    if (good)
        return mac;
    return Failure{Code::invalid_argument,
                   fmt::format("expected a MAC such as \"52:54:00:aa:bb:cc\" but got {}",
                               data::print(data::Value::string(text)))};
}

std::string to_string(const Mac& mac)
{
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}",
                       mac[0],
                       mac[1],
                       mac[2],
                       mac[3],
                       mac[4],
                       mac[5]);
}

std::string magic_packet(const Mac& mac)
{
    std::string out(6, '\xff');
    for (std::size_t i = 0; i < times; ++i)
        for (const std::uint8_t byte : mac)
            out += static_cast<char>(byte);
    return out;
}

std::optional<Mac> read_magic_packet(std::string_view bytes)
{
    const std::string head(6, '\xff');
    for (std::size_t at = bytes.find(head); at != std::string_view::npos;
         at = bytes.find(head, at + 1)) {
        Mac mac{};
        if (bytes.size() - at < head.size() + times * mac.size())
            return std::nullopt;
        for (std::size_t i = 0; i < mac.size(); ++i)
            mac[i] = static_cast<std::uint8_t>(bytes[at + head.size() + i]);
        if (bytes.substr(at, head.size() + times * mac.size()) == magic_packet(mac))
            return mac;
    }
    return std::nullopt;
}

}  // namespace reops::wire

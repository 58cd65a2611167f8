// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Wake-on-LAN: the magic packet, six times 0xff and sixteen times the card's address.

#include "base/result.hh"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reops::wire {

using Mac = std::array<std::uint8_t, 6>;

/// "52:54:00:aa:bb:cc", also with `-`. Fails with invalid_argument, showing the text.
Result<Mac> parse_mac(std::string_view text);
std::string to_string(const Mac& mac);

std::string magic_packet(const Mac& mac);
/// Whom the bytes wake, wherever the pattern begins in them; nothing when they wake nobody.
std::optional<Mac> read_magic_packet(std::string_view bytes);

}  // namespace reops::wire

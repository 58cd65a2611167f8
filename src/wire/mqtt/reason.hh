// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Reason codes of MQTT 5 (section 2.4) and return codes of 3.1.1 in words.

#include <cstdint>
#include <string_view>

namespace reops::wire::mqtt {

/// The reason codes that the client itself sends or compares; the rest is in reason_name().
namespace reason {
inline constexpr std::uint8_t success = 0x00;
inline constexpr std::uint8_t unspecified = 0x80;
inline constexpr std::uint8_t malformed_packet = 0x81;
inline constexpr std::uint8_t protocol_error = 0x82;
inline constexpr std::uint8_t unsupported_version = 0x84;
inline constexpr std::uint8_t bad_credentials = 0x86;
inline constexpr std::uint8_t not_authorized = 0x87;
inline constexpr std::uint8_t server_shutting_down = 0x8b;
inline constexpr std::uint8_t keep_alive_timeout = 0x8d;
inline constexpr std::uint8_t session_taken_over = 0x8e;
inline constexpr std::uint8_t packet_id_not_found = 0x92;
inline constexpr std::uint8_t receive_maximum_exceeded = 0x93;
inline constexpr std::uint8_t topic_alias_invalid = 0x94;
inline constexpr std::uint8_t packet_too_large = 0x95;
}  // namespace reason

/// "not authorized"; "unknown reason" for a code that the standard does not define. 0x00 is
/// "success" here although SUBACK and DISCONNECT give it names of their own.
std::string_view reason_name(std::uint8_t code);

/// The return codes of CONNACK in 3.1.1: 4 is "bad user name or password".
std::string_view return_code_name(std::uint8_t code);

}  // namespace reops::wire::mqtt

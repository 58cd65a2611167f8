// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Framing: where the next packet in a buffer ends. Bytes may come in any pieces; the caller
/// keeps what is left and asks again when more has come.

#include "wire/mqtt/packet.hh"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reops::wire::mqtt {

/// The largest packet that the format can express, with its header.
inline constexpr std::size_t max_packet_bytes = 268'435'455 + 5;

struct Frame {
    enum class State : std::uint8_t {
        need_more,  ///< `missing` says how many bytes at least
        complete,
        too_large,  ///< over the caller's limit; head, header_bytes and size are set, body is not
        malformed,  ///< `why` says it; the connection is to be closed
    };

    State state = State::need_more;
    std::uint8_t head = 0;          ///< first byte: type and flags
    std::uint8_t header_bytes = 0;  ///< length of the fixed header
    std::size_t size = 0;           ///< the whole packet; 0 until the fixed header is complete
    std::size_t missing = 0;        ///< with need_more
    std::string_view body = {};     ///< with complete: everything after the fixed header
    std::string_view why = {};      ///< with malformed; text in the program, never freed

    PacketType type() const { return static_cast<PacketType>(head >> 4); }
    std::uint8_t flags() const { return head & 0x0f; }
};

/// Looks at the packet that begins at the buffer's first byte. `limit` is the largest packet, fixed
/// header included, that the caller takes. Flags that the type does not allow are malformed.
Frame next_frame(std::string_view buffer, std::size_t limit = max_packet_bytes);

}  // namespace reops::wire::mqtt

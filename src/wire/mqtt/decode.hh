// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file From a complete frame to a packet. Every function wants a frame of its own type, for which
/// the caller has looked. Results hold views into the frame's buffer.
/// Failures: corrupt = malformed packet (reason 0x81), conflict = protocol error (0x82),
/// unsupported = CONNECT of a version that is not spoken here.

#include "base/result.hh"
#include "wire/mqtt/frame.hh"
#include "wire/mqtt/packet.hh"

namespace reops::wire::mqtt {

/// What a client receives.
Result<Connack> decode_connack(const Frame& frame, Version version);
Result<Publish> decode_publish(const Frame& frame, Version version);
Result<Acknowledgement> decode_acknowledgement(const Frame& frame, Version version);
Result<Suback> decode_suback(const Frame& frame, Version version);  ///< UNSUBACK too
Result<Disconnect> decode_disconnect(const Frame& frame, Version version);
Result<Auth> decode_auth(const Frame& frame);

/// What a broker receives; the version of all that follows stands in CONNECT.
Result<Connect> decode_connect(const Frame& frame);
Result<Subscribe> decode_subscribe(const Frame& frame, Version version);
Result<Unsubscribe> decode_unsubscribe(const Frame& frame, Version version);

/// The return code of a CONNACK in the shape of 3.1.1 (two bytes), which older brokers send even to
/// a CONNECT of version 5; nothing when the frame has another shape.
std::optional<std::uint8_t> find_old_connack_code(const Frame& frame);

}  // namespace reops::wire::mqtt

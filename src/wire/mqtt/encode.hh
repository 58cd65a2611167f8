// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file From packets to bytes, appended to a string that the caller owns and sends. Properties are
/// left out in 3.1.1. Texts over 65,535 bytes and packets over 256 MiB are programming mistakes
/// (REOPS_CHECK): callers check what people give them.

#include "wire/mqtt/packet.hh"

#include <cstddef>
#include <string>

namespace reops::wire::mqtt {

void encode(std::string& out, const Connect& packet);
void encode(std::string& out, const Connack& packet, Version version);
void encode(std::string& out, const Publish& packet, Version version);
void encode(std::string& out, const Acknowledgement& packet, Version version);
void encode(std::string& out, const Subscribe& packet, Version version);
void encode(std::string& out, const Suback& packet, Version version);
void encode(std::string& out, const Unsubscribe& packet, Version version);
void encode(std::string& out, const Disconnect& packet, Version version);
void encode(std::string& out, const Auth& packet);
void encode_pingreq(std::string& out);
void encode_pingresp(std::string& out);

/// Bytes that encode() of this Publish appends; for limits, before anything is written.
std::size_t encoded_size(const Publish& packet, Version version);

}  // namespace reops::wire::mqtt

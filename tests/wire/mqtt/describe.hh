// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A packet in words: EDN, one line, the packet's members in the order of the standard.

#include "wire/mqtt/decode.hh"

#include <string>

namespace reops::wire::mqtt::test {

/// What the bytes meant, and what they become when the meaning is encoded again.
struct Meaning {
    std::string edn;
    std::string encoded;
};

/// Decodes by the frame's type. Failures are those of the decoders.
Result<Meaning> understand(const Frame& frame, Version version);

}  // namespace reops::wire::mqtt::test

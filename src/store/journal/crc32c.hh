// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file CRC-32C (Castagnoli polynomial 0x1EDC6F41, RFC 3720 appendix B.4), by the SSE4.2
/// instruction where the processor has it, else by table.

#include <cstdint>
#include <string_view>

namespace reops::store {

/// Continues from `crc` (0 to begin).
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);
/// The table version alone: the two are compared in a test.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace reops::store

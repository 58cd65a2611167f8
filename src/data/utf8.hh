// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, nothing above U+10FFFF.

#include <cstddef>
#include <string>
#include <string_view>

namespace reops::data {

void append_utf8(std::string& out, char32_t c);

/// One character at the front of `text` and the number of its bytes; 0 bytes when it is not UTF-8.
struct DecodedCharacter {
    char32_t character = 0;
    std::size_t bytes = 0;
};
DecodedCharacter decode_utf8(std::string_view text);

/// The offset of the first byte that is not UTF-8, or npos.
std::size_t find_invalid_utf8(std::string_view text);

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Template bodies of utf8_text.hh.

#include "data/utf8.hh"
#include "lang/core/utf8_text.hh"

namespace reops::lang {

template <class Each>
void for_each_character(std::string_view text, Each each)
{
    while (!text.empty()) {
        const data::DecodedCharacter decoded = data::decode_utf8(text);
        // What is no UTF-8 passes byte by byte.
        const std::size_t bytes = decoded.bytes == 0 ? 1 : decoded.bytes;
        each(decoded.bytes == 0 ? U'\uFFFD' : decoded.character, text.substr(0, bytes));
        text.remove_prefix(bytes);
    }
}

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Strings by characters: positions that programs count in characters, found in UTF-8. Text
/// that is all ASCII costs no walk.

#include <cstddef>
#include <string>
#include <string_view>

namespace reops::lang {

bool is_ascii(std::string_view text);
std::size_t count_characters(std::string_view text);
/// The byte offset of a character; the size of the text for the one behind the last. Requires
/// index <= count_characters().
std::size_t offset_of(std::string_view text, std::size_t index);
/// The character at a byte offset.
std::size_t index_of_offset(std::string_view text, std::size_t offset);

/// Case as Unicode has it for letters of one code point; "ß" becomes "SS".
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

/// White space as Java has it.
bool is_white_space(char32_t c);

/// Calls `each(char32_t, std::string_view bytes)`.
template <class Each>
void for_each_character(std::string_view text, Each each);

}  // namespace reops::lang

#include "lang/core/utf8_text.inl.hh"

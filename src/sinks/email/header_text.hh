// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Header fields and bodies as RFC 5322, 2045 and 2047 want them. Whatever goes in, what
/// comes out has no line break that was not meant.

#include <string>
#include <string_view>
#include <vector>

namespace reops::sinks {

/// "Subject: value\r\n" of text for people: cleaned (plain_line), encoded when it is not plain
/// ASCII, folded at 76 columns.
std::string text_field(std::string_view name, std::string_view value);
/// "To: a,\r\n b\r\n": parts that are ready for a header, as many on a line as there is room.
std::string list_field(std::string_view name, const std::vector<std::string>& parts);

/// The name before an address: as it is, quoted, or encoded.
std::string encode_phrase(std::string_view text);

/// Any text as a name that files and message identifiers can have; different texts have different
/// names. Letters, digits, `-`, `_` and single dots stay, everything else becomes %XX. Longer than
/// 180 characters: cut, with a hash at the end.
std::string safe_name(std::string_view text);

enum class BodyEncoding { seven_bit, quoted_printable };

/// What the body needs: nothing when it is ASCII in lines that SMTP takes.
BodyEncoding encoding_for(std::string_view body);
/// Lines that end in "\n" as lines that end in "\r\n", encoded.
std::string encode_body(std::string_view body, BodyEncoding encoding);

}  // namespace reops::sinks

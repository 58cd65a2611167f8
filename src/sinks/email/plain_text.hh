// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Text of others made fit for a mail: valid UTF-8, no control characters, no surprises for a
/// terminal; and what laying out plain text needs.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reops::sinks {

/// One line: what is not UTF-8 becomes U+FFFD; control characters, line breaks and characters that
/// turn the direction of writing become a space; runs of spaces become one; none at the ends.
/// Longer than `most` columns: cut, and "..." says so.
std::string plain_line(std::string_view text, std::size_t most = 2000);

/// The same for each line of the text; spaces inside a line stay, and so do empty lines.
/// More than `most_lines`: cut, and the last line says so.
std::vector<std::string> plain_lines(std::string_view text, std::size_t most_lines = 2000);

/// How many columns a terminal needs for it.
std::size_t columns(std::string_view text);

/// Breaks a line at spaces, so that no part is wider than `width` unless it is one word. The parts
/// after the first are indented like the text of a list item.
std::vector<std::string> wrap(std::string_view line, std::size_t width);

}  // namespace reops::sinks

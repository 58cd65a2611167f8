// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Words of a command become the one line that a remote POSIX shell reads. What the words say
/// can never become syntax: each is quoted by construction.

#include "base/result.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::operations {

/// One line for a POSIX shell that runs exactly this argument vector. Refused (invalid_argument):
/// no words, an empty program, a word with NUL or a line end.
Result<std::string> quote_command(const std::vector<std::string>& words);

/// One word, quoted when it needs it. For showing a command to people.
std::string quote_word(std::string_view word);

/// A name or address that may be handed to programs and put into paths: letters, digits and
/// `. - _ : %`, not beginning with `-`, at most 255 characters. Else invalid_argument.
Result<void> check_host_name(std::string_view name);

/// The same for a user's name: letters, digits and `. - _ @ \`, a letter, digit or `_` first.
Result<void> check_user_name(std::string_view name);

}  // namespace reops::operations

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the verbs have in common: their arguments, fixed scripts with positional parameters,
/// and what a failed command said.

#include "base/result.hh"
#include "data/value.hh"
#include "operations/verb.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::operations {

using Words = std::vector<std::string>;

/// nil when it is not there.
data::Value argument(const data::Value& args, std::string_view key);
/// Empty when it is not there or no string.
std::string text_argument(const data::Value& args, std::string_view key);
/// The strings of a vector; empty when it is not there.
Words words_argument(const data::Value& args, std::string_view key);
/// The strings of a vector that has nothing else; invalid_argument says `what` expected them.
Result<Words> words_of(const data::Value& value, std::string_view what);

/// `sh -c SCRIPT reops ARG...`: the script is fixed text, the arguments are its `$1 $2 ...` and are
/// never part of it. Line ends of the script and the blanks behind them become one blank, because
/// some login shells do not take line ends within quotes: its commands end with `;`. Programs speak
/// English in it and those in `sbin` are found.
Words script_command(std::string_view script, const Words& arguments);

/// The script with `$as_root` before it: empty for root, else `sudo -n` or `doas -n`.
std::string as_root(std::string_view script);

/// A path that no program takes for an option and that is not looked up elsewhere: `-x` becomes
/// `./-x`, `~/x` is in the folder where commands begin, which is the user's home.
std::string plain_path(std::string_view path);

/// Nothing, for commands that say nothing.
Result<data::Value> say_nothing(const CommandReply& reply);
/// What the command wrote, harmless.
Result<data::Value> say_output(const CommandReply& reply);
/// The first line of what the command wrote to its standard error, else of its output; harmless.
std::string first_line(const CommandReply& reply);
/// first_line(), with the line for sudoers when sudo wants a password.
std::string first_line_or_sudo(const CommandReply& reply);

}  // namespace reops::operations

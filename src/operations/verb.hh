// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Verbs: what can be asked of a host, as records. A verb is a command and the parser of what
/// the command says; remote/ carries it out. Pure: no sockets here.

#include "base/result.hh"
#include "data/value.hh"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reops::operations {

/// What a command said and how it exited.
struct CommandReply {
    int exit_code = 0;
    std::string out = {};
    std::string err = {};
};

struct Verb {
    std::string_view name;
    std::string_view about;
    std::string_view args;  ///< the keys that `command` looks at, as an example
    /// The words of the command; invalid_argument when `args` do not fit.
    Result<std::vector<std::string>> (*command)(const data::Value& args);
    /// The result of a command that exited with 0.
    data::Value (*parse)(const CommandReply& reply);
    /// What the failure of a command means; the first line that it said, unless the verb knows
    /// better.
    std::string (*explain)(const CommandReply& reply);
};

/// exec, power-off, power-check.
std::span<const Verb> verbs();
/// Null for an unknown name.
const Verb* find_verb(std::string_view name);

/// The command that switches a machine off: `words` as configured (`:power-off`), or the default
/// for this user: root needs no sudo.
std::vector<std::string> power_off_command(const std::vector<std::string>& words,
                                           std::string_view user);
/// Asks whether power_off_command() would be allowed; changes nothing.
std::vector<std::string> power_check_command(const std::vector<std::string>& power_off);
/// The line of /etc/sudoers.d/reops that allows it; empty when the command does not use sudo.
std::string sudoers_line(std::string_view user, const std::vector<std::string>& power_off);

}  // namespace reops::operations

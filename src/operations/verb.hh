// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Verbs: what can be asked of a host, as records. A verb is a command and the parser of what
/// the command says; remote/ carries it out. Pure: no sockets here. The language's words, their
/// arity errors, `doc`, completion and the manual come from these records.

#include "base/result.hh"
#include "base/time.hh"
#include "data/value.hh"
#include "operations/parameter.hh"

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
    bool is_cut = false;  ///< there was more of it
};

struct Verb {
    std::string_view name;   ///< "install"; the word of the language, too
    std::string_view about;  ///< one sentence without a full stop
    /// In the order in which the language takes them, behind the hosts; those of the kind `setting`
    /// are not written but come from the host's entry, under their key.
    std::span<const Parameter> parameters = {};
    std::string_view example;  ///< a call: `(install web "htop")`
    std::string_view result;   ///< the shape of a host's `:result`, with units
    std::string_view needs;    ///< programs on the host, beyond a POSIX shell and its tools
    /// It changes the host: never repeated by itself, not done in a dry run.
    bool changes = false;
    /// A part of the output is worth something: of text, not of a list.
    bool takes_part = false;
    /// Actions and checks use it, the language has no word for it: `stop` is the word.
    bool is_internal = false;
    /// Acts on hosts in batches instead of being refused for their number.
    bool in_batches = false;
    Duration limit = minutes(1);  ///< unless the call says another
    std::size_t most_output = 1UL << 20;
    /// The result is a vector of {:host :result}: one result for each host that was looked at, by
    /// the host that was asked.
    bool spreads = false;
    /// The words of the command, from a map of arguments by key; invalid_argument when they do not
    /// fit.
    Result<std::vector<std::string>> (*command)(const data::Value& args);
    /// The result of a command that exited with 0. A Failure (corrupt) when the host said something
    /// else than the verb understands.
    Result<data::Value> (*parse)(const CommandReply& reply);
    /// What the failure of a command means, perhaps with what to type next; else the first line
    /// that it said.
    std::string (*explain)(const CommandReply& reply);
};

/// All of them, by subject, in the order of the manual.
std::span<const Verb* const> verbs();
/// Null for an unknown name.
const Verb* find_verb(std::string_view name);

/// The map that `command` takes, from the arguments behind the hosts: `"htop"` of `install` becomes
/// `{:package "htop"}`. invalid_argument for too few, too many and unfit ones; the sentence names
/// the verb and shows its example.
Result<data::Value> read_arguments(const Verb& verb, std::span<const data::Value> positional);
/// What `parse` makes of a command that exited with 0. corrupt also when the output is not all
/// there (and the verb needs all of it) or longer than `most_output`.
Result<data::Value> read_reply(const Verb& verb, const CommandReply& reply);
/// How many arguments the verb takes behind the hosts.
ArgumentCount argument_count(const Verb& verb);
/// Argument lists as the language's records have them, hosts first: "[hosts path] [hosts path &
/// flags]".
std::string argument_lists(const Verb& verb);

/// The command that switches a machine off: `words` as configured (`:power-off`), or the default
/// for this user: root needs no sudo.
std::vector<std::string> power_off_command(const std::vector<std::string>& words,
                                           std::string_view user);
/// Asks whether power_off_command() would be allowed; changes nothing.
std::vector<std::string> power_check_command(const std::vector<std::string>& power_off);
/// The line of /etc/sudoers.d/reops that allows it; empty when the command does not use sudo.
std::string sudoers_line(std::string_view user, const std::vector<std::string>& power_off);

}  // namespace reops::operations

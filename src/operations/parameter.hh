// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The parameters of a verb: their names, kinds and what is refused. What an argument may be
/// is decided here, once for all verbs, before a command is made of it.

#include "base/result.hh"
#include "data/value.hh"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace reops::operations {

/// What an argument has to be. Texts hold no NUL and no line end, and are at most 64 KiB.
enum class ParameterKind : std::uint8_t {
    command,  ///< a text for the host's shell, or words that no shell reads: ["ls" "a b"]
    path,     ///< a text, not empty; may begin with `-`, which commands take as a name
    package,  ///< letters, digits and . + - _ : ~ = @ /, not beginning with a sign
    service,  ///< letters, digits and . - _ : @ \, not beginning with a sign
    host,     ///< a name or address
    network,  ///< a name, an address, a network or a range for nmap; or a flag of nmap
    text,     ///< any text
    flag,     ///< one of `choices`
    choice,   ///< one of `choices`, as a keyword or a text
    count,    ///< a whole number from 1 to 1,000,000
    setting,  ///< not written in calls: the host's entry has it under this key
};

enum class Presence : std::uint8_t {
    required,
    optional,
    rest,  ///< any number, the last parameter; becomes a vector
};

struct Parameter {
    std::string_view name;   ///< "package"; `:package` is the key among the arguments
    std::string_view about;  ///< "a package's name"
    ParameterKind kind = ParameterKind::text;
    Presence presence = Presence::required;
    std::string_view choices = {};  ///< "status start stop restart"
};

struct ArgumentCount {
    std::size_t least = 0;
    std::size_t most = 0;  ///< SIZE_MAX: no limit
};

/// The value as `command` gets it; invalid_argument names the verb, the parameter and what was
/// found.
Result<data::Value> check_argument(std::string_view verb,
                                   const Parameter& parameter,
                                   const data::Value& value);

/// The name of a kind as the manual says it: "package".
std::string_view to_string(ParameterKind kind);

}  // namespace reops::operations

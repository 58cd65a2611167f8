// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Calls of verbs in tests, written as in the language.

#include "data/edn.hh"
#include "data/list.hh"
#include "data/map.hh"
#include "operations/verb.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::operations {

/// The words that `(verb hosts ARGUMENT...)` becomes, the call read already.
inline Result<std::vector<std::string>> command_of(const Verb& verb, const data::Value& call)
{
    std::vector<data::Value> arguments;
    for (const data::Value& form : call.as_list())
        arguments.push_back(form);
    arguments.erase(arguments.begin(), arguments.begin() + 2);
    auto args = read_arguments(verb, arguments);
    if (!args.ok())
        return args.failure();
    return verb.command(*args);
}

/// The same from text: `(rm web "a" "-r")`.
inline Result<std::vector<std::string>> command_of(std::string_view call)
{
    const auto read = data::read_edn(call);
    REOPS_CHECK(read.ok() && read->is_list(), "a test's call is a list");
    const data::Value name = *read->as_list().begin();
    const Verb* verb = find_verb(name.name());
    REOPS_CHECK(verb != nullptr, "a test's call names a verb");
    return command_of(*verb, *read);
}

}  // namespace reops::operations

// SPDX-License-Identifier: Apache-2.0
// From the arguments of a call to the map that a verb's command is made of.
#include "data/map.hh"
#include "data/vector.hh"
#include "operations/verb.hh"

#include <cstdint>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

bool is_written(const Parameter& parameter)
{
    return parameter.kind != ParameterKind::setting;
}

Failure wrong_count(const Verb& verb, std::size_t given)
{
    return {Code::invalid_argument,
            fmt::format("`{}` takes {} but got {} argument{} behind the hosts",
                        verb.name,
                        argument_lists(verb),
                        given,
                        given == 1 ? "" : "s"),
            fmt::format("try: {}", verb.example)};
}

}  // namespace

ArgumentCount argument_count(const Verb& verb)
{
    ArgumentCount count;
    for (const Parameter& parameter : verb.parameters) {
        if (!is_written(parameter))
            continue;
        if (parameter.presence == Presence::required)
            ++count.least;
        count.most = parameter.presence == Presence::rest ? SIZE_MAX : count.most + 1;
    }
    return count;
}

std::string argument_lists(const Verb& verb)
{
    std::string lists;
    std::string names = "hosts";
    const auto close = [&] { lists += (lists.empty() ? "[" : " [") + names + "]"; };
    for (const Parameter& parameter : verb.parameters) {
        if (!is_written(parameter))
            continue;
        if (parameter.presence == Presence::optional)
            close();
        names += parameter.presence == Presence::rest ? " & " : " ";
        names += parameter.name;
    }
    close();
    return lists;
}

Result<Value> read_arguments(const Verb& verb, std::span<const Value> positional)
{
    const ArgumentCount count = argument_count(verb);
    if (positional.size() < count.least || positional.size() > count.most)
        return wrong_count(verb, positional.size());
    data::MapBuilder args;
    std::size_t at = 0;
    for (const Parameter& parameter : verb.parameters) {
        if (!is_written(parameter) || at == positional.size())
            continue;
        data::VectorBuilder rest;
        const bool is_rest = parameter.presence == Presence::rest;
        do {
            Result<Value> value = check_argument(verb.name, parameter, positional[at++]);
            if (!value.ok())
                return value;
            if (is_rest)
                rest.push_back(std::move(*value));
            else
                args.set(Value::keyword(parameter.name), std::move(*value));
        } while (is_rest && at < positional.size());
        if (is_rest)
            args.set(Value::keyword(parameter.name), rest.finish());
    }
    return Value{args.finish()};
}

}  // namespace reops::operations

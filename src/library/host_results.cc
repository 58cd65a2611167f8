// SPDX-License-Identifier: Apache-2.0
#include "library/host_results.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/seq.hh"

#include <map>

#include <fmt/format.h>

namespace reops::library {

namespace {

using data::Value;

Value key(std::string_view name)
{
    return Value::keyword(name);
}

bool is_host_name(std::string_view name)
{
    if (name.empty() || name.size() > 253 || name.front() == '-')
        return false;
    for (const char c : name)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
            return false;
    return true;
}

std::string read_name(const Value& value, std::string_view word)
{
    if (!value.is_string())
        lang::fail_type("the name of a host", value, fmt::format("`{}`", word));
    if (!is_host_name(value.as_string()))
        lang::fail(lang::errors::illegal_argument,
                   fmt::format("`{}`: {} is no name of a host", word, data::print(value)),
                   "names have no spaces and do not begin with a minus");
    return std::string{value.as_string()};
}

}  // namespace

const Value* given_result(const engine::HostResult& result)
{
    const Value& evidence = result.outcome.evidence;
    return evidence.is_map() ? evidence.as_map().find(key("result")) : nullptr;
}

Value show_result(const engine::HostResult& result)
{
    const engine::Outcome& outcome = result.outcome;
    data::Map map = data::make_map({{key("host"), Value::string(result.host)},
                                    {key("code"), Value::integer(outcome.code())},
                                    {key("outcome"), key(to_string(outcome.status))}});
    if (const Value* given = given_result(result))
        map = std::move(map).assoc(key("result"), *given);
    else if (!outcome.message.empty())
        map = std::move(map).assoc(key("result"), Value::string(outcome.message));
    return map;
}

Value show_success(const engine::HostResults& results)
{
    data::VectorBuilder out;
    for (const engine::HostResult& result : results)
        out.push_back(show_result(result));
    return out.finish();
}

Value show_failure(const engine::HostResults& results)
{
    std::map<std::int64_t, data::VectorBuilder> by_code;
    for (const engine::HostResult& result : results)
        by_code[result.outcome.code()].push_back(show_result(result));
    data::Map out;
    for (auto& [code, list] : by_code)
        out = std::move(out).assoc(Value::integer(code), list.finish());
    return out;
}

Value show_hosts(const std::vector<std::string>& names)
{
    data::VectorBuilder list;
    for (const std::string& name : names)
        list.push_back(Value::string(name));
    return data::make_map({{key("auth"), data::Map{}}, {key("hosts"), list.finish()}});
}

hosts::Hosts read_hosts(lang::Task& task, const Value& value, std::string_view word)
{
    if (value.is_string())
        return hosts::Hosts{{read_name(value, word)}};
    Value names = value;
    Value auth;
    const lang::Collection* record = lang::find_collection(value);
    if (value.is_map() || (record != nullptr && record->is_map())) {
        names = lang::get(task, value, key("hosts"));
        auth = lang::get(task, value, key("auth"));
    }
    if (!names.is_vector() && !names.is_set() && !lang::is_seq(names))
        lang::fail_type(
            "Hosts, such as (Hosts. {} [\"foo\" \"bar\"])", value, fmt::format("`{}`", word));
    std::vector<std::string> out;
    lang::Walk walk{task, names};
    for (Value name; walk.next(name);)
        out.push_back(read_name(name, word));
    return hosts::Hosts{out, auth.is_map() && !auth.as_map().empty() ? auth : Value{}};
}

}  // namespace reops::library

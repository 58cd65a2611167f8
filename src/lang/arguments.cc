// SPDX-License-Identifier: Apache-2.0
#include "lang/arguments.hh"

#include "data/map.hh"

namespace reops::lang {

std::int64_t need_integer(const Value& value, std::string_view role)
{
    if (!value.is_integer())
        fail_type("an integer", value, role);
    return value.as_integer();
}

double need_real(const Value& value, std::string_view role)
{
    const std::optional<double> number = value.number();
    if (!number)
        fail_type("a number", value, role);
    return *number;
}

std::string_view need_string(const Value& value, std::string_view role)
{
    if (!value.is_string())
        fail_type("a string", value, role);
    return value.as_string();
}

std::string_view need_name(const Value& value, std::string_view role)
{
    if (value.is_string())
        return value.as_string();
    if (!value.is_keyword() && !value.is_symbol())
        fail_type("a keyword, symbol or string", value, role);
    return value.local_name();
}

const Value& need_symbol(const Value& value, std::string_view role)
{
    if (!value.is_symbol())
        fail_type("a symbol", value, role);
    return value;
}

const data::Map& need_map(const Value& value, std::string_view role)
{
    static const data::Map none;
    if (value.is_nil())
        return none;
    if (!value.is_map())
        fail_type("a map", value, role);
    return value.as_map();
}

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What builtins ask of their arguments. Each throws ClassCastException (NullPointerException
/// for nil) with what was expected and what came; `role` says which argument it is.

#include "data/map.hh"
#include "data/value.hh"
#include "lang/callable.hh"

#include <cstdint>
#include <string_view>

namespace reops::lang {

using data::Value;

std::int64_t need_integer(const Value& value, std::string_view role = {});
/// Any real or integer.
double need_real(const Value& value, std::string_view role = {});
/// Lives as long as the value.
std::string_view need_string(const Value& value, std::string_view role = {});
/// A string, keyword or symbol: its name without namespace.
std::string_view need_name(const Value& value, std::string_view role = {});
const Value& need_symbol(const Value& value, std::string_view role = {});
const data::Map& need_map(const Value& value, std::string_view role = {});

template <class T>
const T& need(const Value& value, std::string_view expected, std::string_view role = {});

}  // namespace reops::lang

#include "lang/arguments.inl.hh"

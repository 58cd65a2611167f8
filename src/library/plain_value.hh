// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Values of the language as plain data, fit for the journal: lazy sequences become lists,
/// records maps. Functions, atoms and other things that are not data are refused.

#include "data/value.hh"
#include "lang/task.hh"

#include <string_view>

namespace reops::library {

/// Throws LangError (ClassCastException) that names `role`: "the value of `map`". Realises what is
/// lazy: polls the task, and refuses more than 1,000,000 elements or a depth over 64.
data::Value plain_value(lang::Task& task, const data::Value& value, std::string_view role);

}  // namespace reops::library

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Patterns of `let` and `fn` as plain bindings.

#include "data/list.hh"
#include "data/map.hh"
#include "data/value.hh"
#include "data/vector.hh"
#include "lang/callable.hh"

#include <string_view>

namespace reops::lang {

class Task;

/// A symbol that nobody else has.
Value fresh_symbol(Task& task, std::string_view stem);

/// `[pattern init ...]` as `[name init ...]`.
data::Vector destructure(Task& task, const data::Vector& bindings);

/// `([patterns] {:pre .. :post ..}? body...)` as `([names] body...)`.
Value expand_arity(Task& task, const data::List& arity);

}  // namespace reops::lang

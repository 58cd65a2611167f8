// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The builtin functions of the core library, a table per subject. A new table is named here
/// and in registry.cc.

#include "lang/callable.hh"

#include <span>

namespace reops::lang {

class Interpreter;

/// A record of a builtin that only computes.
constexpr Builtin pure(std::string_view name,
                       std::string_view args,
                       std::string_view doc,
                       BuiltinBody run)
{
    return {.name = name, .args = args, .doc = doc, .since = "0.1", .run = run};
}

/// A record of a builtin that acts on the world.
constexpr Builtin acting(std::string_view name,
                         std::string_view args,
                         std::string_view doc,
                         BuiltinBody run)
{
    return {.name = name, .args = args, .doc = doc, .since = "0.1", .effects = true, .run = run};
}

std::span<const Builtin> arithmetic_builtins();
std::span<const Builtin> number_test_builtins();
std::span<const Builtin> bit_builtins();
std::span<const Builtin> compare_builtins();
std::span<const Builtin> element_builtins();
std::span<const Builtin> lazy_builtins();
std::span<const Builtin> slice_builtins();
std::span<const Builtin> combine_builtins();
std::span<const Builtin> reduce_builtins();
std::span<const Builtin> group_builtins();
std::span<const Builtin> lookup_builtins();
std::span<const Builtin> map_builtins();
std::span<const Builtin> sorted_builtins();
std::span<const Builtin> transient_builtins();
std::span<const Builtin> test_builtins();
std::span<const Builtin> string_builtins();
std::span<const Builtin> clojure_string_builtins();
std::span<const Builtin> replace_builtins();
std::span<const Builtin> regex_builtins();

std::span<const Builtin> file_builtins();
std::span<const Builtin> task_builtins();
std::span<const Builtin> value_builtins();

/// The statics of Math, Integer, System ...
void register_statics(Interpreter& interpreter);
/// Registers all of them.
void register_library(Interpreter& interpreter);

}  // namespace reops::lang

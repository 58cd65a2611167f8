// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The tables of builtins, one per file of this folder, and the one place that registers
/// them.

#include "lang/callable.hh"

#include <span>

namespace reops::lang {

class Interpreter;

std::span<const Builtin> collection_builtins();
std::span<const Builtin> sequence_builtins();
std::span<const Builtin> function_builtins();
std::span<const Builtin> text_builtins();
std::span<const Builtin> error_builtins();
std::span<const Builtin> name_builtins();
std::span<const Builtin> binding_macros();
std::span<const Builtin> definition_macros();
std::span<const Builtin> namespace_builtins();
std::span<const Builtin> var_builtins();
std::span<const Builtin> type_builtins();
std::span<const Builtin> reference_builtins();
/// `(.getMessage e)`: methods, in the namespace java.member.
std::span<const Builtin> member_builtins();

void register_core(Interpreter& interpreter);

}  // namespace reops::lang

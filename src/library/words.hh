// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The words of flows. Each is one record, from which come `doc`, the arity, the completion
/// and the manual. Stages stand between bars, so they may have names that the language uses
/// elsewhere (`map`): they live in a namespace of their own, where `run` looks first.

#include "lang/callable.hh"

#include <span>

namespace reops::library {

inline constexpr const char* words_namespace = "reops.core";
inline constexpr const char* stages_namespace = "reops.stages";

std::span<const lang::Builtin> source_words();  ///< sensor
std::span<const lang::Builtin> filter_words();  ///< stages: pick map rising hold-for once-within
std::span<const lang::Builtin> action_words();  ///< stages: stop halt start
/// stages: a word for each verb of the operations table
std::span<const lang::Builtin> operation_words();
/// The same two outside of `run`: they act at once. Where the language has the name too (`update`),
/// the first argument decides.
std::span<const lang::Builtin> actions_at_once();
std::span<const lang::Builtin> operations_at_once();
std::span<const lang::Builtin> sink_words();  ///< stages: email publish
std::span<const lang::Builtin> run_words();   ///< run (a macro), and what it becomes

}  // namespace reops::library

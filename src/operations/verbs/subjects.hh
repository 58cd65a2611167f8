// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The tables of verbs, one subject each. A new verb is a record in one of them; a new
/// subject is a line here and in verb.cc.

#include "operations/verb.hh"

#include <span>

namespace reops::operations {

std::span<const Verb> command_verbs();  ///< exec nohup
std::span<const Verb> file_verbs();     ///< mkdir rm
std::span<const Verb> power_verbs();    ///< power-off power-check

}  // namespace reops::operations

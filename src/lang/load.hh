// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Reading code as a value.

#include "data/value.hh"

#include <string_view>

namespace reops::lang {

class Task;

/// The first form of a text, with `::names` of the task's *ns*: `read-string`.
data::Value read_code(Task& task, std::string_view text);

}  // namespace reops::lang

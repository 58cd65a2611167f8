// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The loop behind `reduce`.

#include "data/value.hh"

namespace reops::lang {

using data::Value;

class Task;

/// Ends early when the function gives a Reduced. Polls.
Value reduce(Task& task, const Value& function, Value start, Value collection);

}  // namespace reops::lang

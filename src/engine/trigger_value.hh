// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A Trigger as a value, for stage states that keep one, and from the input of a filter.

#include "engine/stage.hh"

namespace reops::engine {

Trigger make_trigger(const FilterInput& input);
data::Value to_value(const Trigger& trigger);
/// Reads what to_value wrote; missing parts are empty.
Trigger trigger_from(const data::Value& value);

}  // namespace reops::engine

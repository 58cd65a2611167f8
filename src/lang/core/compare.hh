// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Clojure's order: what `compare`, `sort` and sorted collections go by.

#include "data/value.hh"

#include <cstddef>
#include <vector>

namespace reops::lang {

using data::Value;

class Task;

/// `compare`: nil first; numbers by magnitude, strings, characters, names, booleans, vectors (the
/// shorter first). Throws ClassCastException for two that have no order.
int compare(Task& task, const Value& a, const Value& b);

/// By a function that returns a number, or true when its first argument comes first; nil: by
/// compare().
int compare_by(Task& task, const Value& comparator, const Value& a, const Value& b);

/// Stable. Safe with a comparator that contradicts itself.
void sort(Task& task, std::vector<Value>& values, const Value& comparator);

/// The positions, in the order of the keys that stand there.
void sort_positions(Task& task,
                    std::vector<std::size_t>& positions,
                    const std::vector<Value>& keys,
                    const Value& comparator);

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The order in which the printers show maps and sets: arrays of entries as inserted, tries
/// and sets sorted by compare().

#include "data/map.hh"
#include "data/set.hh"
#include "data/value.hh"

#include <vector>

namespace reops::data {

std::vector<KeyValue> entries_in_print_order(const Map& map);
std::vector<Value> elements_in_print_order(const Set& set);

}  // namespace reops::data

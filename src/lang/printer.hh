// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Values as the language prints them: lazy sequences and records inside of anything,
/// *print-length* and *print-level*, readably (pr) or for people (print).

#include "data/value.hh"

#include <string>

namespace reops::lang {

class Task;

/// pr when readably, else print: strings and characters stand as they are, nil is "nil" in both.
std::string print_value(Task& task, const data::Value& value, bool readably);
/// `str` of one value: nil is empty.
std::string display_value(Task& task, const data::Value& value);

}  // namespace reops::lang

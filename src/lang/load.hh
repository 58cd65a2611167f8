// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Reading code as a value.

#include "data/value.hh"

#include <cstddef>
#include <optional>
#include <string_view>

namespace reops::lang {

class Task;

/// The first form of a text, with `::names` of the task's *ns*: `read-string`.
data::Value read_code(Task& task, std::string_view text);

struct FirstForm {
    data::Value value;
    std::size_t characters;  ///< of the text, that it takes
};

/// Nothing when the text holds no form.
std::optional<FirstForm> read_first_code(Task& task, std::string_view text);

}  // namespace reops::lang

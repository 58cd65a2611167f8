// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Values as text, as the language prints them: print.hh of data with what only an evaluation
/// can know: lazy sequences, records, sorted collections, limits on length and depth.

#include "data/value.hh"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace reops::lang {

using data::Value;

class Task;

struct PrintOptions {
    bool readably = true;                     ///< `pr` and not `print`
    std::optional<std::int64_t> length = {};  ///< *print-length*
    std::optional<std::int64_t> level = {};   ///< *print-level*
    bool meta = false;                        ///< *print-meta*
    bool name_space_maps = false;             ///< *print-namespace-maps*
};

/// What the task's dynamic vars ask for.
PrintOptions print_options(Task& task);

/// Appends. Polls; throws what a lazy sequence throws.
void print(Task& task, std::string& out, const Value& value, const PrintOptions& options);

/// `pr-str` with the task's options.
std::string print(Task& task, const Value& value);
/// `str`: readable inside, but a string or character alone is its text, and nil is empty.
std::string display(Task& task, const Value& value);

}  // namespace reops::lang

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Reading what programs print: lines, fields, numbers. Everything here is bounded by the
/// text itself; what comes out is harmless for a terminal.

#include "base/result.hh"
#include "data/value.hh"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::operations {

/// Without their ends; a last line that is empty is none.
std::vector<std::string_view> lines_of(std::string_view text);
/// The lines between lines that are empty: for scripts that print the same thing twice.
std::vector<std::vector<std::string_view>> blocks_of(std::string_view text);
/// What stands between blanks; the last of at most `most` fields is the rest of the line.
std::vector<std::string_view> fields_of(std::string_view line, std::size_t most = SIZE_MAX);
/// What stands between separators, empty fields included.
std::vector<std::string_view> cells_of(std::string_view line, char separator);
/// Without blanks at both ends.
std::string_view trimmed(std::string_view text);

/// The whole text is a number that is not negative.
std::optional<std::int64_t> to_whole(std::string_view text);
/// The whole text is a number, perhaps with a sign and a fraction; finite.
std::optional<double> to_real(std::string_view text);

/// With one digit behind the point.
data::Value tenths(double value);
/// `part` of `whole` in percent, with one digit behind the point; 0 of nothing is 0.
data::Value percent(double part, double whole);
/// `count` times `unit`, as far as it can be told.
data::Value bytes(std::int64_t count, std::int64_t unit);
/// A text from a host.
data::Value text(std::string_view said);

/// A map with keywords as keys, in this order as long as it is small.
data::Value row(std::initializer_list<std::pair<std::string_view, data::Value>> cells);

/// "`free` expected a line such as ... but got ...".
Failure not_understood(std::string_view verb, std::string_view expected, std::string_view found);

}  // namespace reops::operations

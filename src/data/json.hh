// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file JSON (RFC 8259) to values and back. Objects become maps with keyword keys (not interned),
/// arrays vectors, whole numbers integers, others reals. Written by hand: a payload of 64 bytes
/// takes less time than a parser for gigabytes needs to get ready.

#include "base/result.hh"
#include "data/limits.hh"
#include "data/value.hh"

#include <string>
#include <string_view>

namespace reops::data {

/// Exactly one JSON text. Refused (invalid_argument, "LINE:COLUMN: what is wrong"): deeper or
/// larger than the limits, invalid UTF-8, NaN and Infinity, whole numbers beyond 64 bits, numbers
/// beyond double. A repeated key keeps its last value, as in most parsers.
Result<Value> read_json(std::string_view text, ReadLimits limits = {});

/// JSON as some sensors send it: keys without quotes, `{temperature: 71.4}`, and single quotes.
Result<Value> read_loose_json(std::string_view text, ReadLimits limits = {});

/// On one line. Keywords and symbols are strings without the colon, sets arrays, characters
/// strings, secrets "#secret", natives their print(); other keys than strings and names are
/// printed. NaN and the infinities, which JSON lacks, are null.
std::string write_json(const Value& value);

}  // namespace reops::data

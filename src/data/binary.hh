// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Values as bytes, for the journal and snapshots. The bytes are a function of the value and
/// decode to one that is equal and iterates and prints in the same order.

#include "base/bytes.hh"
#include "base/result.hh"
#include "data/value.hh"

#include <cstddef>

namespace reops::data {

/// May this value be written? Refused (invalid_argument, naming what was found): secrets, natives
/// other than tagged literals, nesting beyond 500 levels.
Result<void> check_encodable(const Value& value);

/// Appends the value. What check_encodable() refuses is a programming mistake (REOPS_CHECK).
void encode(ByteWriter& out, const Value& value);

/// Reads one value. Failures are corrupt. Never reads beyond its end, never allocates more than the
/// bytes that are there can justify, refuses nesting beyond `depth`.
Result<Value> decode(ByteReader& in, std::size_t depth = 500);

}  // namespace reops::data

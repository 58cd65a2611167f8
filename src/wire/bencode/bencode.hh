// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Bencode (BEP 3, "bencoding"), in which nREPL messages travel: integers `i42e`, byte
/// strings `3:abc`, lists `l..e`, dictionaries `d..e` with sorted keys.

#include "base/result.hh"
#include "data/value.hh"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace reops::wire {

struct BencodeLimits {
    std::size_t depth = 32;
    std::size_t bytes = 16UL << 20;  ///< of one message
};

/// A whole message and how many bytes it had.
struct BencodeMessage {
    data::Value value;
    std::size_t size = 0;
};

/// The first message in `bytes`. Dictionaries become maps with strings as keys, lists vectors.
/// Nothing: it has not come whole yet. Failures: corrupt (no bencode, a key twice, a number with
/// leading zeros or beyond 64 bits), invalid_argument (over the limits).
Result<std::optional<BencodeMessage>> read_bencode(std::string_view bytes,
                                                   const BencodeLimits& limits = {});

/// Integers, strings, keywords (their names), vectors, lists and maps of these; keys are strings or
/// keywords and are sorted by their bytes. Other values are written as they print.
std::string write_bencode(const data::Value& value);

}  // namespace reops::wire

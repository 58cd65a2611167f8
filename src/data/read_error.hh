// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What is wrong with a text, where, and what to type instead; and how that is shown.

#include "base/result.hh"
#include "data/span.hh"

#include <cstddef>
#include <string>
#include <string_view>

namespace reops::data {

struct ReadError {
    std::string message;  ///< lower case, no full stop, expected and found
    Span span;
    std::string hint;  ///< empty: none
};

/// The span of some bytes of a text. Walks the text from its beginning.
Span span_of(std::string_view text, std::size_t offset, std::size_t length);

/// For callers that only pass it on: "3:14: message", the hint as details.
Failure to_failure(const ReadError& error);

/// The error as people see it: message, place, up to three lines of the text and a mark under the
/// extent. Also for errors found later in a form (an unknown key of the configuration).
///
///     error: expected `]` but found `)`
///       at closet.clj:3:14
///         2|   | (pick [t)
///                        ^
///       hint: ...
std::string report(const ReadError& error, std::string_view text, std::string_view path);

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file EDN text to values. For what comes from outside: no tags unless a handler takes them, no
/// shorthands of code, depth and size limited, names not interned.

#include "base/result.hh"
#include "data/limits.hh"
#include "data/read_error.hh"
#include "data/reader.hh"
#include "data/value.hh"

#include <functional>
#include <string_view>
#include <vector>

namespace reops::data {

/// Makes the value of `#tag form`. Inner tags have been handled already: `form.value` holds their
/// values. A failure's message gets the place of the tag.
using TagHandler = std::function<Result<Value>(std::string_view tag, const Form& form)>;

/// Exactly one value. Failures are invalid_argument, "LINE:COLUMN: what is wrong".
Result<Value> read_edn(std::string_view text,
                       ReadLimits limits = {},
                       const TagHandler& handler = nullptr);

/// The same, with the places of all parts: for configuration and scenario files. When it fails and
/// `error` is given, that gets the place of the mistake.
Result<Form> read_edn_form(std::string_view text,
                           ReadLimits limits = ReadLimits::for_code(),
                           const TagHandler& handler = nullptr,
                           ReadError* error = nullptr);

/// All values of a text, maybe none.
Result<std::vector<Form>> read_edn_forms(std::string_view text,
                                         ReadLimits limits = ReadLimits::for_code(),
                                         const TagHandler& handler = nullptr,
                                         ReadError* error = nullptr);

}  // namespace reops::data

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Paths and queries of HTTP requests as text.

#include "io/http.hh"

#include <string>
#include <string_view>

namespace reops::io {

/// Splits and decodes "/a%20b?x=1&y" (or "http://host/a?x") into path and query. False when it
/// cannot be decoded or holds a NUL.
bool decode_target(std::string_view target, HttpRequest& into);

/// The other way.
std::string encode_target(const HttpRequest& request);

}  // namespace reops::io

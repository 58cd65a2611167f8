// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What a value can be.

#include <cstdint>
#include <string_view>

namespace reops::data {

enum class Kind : std::uint8_t {
    nil,
    boolean,
    integer,
    real,
    character,
    keyword,
    symbol,
    string,
    list,
    vector,
    map,
    set,
    secret,
    native,
};

/// The word for messages, with its article: "a string", "an integer", "nil".
std::string_view describe(Kind kind);

}  // namespace reops::data

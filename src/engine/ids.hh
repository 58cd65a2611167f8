// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Identifiers that people type: e-N (event), r-N (run), x-N (effect). N rises per store.
/// An event's N is its position in the journal.

#include "base/time.hh"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reops::engine {

using reops::to_string;  // of durations: the ones below would hide it

/// A place in the journal, from 1; also the number of the event that stands there.
struct Position {
    std::uint64_t number = 0;
    auto operator<=>(const Position&) const = default;
};

struct RunId {
    std::uint64_t number = 0;
    auto operator<=>(const RunId&) const = default;
};

struct EffectId {
    std::uint64_t number = 0;
    auto operator<=>(const EffectId&) const = default;
};

std::string to_string(Position event);   ///< "e-193"
std::string to_string(RunId run);        ///< "r-12"
std::string to_string(EffectId effect);  ///< "x-7"

/// Reads "r-12" (or with the letter given); nothing when the text is not of that form.
std::optional<std::uint64_t> parse_id(char letter, std::string_view text);

}  // namespace reops::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file "Did you mean": the known words nearest to a misspelt one.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reops {

/// Edit distance (Damerau-Levenshtein, adjacent swaps count one), at most `most` + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most);

/// Up to three words at a distance of at most 2 (1 for words of three letters or fewer), nearest
/// first, equals in the order given.
std::vector<std::string> nearest_words(std::string_view word,
                                       const std::vector<std::string>& known);

/// "did you mean `x` or `y`?", empty without words.
std::string did_you_mean(const std::vector<std::string>& words);

}  // namespace reops

// SPDX-License-Identifier: Apache-2.0
#include "base/nearest.hh"

#include <algorithm>
#include <array>
#include <utility>

namespace reops {

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most)
{
    const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference > most)
        return most + 1;
    // Three rows of the optimal string alignment table: the one before last is for swaps.
    std::array<std::vector<std::size_t>, 3> rows;
    for (auto& row : rows)
        row.resize(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& now = rows[i % 3];
        const auto& before = rows[(i + 2) % 3];
        const auto& before_that = rows[(i + 1) % 3];
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = before[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            now[j] = std::min({before[j] + 1, now[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], before_that[j - 2] + 1);
        }
    }
    return std::min(rows[a.size() % 3][b.size()], most + 1);
}

std::vector<std::string> nearest_words(std::string_view word, const std::vector<std::string>& known)
{
    const std::size_t most = word.size() <= 3 ? 1 : 2;
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const std::string& candidate : known)
        if (const std::size_t distance = edit_distance(word, candidate, most); distance <= most)
            found.emplace_back(distance, candidate);
    std::stable_sort(
        found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> out;
    for (auto& [distance, candidate] : found)
        if (out.size() < 3)
            out.push_back(std::move(candidate));
    return out;
}

std::string did_you_mean(const std::vector<std::string>& words)
{
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "did you mean `" : " or `") + word + "`";
    return out.empty() ? out : out + "?";
}

}  // namespace reops

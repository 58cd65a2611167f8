// SPDX-License-Identifier: Apache-2.0
// The longest common subsequence of lines, after what is equal at both ends is cut off.
#include "tests/support/scenario/text_diff.hh"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace reops::scenario {

namespace {

constexpr std::size_t around = 2;            // equal lines shown beside a difference
constexpr std::size_t most_cells = 4000000;  // of the table; above it all of the middle differs

struct Mark {
    char sign;
    std::string_view line;
};

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t cut = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, cut));
        text.remove_prefix(std::min(cut + 1, text.size()));
    }
    return lines;
}

using Lines = std::vector<std::string_view>;

/// How long the common subsequence of a[i..] and b[j..] is, at i * (b.size() + 1) + j.
std::vector<std::size_t> common_lengths(const Lines& a, const Lines& b)
{
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> length((a.size() + 1) * width, 0);
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            length[i * width + j] =
                a[i] == b[j] ? length[(i + 1) * width + j + 1] + 1
                             : std::max(length[(i + 1) * width + j], length[i * width + j + 1]);
    return length;
}

void mark_middle(const Lines& a, const Lines& b, std::vector<Mark>& out)
{
    const bool too_long = a.size() * b.size() > most_cells;
    const auto length = too_long ? std::vector<std::size_t>{} : common_lengths(a, b);
    const std::size_t width = b.size() + 1;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() || j < b.size()) {
        const bool both = i < a.size() && j < b.size();
        if (both && !too_long && a[i] == b[j]) {
            out.push_back({' ', a[i++]});
            ++j;
        } else if (i < a.size() && (j == b.size() || too_long ||
                                    length[(i + 1) * width + j] >= length[i * width + j + 1])) {
            out.push_back({'-', a[i++]});
        } else {
            out.push_back({'+', b[j++]});
        }
    }
}

std::string show(const std::vector<Mark>& marks)
{
    std::string out;
    bool gap = false;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const std::size_t from = i > around ? i - around : 0;
        const std::size_t to = std::min(i + around + 1, marks.size());
        const bool near = std::any_of(marks.begin() + static_cast<std::ptrdiff_t>(from),
                                      marks.begin() + static_cast<std::ptrdiff_t>(to),
                                      [](const Mark& mark) { return mark.sign != ' '; });
        if (near) {
            if (gap && !out.empty())
                out += "  ...\n";
            out += std::string(1, marks[i].sign) + " " + std::string{marks[i].line} + "\n";
        }
        gap = !near;
    }
    return out;
}

}  // namespace

std::string text_diff(std::string_view expected, std::string_view got)
{
    if (expected == got)
        return "";
    Lines a = lines_of(expected);
    Lines b = lines_of(got);
    std::vector<Mark> marks;
    std::vector<Mark> tail;
    std::size_t same = 0;
    while (same < a.size() && same < b.size() && a[same] == b[same])
        marks.push_back({' ', a[same++]});
    while (a.size() > same && b.size() > same && a.back() == b.back()) {
        tail.push_back({' ', a.back()});
        a.pop_back();
        b.pop_back();
    }
    const auto skip = static_cast<std::ptrdiff_t>(same);
    mark_middle({a.begin() + skip, a.end()}, {b.begin() + skip, b.end()}, marks);
    marks.insert(marks.end(), tail.rbegin(), tail.rend());
    const std::string shown = show(marks);
    return shown.empty() ? "the texts differ in their last line end\n" : shown;
}

}  // namespace reops::scenario

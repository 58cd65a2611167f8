// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/plain_text.hh"

#include "data/utf8.hh"

#include <algorithm>
#include <array>

namespace reops::sinks {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

template <std::size_t n>
bool is_in(const std::array<Range, n>& ranges, char32_t c)
{
    return std::any_of(ranges.begin(), ranges.end(), [c](const Range& range) {
        return c >= range.first && c <= range.last;
    });
}

// C0, DEL and C1; line and paragraph separators; marks that turn the direction; byte order mark.
constexpr std::array<Range, 7> unwanted{{{0x00, 0x1f},
                                         {0x7f, 0x9f},
                                         {0x061c, 0x061c},
                                         {0x200e, 0x200f},
                                         {0x2028, 0x202e},
                                         {0x2066, 0x2069},
                                         {0xfeff, 0xfeff}}};
// What takes two columns: Hangul, Chinese, Japanese, full-width forms, pictures.
constexpr std::array<Range, 7> wide{{{0x1100, 0x115f},
                                     {0x2e80, 0xa4cf},
                                     {0xac00, 0xd7a3},
                                     {0xf900, 0xfaff},
                                     {0xfe30, 0xfe6f},
                                     {0xff00, 0xff60},
                                     {0x1f300, 0x1faff}}};
// What takes none: combining marks, joiners, variation selectors.
constexpr std::array<Range, 5> narrow{
    {{0x0300, 0x036f}, {0x1ab0, 0x1aff}, {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}}};

constexpr char32_t replacement = 0xfffd;

std::size_t columns_of(char32_t c)
{
    if (c < 0x300)
        return 1;
    if (is_in(narrow, c))
        return 0;
    return is_in(wide, c) ? 2 : 1;
}

/// Takes one character off the front.
char32_t take(std::string_view& text)
{
    const data::DecodedCharacter decoded = data::decode_utf8(text);
    text.remove_prefix(std::max<std::size_t>(decoded.bytes, 1));
    return decoded.bytes == 0 ? replacement : decoded.character;
}

/// Cleans one line; `folds` makes one space of many.
std::string clean(std::string_view text, std::size_t most, bool folds)
{
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        char32_t c = take(text);
        if (is_in(unwanted, c))
            c = U' ';
        if (c == U' ' && folds && (out.empty() || out.back() == ' '))
            continue;
        used += columns_of(c);
        if (used > most) {
            out += "...";
            break;
        }
        data::append_utf8(out, c);
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

/// Where the text of a line begins: behind its spaces and a "- ".
std::size_t hanging_indent(std::string_view line)
{
    std::size_t at = std::min(line.find_first_not_of(' '), line.size());
    if (line.substr(at, 2) == "- ")
        at += 2;
    return at;
}

}  // namespace

std::string plain_line(std::string_view text, std::size_t most)
{
    return clean(text, most, true);
}

std::vector<std::string> plain_lines(std::string_view text, std::size_t most_lines)
{
    std::vector<std::string> out;
    while (!text.empty()) {
        if (out.size() == most_lines) {
            out.emplace_back("(the rest is left out)");
            break;
        }
        const std::size_t end = std::min(text.find('\n'), text.size());
        out.push_back(clean(text.substr(0, end), 2000, false));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::size_t columns(std::string_view text)
{
    std::size_t out = 0;
    while (!text.empty())
        out += columns_of(take(text));
    return out;
}

std::vector<std::string> wrap(std::string_view line, std::size_t width)
{
    const std::size_t indent = hanging_indent(line);
    std::vector<std::string> out{std::string{line.substr(0, indent)}};
    std::size_t used = indent;
    bool is_first_word = true;
    for (std::string_view rest = line.substr(indent); !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const std::string_view word = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t needed = columns(word);
        if (!is_first_word && used + 1 + needed > width) {
            out.emplace_back(indent, ' ');
            used = indent;
            is_first_word = true;
        }
        if (!is_first_word) {
            out.back() += ' ';
            ++used;
        }
        out.back() += word;
        used += needed;
        is_first_word = false;
    }
    return out;
}

}  // namespace reops::sinks

// SPDX-License-Identifier: Apache-2.0
#include "lang/core/utf8_text.hh"

#include "data/utf8.hh"

#include <algorithm>
#include <cwctype>

namespace reops::lang {

namespace {

bool continues(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// Simple mappings of Latin, Greek and Cyrillic, which need no locale.
char32_t upper_of(char32_t c)
{
    if (c < 0x80)
        return c >= U'a' && c <= U'z' ? c - 32 : c;
    if ((c >= 0xe0 && c <= 0xfe && c != 0xf7) || (c >= 0x3b1 && c <= 0x3c9 && c != 0x3c2) ||
        (c >= 0x430 && c <= 0x44f))
        return c - 32;
    if (c == 0xff)
        return 0x178;
    if (c >= 0x450 && c <= 0x45f)
        return c - 80;
    const bool odd_pairs = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
    if (odd_pairs)
        return (c & 1) == 0 ? c - 1 : c;
    if ((c >= 0x100 && c <= 0x137 && c != 0x131) || (c >= 0x14a && c <= 0x177))
        return (c & 1) != 0 ? c - 1 : c;
    return c;
}

char32_t lower_of(char32_t c)
{
    if (c < 0x80)
        return c >= U'A' && c <= U'Z' ? c + 32 : c;
    if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
        (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c == 0x178)
        return 0xff;
    if (c >= 0x400 && c <= 0x40f)
        return c + 80;
    const bool odd_pairs = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
    if (odd_pairs)
        return (c & 1) != 0 ? c + 1 : c;
    if ((c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14a && c <= 0x177))
        return (c & 1) == 0 ? c + 1 : c;
    return c;
}

}  // namespace

bool is_ascii(std::string_view text)
{
    return std::all_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::size_t count_characters(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::size_t offset_of(std::string_view text, std::size_t index)
{
    if (is_ascii(text))
        return index;
    std::size_t offset = 0;
    for (; index > 0 && offset < text.size(); --index) {
        ++offset;
        while (offset < text.size() && continues(text[offset]))
            ++offset;
    }
    return offset;
}

std::size_t index_of_offset(std::string_view text, std::size_t offset)
{
    return count_characters(text.substr(0, offset));
}

std::string to_upper(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for_each_character(text, [&](char32_t c, std::string_view bytes) {
        if (c == U'\u00df')
            out += "SS";
        else if (const char32_t upper = upper_of(c); upper != c)
            data::append_utf8(out, upper);
        else
            out += bytes;
    });
    return out;
}

std::string to_lower(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for_each_character(text, [&](char32_t c, std::string_view bytes) {
        if (const char32_t lower = lower_of(c); lower != c)
            data::append_utf8(out, lower);
        else
            out += bytes;
    });
    return out;
}

bool is_white_space(char32_t c)
{
    return (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x20) || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x2028 || c == 0x2029 ||
           c == 0x205f || c == 0x3000;
}

}  // namespace reops::lang

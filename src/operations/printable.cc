// SPDX-License-Identifier: Apache-2.0
#include "operations/printable.hh"

#include "data/utf8.hh"

#include <fmt/format.h>

namespace reops::operations {

namespace {

/// C0 and C1 controls, line and paragraph separators, marks of direction, the byte order mark.
bool is_harmful(char32_t c)
{
    if (c == '\n' || c == '\t')
        return false;
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

}  // namespace

std::string printable(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const data::DecodedCharacter next = data::decode_utf8(text);
        const std::size_t bytes = next.bytes == 0 ? 1 : next.bytes;
        if (next.bytes == 0)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
        else if (!is_harmful(next.character))
            out += text.substr(0, bytes);
        else if (next.character < 0x100)
            out += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(next.character));
        else
            out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(next.character));
        text.remove_prefix(bytes);
    }
    return out;
}

}  // namespace reops::operations

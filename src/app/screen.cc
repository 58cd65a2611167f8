// SPDX-License-Identifier: Apache-2.0
#include "app/screen.hh"

#include "data/utf8.hh"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

namespace reops::app {

namespace {

std::string_view code_of(Tone tone)
{
    static constexpr std::array<std::string_view, 6> codes = {
        "", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
    return codes.at(static_cast<std::size_t>(tone));
}

bool is_harmful(char32_t c)
{
    const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    const bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
                       c == 0x200e || c == 0x200f || c == 0x061c;
    return control || turns || c == 0x2028 || c == 0x2029;
}

/// The first `columns` characters, the last of them `…` when there are more.
std::string cut(const std::string& text, std::size_t columns)
{
    if (columns_of(text) <= columns)
        return text;
    std::string out;
    std::string_view rest = text;
    for (std::size_t i = 1; i < columns && !rest.empty(); ++i) {
        const std::size_t bytes = std::max<std::size_t>(1, data::decode_utf8(rest).bytes);
        out += rest.substr(0, bytes);
        rest.remove_prefix(bytes);
    }
    return out + "…";
}

}  // namespace

std::string Screen::paint(std::string_view text, Tone tone) const
{
    if (!colours || tone == Tone::normal || text.empty())
        return std::string{text};
    return std::string{code_of(tone)} + std::string{text} + "\x1b[0m";
}

std::string plain(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const data::DecodedCharacter next = data::decode_utf8(text);
        if (next.bytes == 0) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
            continue;
        }
        if (is_harmful(next.character))
            out += next.character < 0x100
                       ? fmt::format("\\x{:02x}", static_cast<std::uint32_t>(next.character))
                       : fmt::format("\\u{:04x}", static_cast<std::uint32_t>(next.character));
        else
            out += text.substr(0, next.bytes);
        text.remove_prefix(next.bytes);
    }
    return out;
}

std::size_t columns_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

Tone tone_of(std::string_view word)
{
    static constexpr std::array<std::string_view, 10> good = {"verified",
                                                              "done",
                                                              "ok",
                                                              "armed",
                                                              "on",
                                                              "run",
                                                              "passed",
                                                              "delivered",
                                                              "connected",
                                                              "unchanged"};
    static constexpr std::array<std::string_view, 17> doubtful = {"unverified",
                                                                  "partial",
                                                                  "warn",
                                                                  "open",
                                                                  "queued",
                                                                  "in the outbox",
                                                                  "will be tried again",
                                                                  "in the digest",
                                                                  "starting",
                                                                  "stopping",
                                                                  "disarmed",
                                                                  "cancelled",
                                                                  "no hosts",
                                                                  "joined",
                                                                  "shadow",
                                                                  "in shadow, not sent",
                                                                  "repeated"};
    static constexpr std::array<std::string_view, 10> bad = {"failed",
                                                             "unreachable",
                                                             "refused",
                                                             "timeout",
                                                             "unknown outcome",
                                                             "expired",
                                                             "interrupted",
                                                             "fail",
                                                             "paused",
                                                             "absent"};
    if (std::find(good.begin(), good.end(), word) != good.end())
        return Tone::good;
    if (std::find(doubtful.begin(), doubtful.end(), word) != doubtful.end())
        return Tone::doubtful;
    return std::find(bad.begin(), bad.end(), word) != bad.end() ? Tone::bad : Tone::normal;
}

std::vector<std::size_t> Table::widths(std::size_t most) const
{
    std::vector<std::size_t> widths;
    for (const std::string& heading : headings_)
        widths.push_back(columns_of(heading));
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columns_of(row[i].text));
    constexpr std::size_t narrowest = 8;
    const std::size_t gaps = 2 * (widths.size() - 1);
    while (most != 0 && std::accumulate(widths.begin(), widths.end(), gaps) > most) {
        const auto widest = std::max_element(widths.begin(), widths.end());
        if (*widest <= narrowest)
            break;
        --*widest;
    }
    return widths;
}

void Table::print(const Screen& screen) const
{
    const std::vector<std::size_t> width = widths(screen.width);
    const auto put = [&](const std::string& whole, std::size_t column, Tone tone) {
        const std::string text = cut(whole, width[column]);
        const bool last = column + 1 == width.size();
        const std::size_t pad = last ? 0 : width[column] - columns_of(text) + 2;
        return screen.paint(text, tone) + std::string(pad, ' ');
    };
    const auto put_line = [&](std::string line) {
        while (line.ends_with(' '))
            line.pop_back();
        screen.out << line << "\n";
    };
    std::string heading;
    for (std::size_t i = 0; i < headings_.size(); ++i)
        heading += put(headings_[i], i, Tone::faint);
    put_line(heading);
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line += put(row[i].text, i, row[i].tone);
        put_line(line);
    }
}

}  // namespace reops::app

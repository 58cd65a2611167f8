// SPDX-License-Identifier: Apache-2.0
#include "data/read_error.hh"

#include <algorithm>
#include <vector>

namespace reops::data {

namespace {

/// Continuation bytes of UTF-8 do not begin a character.
std::size_t count_characters(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

struct Place {
    std::uint32_t line;
    std::uint32_t column;
};

Place place_of(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    return {static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
            static_cast<std::uint32_t>(count_characters(before.substr(begin)) + 1)};
}

std::string_view line_at(std::string_view text, std::uint32_t line)
{
    std::size_t begin = 0;
    for (; line > 1; --line) {
        const std::size_t newline = text.find('\n', begin);
        if (newline == std::string_view::npos)
            return {};
        begin = newline + 1;
    }
    std::string_view found = text.substr(begin, text.find('\n', begin) - begin);
    if (!found.empty() && found.back() == '\r')
        found.remove_suffix(1);
    return found;
}

/// A piece of a line that fits a terminal, and where it begins: text that came in one huge line
/// must not flood the log.
struct Window {
    std::string text;
    std::size_t first_column;
};

Window window_of(std::string_view line, std::uint32_t column)
{
    constexpr std::size_t before = 60;
    constexpr std::size_t width = 100;
    std::size_t begin = 0;
    std::size_t at = 1;
    while (at + before < column && begin < line.size()) {
        do
            ++begin;
        while (begin < line.size() && (static_cast<unsigned char>(line[begin]) & 0xc0) == 0x80);
        ++at;
    }
    std::size_t end = begin;
    for (std::size_t taken = 0; end < line.size(); ++end)
        if ((static_cast<unsigned char>(line[end]) & 0xc0) != 0x80 && ++taken > width)
            break;
    Window window{std::string{line.substr(begin, end - begin)}, at};
    // One column per character, and nothing that a terminal obeys.
    for (char& c : window.text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    return window;
}

}  // namespace

Span span_of(std::string_view text, std::size_t offset, std::size_t length)
{
    offset = std::min(offset, text.size());
    length = std::min(length, text.size() - offset);
    const Place begin = place_of(text, offset);
    const Place end = place_of(text, offset + length);
    return {begin.line, begin.column, end.line, end.column, offset, length};
}

Failure to_failure(const ReadError& error)
{
    return Failure{Code::invalid_argument,
                   std::to_string(error.span.line) + ":" + std::to_string(error.span.column) +
                       ": " + error.message,
                   error.hint};
}

std::string report(const ReadError& error, std::string_view text, std::string_view path)
{
    const Span& span = error.span;
    std::string out = "error: " + error.message + "\n";
    if (span.line > 0) {
        out += "  at " + std::string{path} + ":" + std::to_string(span.line) + ":" +
               std::to_string(span.column) + "\n";
        const std::size_t digits = std::to_string(span.line).size();
        const std::uint32_t first = span.line > 2 ? span.line - 2 : 1;
        const std::size_t left = window_of(line_at(text, span.line), span.column).first_column;
        for (std::uint32_t line = first; line <= span.line; ++line) {
            std::string number = std::to_string(line);
            number.insert(0, digits - number.size(), ' ');
            out += "    " + number + "| " +
                   window_of(line_at(text, line), line == span.line ? span.column : 1).text + "\n";
        }
        const std::size_t available =
            count_characters(line_at(text, span.line)) + 1 -
            std::min<std::size_t>(count_characters(line_at(text, span.line)), span.column - 1);
        const std::size_t wanted = span.end_line == span.line && span.end_column > span.column
                                       ? span.end_column - span.column
                                   : span.end_line > span.line ? available - 1
                                                               : 1;
        const std::size_t marks = std::clamp<std::size_t>(wanted, 1, 40);
        out += std::string(6 + digits + span.column - left, ' ') + "^" +
               std::string(marks - 1, '~') + "\n";
    }
    if (!error.hint.empty())
        out += "  hint: " + error.hint + "\n";
    return out;
}

}  // namespace reops::data

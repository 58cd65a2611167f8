// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/header_text.hh"

#include "data/utf8.hh"
#include "sinks/email/plain_text.hh"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace reops::sinks {

namespace {

constexpr std::size_t header_width = 76;  // RFC 2047 for lines with encoded words
constexpr std::size_t word_bytes = 39;    // of text in one encoded word: "Subject: " fits before it
constexpr std::size_t longest_line = 998;  // RFC 5322
constexpr std::size_t printable_width = 76;

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < 0x7f; });
}

bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string base64(std::string_view bytes)
{
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = (group << 8U) |
                    (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out += i + k <= bytes.size() ? digits[(group >> (18 - 6 * k)) & 0x3fU] : '=';
    }
    return out;
}

/// RFC 2047: whole characters in words of at most 75 bytes.
std::vector<std::string> encoded_words(std::string_view text)
{
    std::vector<std::string> out;
    while (!text.empty()) {
        std::size_t length = 0;
        while (length < text.size()) {
            const std::size_t next =
                std::max<std::size_t>(data::decode_utf8(text.substr(length)).bytes, 1);
            if (length + next > word_bytes)
                break;
            length += next;
        }
        out.push_back("=?UTF-8?B?" + base64(text.substr(0, length)) + "?=");
        text.remove_prefix(length);
    }
    return out;
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

/// Readers would decode "=?", and a word that is wider than a line cannot be folded.
bool needs_encoding(std::string_view text, const std::vector<std::string>& words)
{
    return !is_ascii(text) || text.find("=?") != std::string_view::npos ||
           std::any_of(words.begin(), words.end(), [](const std::string& word) {
               return word.size() > header_width - 20;
           });
}

std::string fold(std::string_view name,
                 const std::vector<std::string>& parts,
                 std::string_view separator)
{
    std::string out = std::string{name} + ':';
    std::size_t used = out.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string part = parts[i] + std::string{i + 1 < parts.size() ? separator : ""};
        if (i > 0 && used + 1 + part.size() > header_width) {
            out += "\r\n";
            used = 0;
        }
        out += ' ' + part;
        used += 1 + part.size();
    }
    return out + "\r\n";
}

void append_quoted(std::string& out, std::size_t& used, unsigned char byte, bool is_last)
{
    const bool is_plain = (byte > ' ' && byte < 0x7f && byte != '=') || (byte == ' ' && !is_last);
    const std::size_t needed = is_plain ? 1 : 3;
    if (used + needed > printable_width - (is_last ? 0 : 1)) {
        out += "=\r\n";
        used = 0;
    }
    if (is_plain)
        out += static_cast<char>(byte);
    else
        out += fmt::format("={:02X}", byte);
    used += needed;
}

std::uint64_t hash_of(std::string_view text)  // FNV-1a
{
    std::uint64_t out = 0xcbf29ce484222325U;
    for (const char c : text)
        out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return out;
}

/// The lines of a text without their ends; the last one needs no "\n".
template <class Visit>
void for_each_line(std::string_view text, Visit visit)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

std::string text_field(std::string_view name, std::string_view value)
{
    const std::string text = plain_line(value);
    const std::vector<std::string> words = words_of(text);
    return fold(name, needs_encoding(text, words) ? encoded_words(text) : words, "");
}

std::string list_field(std::string_view name, const std::vector<std::string>& parts)
{
    return fold(name, parts, ",");
}

std::string encode_phrase(std::string_view text)
{
    std::string clean = plain_line(text);
    if (needs_encoding(clean, {})) {
        std::string out;
        for (const std::string& word : encoded_words(clean))
            out += (out.empty() ? "" : " ") + word;
        return out;
    }
    if (std::all_of(clean.begin(), clean.end(), [](char c) {
            return is_alphanumeric(c) || c == ' ' || c == '-' || c == '_';
        }))
        return clean;
    std::string out = "\"";
    for (const char c : clean) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

std::string safe_name(std::string_view text)
{
    constexpr std::size_t longest = 180;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool is_inner_dot = c == '.' && i > 0 && i + 1 < text.size() && text[i - 1] != '.';
        if (is_alphanumeric(c) || c == '-' || c == '_' || is_inner_dot)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    if (out.empty())
        return "%";
    if (out.size() > longest)
        out = fmt::format("{}%{:016x}", out.substr(0, longest - 17), hash_of(text));
    return out;
}

BodyEncoding encoding_for(std::string_view body)
{
    bool is_plain = is_ascii(body);
    for_each_line(body, [&](std::string_view line) { is_plain &= line.size() <= longest_line; });
    return is_plain ? BodyEncoding::seven_bit : BodyEncoding::quoted_printable;
}

std::string encode_body(std::string_view body, BodyEncoding encoding)
{
    std::string out;
    for_each_line(body, [&](std::string_view line) {
        if (encoding == BodyEncoding::seven_bit) {
            out += line;
        } else {
            std::size_t used = 0;
            for (std::size_t i = 0; i < line.size(); ++i)
                append_quoted(out, used, static_cast<unsigned char>(line[i]), i + 1 == line.size());
        }
        out += "\r\n";
    });
    return out;
}

}  // namespace reops::sinks

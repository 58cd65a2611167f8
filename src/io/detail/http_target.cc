// SPDX-License-Identifier: Apache-2.0
// Paths and queries: percent encoding both ways (RFC 3986, and `+` for a space in queries).
#include "io/detail/http_target.hh"

#include <algorithm>
#include <optional>

namespace reops::io {

namespace {

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            decoded += ' ';
        } else if (text[i] != '%') {
            decoded += text[i];
        } else {
            if (i + 2 >= text.size())
                return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0 || (high == 0 && low == 0))
                return std::nullopt;
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return decoded;
}

bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

void encode(std::string_view text, bool keep_slashes, std::string& out)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_unreserved(c) || (keep_slashes && c == '/')) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

bool decode_query(std::string_view query, HttpRequest& into)
{
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view entry = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (entry.empty())
            continue;
        const std::size_t equals = std::min(entry.find('='), entry.size());
        const auto name = decode(entry.substr(0, equals), true);
        const auto value = decode(entry.substr(std::min(equals + 1, entry.size())), true);
        if (!name || !value)
            return false;
        into.query.emplace_back(*name, *value);
    }
    return true;
}

/// "http://host:80/a" to "/a": what a client sends to a proxy, and may send to anybody.
std::string_view without_authority(std::string_view target)
{
    for (const std::string_view scheme : {"http://", "https://"})
        if (target.starts_with(scheme)) {
            const std::size_t slash = target.find('/', scheme.size());
            return slash == std::string_view::npos ? "/" : target.substr(slash);
        }
    return target;
}

}  // namespace

bool decode_target(std::string_view target, HttpRequest& into)
{
    target = without_authority(target);
    if (target != "*" && !target.starts_with('/'))
        return false;
    target = target.substr(0, target.find('#'));
    const std::size_t question = std::min(target.find('?'), target.size());
    const auto path = decode(target.substr(0, question), false);
    if (!path)
        return false;
    into.path = *path;
    return decode_query(target.substr(std::min(question + 1, target.size())), into);
}

std::string encode_target(const HttpRequest& request)
{
    std::string target;
    encode(request.path.empty() ? "/" : request.path, true, target);
    char separator = '?';
    for (const auto& [name, value] : request.query) {
        target += separator;
        encode(name, false, target);
        target += '=';
        encode(value, false, target);
        separator = '&';
    }
    return target;
}

}  // namespace reops::io

// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/address.hh"

#include "sinks/email/header_text.hh"
#include "sinks/email/plain_text.hh"

#include <algorithm>

namespace reops::sinks {

namespace {

constexpr std::size_t longest = 254;  // RFC 5321

Failure no_address(std::string_view text)
{
    return {Code::invalid_argument,
            "expected a mail address such as reops@home but got \"" + plain_line(text, 80) + "\""};
}

std::string_view trim(std::string_view text)
{
    const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

bool is_control(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_literal_domain(std::string_view domain)
{
    return domain.size() > 2 && domain.front() == '[' && domain.back() == ']' &&
           std::all_of(domain.begin() + 1, domain.end() - 1, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '.' || c == ':';
           });
}

bool is_part(std::string_view part)
{
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view{"<>()[]\\,;:@\""}.find(c) == std::string_view::npos;
    });
}

bool is_spec(std::string_view spec)
{
    const std::size_t at = spec.find('@');
    if (spec.size() > longest || !is_part(spec.substr(0, at)))
        return false;
    if (at == std::string_view::npos)
        return true;  // a name of the server's own: root
    const std::string_view domain = spec.substr(at + 1);
    return is_part(domain) || is_literal_domain(domain);
}

}  // namespace

Result<Address> parse_address(std::string_view text)
{
    Address out;
    std::string_view spec = trim(text);
    if (std::any_of(text.begin(), text.end(), is_control))
        return no_address(text);
    if (const std::size_t open = spec.rfind('<'); open != std::string_view::npos) {
        if (spec.back() != '>')
            return no_address(text);
        std::string_view name = trim(spec.substr(0, open));
        if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
            name = name.substr(1, name.size() - 2);
        out.name = plain_line(name, 100);
        spec = spec.substr(open + 1, spec.size() - open - 2);
    }
    if (!is_spec(spec))
        return no_address(text);
    out.spec = spec;
    return out;
}

std::string to_header(const Address& address)
{
    if (address.name.empty())
        return address.spec;
    return encode_phrase(address.name) + " <" + address.spec + '>';
}

}  // namespace reops::sinks

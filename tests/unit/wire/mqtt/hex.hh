// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Bytes as tests write them: "30 05 00 01 'a' 'b'"; blanks do not count.

#include <string>
#include <string_view>

namespace reops::wire::mqtt::test {

inline int digit_value(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/// Two hexadecimal digits or 'c' for each byte.
inline std::string bytes(std::string_view spelled)
{
    std::string out;
    for (std::size_t i = 0; i + 1 < spelled.size();) {
        if (spelled[i] == ' ') {
            ++i;
        } else if (spelled[i] == '\'') {
            out.push_back(spelled[i + 1]);
            i += 3;
        } else {
            out.push_back(
                static_cast<char>(digit_value(spelled[i]) * 16 + digit_value(spelled[i + 1])));
            i += 2;
        }
    }
    return out;
}

}  // namespace reops::wire::mqtt::test

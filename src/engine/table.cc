// SPDX-License-Identifier: Apache-2.0
#include "engine/table.hh"

namespace reops::engine {

std::string number_key(std::uint64_t number)
{
    std::string key(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        key[7 - i] = static_cast<char>(number >> (8 * i));
    return key;
}

std::string join_key(std::string_view first, std::string_view second)
{
    std::string key;
    key.reserve(first.size() + second.size() + 1);
    key.append(first).push_back('\0');
    return key.append(second);
}

std::string join_key(std::string_view first, std::string_view second, std::string_view third)
{
    return join_key(join_key(first, second), third);
}

}  // namespace reops::engine

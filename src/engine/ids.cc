// SPDX-License-Identifier: Apache-2.0
#include "engine/ids.hh"

#include <charconv>

namespace reops::engine {

std::string to_string(Position event)
{
    return "e-" + std::to_string(event.number);
}

std::string to_string(RunId run)
{
    return "r-" + std::to_string(run.number);
}

std::string to_string(EffectId effect)
{
    return "x-" + std::to_string(effect.number);
}

std::optional<std::uint64_t> parse_id(char letter, std::string_view text)
{
    if (text.size() < 3 || text[0] != letter || text[1] != '-')
        return std::nullopt;
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 2, end, number);
    if (error != std::errc{} || stop != end || number == 0)
        return std::nullopt;
    return number;
}

}  // namespace reops::engine

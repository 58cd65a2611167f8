// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/mapping.hh"

#include <array>

namespace reops::sources {

namespace {

/// Spellings that are known to mean another event. Any other misspelling is an error.
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> aliases = {{
    {"temperture", "temperature"},
}};

std::string_view take_level(std::string_view& rest, bool& more)
{
    const std::size_t cut = rest.find('/');
    const std::string_view level = rest.substr(0, cut);
    more = cut != std::string_view::npos;
    rest = more ? rest.substr(cut + 1) : std::string_view{};
    return level;
}

}  // namespace

SensorMapping default_mapping(std::string_view event)
{
    SensorMapping mapping;
    mapping.event = event;
    mapping.topic = "sensors/+/" + mapping.event;
    return mapping;
}

std::string_view canonical_event(std::string_view name)
{
    for (const auto& [alias, event] : aliases)
        if (alias == name)
            return event;
    return name;
}

std::optional<std::string> match_topic(std::string_view filter, std::string_view topic)
{
    if (topic.starts_with('$') && !filter.starts_with('$'))
        return std::nullopt;
    std::string key;
    bool filter_goes_on = true;
    bool topic_goes_on = true;
    while (filter_goes_on) {
        const std::string_view wanted = take_level(filter, filter_goes_on);
        if (wanted == "#") {
            const std::string_view rest = topic_goes_on ? topic : std::string_view{};
            return key.empty() ? std::string{rest} : key;
        }
        if (!topic_goes_on)
            return std::nullopt;
        const std::string_view level = take_level(topic, topic_goes_on);
        if (wanted == "+")
            key.append(key.empty() ? "" : "/").append(level);
        else if (wanted != level)
            return std::nullopt;
    }
    if (topic_goes_on)
        return std::nullopt;
    return key;
}

}  // namespace reops::sources

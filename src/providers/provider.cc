// SPDX-License-Identifier: Apache-2.0
#include "providers/provider.hh"

#include <array>
#include <utility>

namespace reops::providers {

namespace {

constexpr std::array<std::pair<PowerState, std::string_view>, 6> state_names{{
    {PowerState::unknown, "unknown"},
    {PowerState::on, "on"},
    {PowerState::off, "off"},
    {PowerState::starting, "starting"},
    {PowerState::stopping, "stopping"},
    {PowerState::absent, "absent"},
}};

}  // namespace

std::string_view to_string(PowerState state)
{
    for (const auto& [known, name] : state_names)
        if (known == state)
            return name;
    return "unknown";
}

PowerState parse_power_state(std::string_view name)
{
    for (const auto& [state, known] : state_names)
        if (known == name)
            return state;
    return PowerState::unknown;
}

bool is_running(PowerState state)
{
    return state == PowerState::on || state == PowerState::starting ||
           state == PowerState::stopping;
}

std::string_view to_string(Change change)
{
    switch (change) {
        case Change::start:
            return "start";
        case Change::stop:
            return "stop";
        case Change::stop_hard:
            return "stop-hard";
        case Change::create:
            return "create";
        case Change::destroy:
            return "destroy";
    }
    return "unknown";
}

}  // namespace reops::providers

// SPDX-License-Identifier: Apache-2.0
#include "control/check.hh"

#include "data/vector.hh"
#include "engine/detail.hh"

#include <array>

namespace reops::control {

namespace {

constexpr std::array<std::string_view, 3> names = {"ok", "warn", "fail"};

}  // namespace

std::string_view to_string(Health health)
{
    return names.at(static_cast<std::size_t>(health));
}

data::Value to_value(const Check& check)
{
    return engine::make_detail({{"name", engine::text(check.name)},
                                {"health", engine::text(to_string(check.health))},
                                {"text", engine::text(check.text)},
                                {"type", engine::text(check.type)}});
}

data::Value to_value(const std::vector<Check>& checks)
{
    data::VectorBuilder out;
    for (const Check& check : checks)
        out.push_back(to_value(check));
    return out.finish();
}

}  // namespace reops::control

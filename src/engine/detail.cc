// SPDX-License-Identifier: Apache-2.0
#include "engine/detail.hh"

#include "data/map.hh"
#include "data/vector.hh"

namespace reops::engine {

data::Value make_detail(std::initializer_list<std::pair<std::string_view, data::Value>> pairs)
{
    data::MapBuilder map;
    for (const auto& [key, value] : pairs)
        if (!value.is_nil())
            map.set(data::Value::keyword(key), value);
    return data::Value{map.finish()};
}

data::Value text(std::string_view value)
{
    return value.empty() ? data::Value{} : data::Value::string(value);
}

data::Value number(std::uint64_t value)
{
    return data::Value::integer(static_cast<std::int64_t>(value));
}

data::Value texts(const std::vector<std::string>& values)
{
    data::Vector out;
    for (const std::string& value : values)
        out = std::move(out).push_back(data::Value::string(value));
    return data::Value{std::move(out)};
}

std::string clock_time(Time time, Duration offset)
{
    return to_iso(time + offset).substr(11, 5);
}

}  // namespace reops::engine

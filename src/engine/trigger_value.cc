// SPDX-License-Identifier: Apache-2.0
#include "engine/trigger_value.hh"

#include "data/map.hh"

namespace reops::engine {

using data::Value;

Trigger make_trigger(const FilterInput& input)
{
    const Event& event = *input.event;
    return Trigger{.event = input.position,
                   .at = input.at,
                   .name = event.name,
                   .key = event.key,
                   .value = input.value,
                   .payload = event.payload.is_nil() ? event.value : event.payload,
                   .actor = event.actor,
                   .depth = event.depth,
                   .emitted = event.emitted,
                   .caused_by = event.caused_by};
}

Value to_value(const Trigger& trigger)
{
    return Value{data::make_map({
        {Value::keyword("event"), Value::integer(static_cast<std::int64_t>(trigger.event.number))},
        {Value::keyword("at"), Value::integer(trigger.at.us)},
        {Value::keyword("name"), Value::string(trigger.name)},
        {Value::keyword("key"), Value::string(trigger.key)},
        {Value::keyword("value"), trigger.value},
        {Value::keyword("payload"), trigger.payload},
        {Value::keyword("actor"), Value::string(trigger.actor)},
        {Value::keyword("depth"), Value::integer(trigger.depth)},
        {Value::keyword("emitted"), Value::boolean(trigger.emitted)},
        {Value::keyword("caused-by"), Value::string(trigger.caused_by)},
    })};
}

namespace {

std::int64_t integer_of(const data::Map& map, std::string_view key)
{
    const Value value = map.get(key);
    return value.kind() == data::Kind::integer ? value.as_integer() : 0;
}

std::string text_of(const data::Map& map, std::string_view key)
{
    const Value value = map.get(key);
    return value.kind() == data::Kind::string ? std::string{value.as_string()} : std::string{};
}

}  // namespace

Trigger trigger_from(const Value& value)
{
    if (value.kind() != data::Kind::map)
        return {};
    const data::Map& map = value.as_map();
    return Trigger{.event = Position{static_cast<std::uint64_t>(integer_of(map, "event"))},
                   .at = Time{integer_of(map, "at")},
                   .name = text_of(map, "name"),
                   .key = text_of(map, "key"),
                   .value = map.get("value"),
                   .payload = map.get("payload"),
                   .actor = text_of(map, "actor"),
                   .depth = static_cast<std::uint32_t>(integer_of(map, "depth")),
                   .emitted = map.get("emitted").truthy(),
                   .caused_by = text_of(map, "caused-by")};
}

}  // namespace reops::engine

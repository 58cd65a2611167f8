// SPDX-License-Identifier: Apache-2.0
#include "providers/helper_protocol.hh"

#include "data/json.hh"
#include "data/vector.hh"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::providers {

namespace {

using data::Map;
using data::MapBuilder;
using data::Value;

Value text(std::string_view value)
{
    return Value::string(value);
}

Value key(std::string_view name)
{
    return Value::keyword(name);
}

constexpr std::array<std::pair<Code, std::string_view>, 8> seam_codes{{
    {Code::not_found, "not_found"},
    {Code::unreachable, "unreachable"},
    {Code::timeout, "timeout"},
    {Code::denied, "denied"},
    {Code::unsupported, "unsupported"},
    {Code::invalid_argument, "invalid_argument"},
    {Code::conflict, "conflict"},
    {Code::internal, "internal"},
}};

std::string_view print_code(Code code)
{
    for (const auto& [known, name] : seam_codes)
        if (known == code)
            return name;
    return "internal";
}

Code read_code(std::string_view name)
{
    for (const auto& [code, known] : seam_codes)
        if (known == name)
            return code;
    return Code::internal;
}

/// A helper must see secrets as they are; everywhere else they print as #secret.
Value revealed(const Value& value)
{
    if (value.is_secret())
        return text(value.reveal());
    if (value.is_map()) {
        MapBuilder map;
        for (const auto& [name, held] : value.as_map())
            map.set(name, revealed(held));
        return map.finish();
    }
    if (value.is_vector()) {
        data::VectorBuilder vector;
        for (const Value& element : value.as_vector())
            vector.push_back(revealed(element));
        return vector.finish();
    }
    return value;
}

std::string to_line(const Value& value)
{
    std::string line = data::write_json(value);
    line += '\n';
    return line;
}

Value texts(const std::vector<std::string>& list)
{
    data::VectorBuilder vector;
    for (const std::string& element : list)
        vector.push_back(text(element));
    return vector.finish();
}

/// Nothing when it is not a vector of strings.
std::optional<std::vector<std::string>> read_texts(const Value& value)
{
    if (!value.is_vector())
        return std::nullopt;
    std::vector<std::string> list;
    for (const Value& element : value.as_vector()) {
        if (!element.is_string())
            return std::nullopt;
        list.emplace_back(element.as_string());
    }
    return list;
}

Value labels_value(const std::map<std::string, std::string>& labels)
{
    MapBuilder map;
    for (const auto& [name, held] : labels)
        map.set(text(name), text(held));
    return map.finish();
}

/// What is no text is no label.
std::map<std::string, std::string> read_labels(const Value& value)
{
    std::map<std::string, std::string> labels;
    if (value.is_map())
        for (const auto& [name, held] : value.as_map())
            if (held.is_string() && (name.is_string() || name.is_keyword()))
                labels.emplace(name.is_string() ? name.as_string() : name.name(), held.as_string());
    return labels;
}

Failure bad_line(std::string_view what, std::string_view line)
{
    constexpr std::size_t shown = 60;
    return {Code::corrupt,
            fmt::format("{}: {}{}", what, line.substr(0, shown), line.size() > shown ? "..." : "")};
}

Failure bad_reply(std::string_view expected)
{
    return {Code::internal, fmt::format("the reply of the helper has no {}", expected)};
}

Result<HelperMessage> read_answer(const Value& object, std::string_view line)
{
    const Value id = field(object, "id");
    if (!id.is_integer() || id.as_integer() < 1)
        return bad_line("a line of the helper is no hello, no reply and no event", line);
    const auto number = static_cast<std::uint64_t>(id.as_integer());
    if (const Value ok = field(object, "ok"); ok.is_map())
        return HelperMessage{HelperAnswer{number, ok}};
    if (const Value error = field(object, "error"); error.is_map())
        return HelperMessage{HelperAnswer{
            number, Failure{read_code(text_field(error, "code")), text_field(error, "message")}}};
    return bad_line("a reply of the helper has neither `ok` nor `error`", line);
}

Value request_value(const HelperRequest& request)
{
    MapBuilder map;
    map.set(key("id"), Value::integer(static_cast<std::int64_t>(request.id)));
    map.set(key("op"), text(request.op));
    if (!request.system.name.empty())
        map.set(key("system"), text(request.system.name));
    if (!request.system.address.empty())
        map.set(key("address"), text(request.system.address));
    if (!request.system.options.is_nil())
        map.set(key("options"), revealed(request.system.options));
    if (request.within > Duration::zero())
        map.set(key("within"), Value::real(std::chrono::duration<double>(request.within).count()));
    if (!request.settings.is_nil())
        map.set(key("settings"), request.settings);
    if (request.op == "sync") {
        MapBuilder systems;
        for (const SystemRef& system : request.systems)
            systems.set(text(system.name),
                        system.options.is_nil() ? Value{Map{}} : revealed(system.options));
        map.set(key("systems"), systems.finish());
    }
    return map.finish();
}

/// A message that quotes a peer may be of any length; cut between characters.
std::string_view beginning_of(std::string_view message)
{
    constexpr std::size_t longest = 4096;
    if (message.size() <= longest)
        return message;
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0U) == 0x80U)
        --end;
    return message.substr(0, end);
}

std::string failed_line(std::uint64_t id, const Failure& why)
{
    const std::string_view message = beginning_of(why.message);
    return to_line(data::make_map({{key("id"), Value::integer(static_cast<std::int64_t>(id))},
                                   {key("error"),
                                    data::make_map({{key("code"), text(print_code(why.code))},
                                                    {key("message"), text(message)}})}}));
}

}  // namespace

Value field(const Value& object, std::string_view key_name)
{
    if (!object.is_map())
        return {};
    if (const Value* found = object.as_map().find(key_name))
        return *found;
    return object.as_map().get(text(key_name));
}

std::string text_field(const Value& object, std::string_view key_name)
{
    const Value found = field(object, key_name);
    if (found.is_string())
        return std::string{found.as_string()};
    if (found.is_keyword())
        return std::string{found.name()};
    return {};
}

std::string print_line(const Hello& hello)
{
    return to_line(data::make_map({{key("hello"), text("reops-provider")},
                                   {key("protocol"), Value::integer(hello.protocol)},
                                   {key("name"), text(hello.name)},
                                   {key("version"), text(hello.version)},
                                   {key("capabilities"), texts(hello.capabilities)}}));
}

std::string print_line(const HelperRequest& request)
{
    return to_line(request_value(request));
}

std::string print_line(const HelperAnswer& answer)
{
    if (!answer.result)
        return failed_line(answer.id, answer.result.failure());
    const Value& ok = answer.result.value();
    std::string line =
        to_line(data::make_map({{key("id"), Value::integer(static_cast<std::int64_t>(answer.id))},
                                {key("ok"), ok.is_map() ? ok : Value{Map{}}}}));
    if (line.size() <= max_helper_line)
        return line;
    return failed_line(answer.id,
                       {Code::internal,
                        fmt::format("the reply would be a line of {} bytes, the limit is {}",
                                    line.size(),
                                    max_helper_line)});
}

std::string print_line(const StateEvent& event)
{
    return to_line(data::make_map({{key("event"), text("state")},
                                   {key("system"), text(event.system)},
                                   {key("state"), text(to_string(event.state))}}));
}

Result<HelperMessage> parse_message(std::string_view line)
{
    const auto parsed = data::read_json(line);
    if (!parsed || !parsed->is_map())
        return bad_line("a line of the helper is not a JSON object", line);
    const Value& object = *parsed;
    if (const std::string hello = text_field(object, "hello"); !hello.empty()) {
        const Value protocol = field(object, "protocol");
        if (hello != "reops-provider" || !protocol.is_integer())
            return bad_line("the hello is not that of a provider", line);
        return HelperMessage{
            Hello{protocol.as_integer(),
                  text_field(object, "name"),
                  text_field(object, "version"),
                  read_texts(field(object, "capabilities")).value_or(std::vector<std::string>{})}};
    }
    if (const std::string event = text_field(object, "event"); !event.empty()) {
        if (event != "state")
            return HelperMessage{UnknownEvent{}};
        return HelperMessage{StateEvent{text_field(object, "system"),
                                        parse_power_state(text_field(object, "state"))}};
    }
    return read_answer(object, line);
}

Result<HelperRequest> parse_request(std::string_view line, std::uint64_t& id)
{
    id = 0;
    const auto parsed = data::read_json(line);
    if (!parsed || !parsed->is_map())
        return Failure{Code::invalid_argument, "a request is one JSON object on one line"};
    const Value& object = *parsed;
    const Value number = field(object, "id");
    if (!number.is_integer() || number.as_integer() < 1)
        return Failure{Code::invalid_argument, "a request needs an `id`, a positive integer"};
    id = static_cast<std::uint64_t>(number.as_integer());
    HelperRequest request;
    request.id = id;
    request.op = text_field(object, "op");
    if (request.op.empty())
        return Failure{Code::invalid_argument, "a request needs an `op`, a string"};
    request.system = {
        text_field(object, "system"), text_field(object, "address"), field(object, "options")};
    request.settings = field(object, "settings");
    if (const auto within = field(object, "within").number();
        within && *within > 0 && *within < 1e9)
        request.within =
            std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*within));
    if (const Value systems = field(object, "systems"); systems.is_map())
        for (const auto& [name, options] : systems.as_map())
            if (name.is_string() || name.is_keyword())
                request.systems.push_back(
                    {std::string{name.is_string() ? name.as_string() : name.name()}, "", options});
    return request;
}

Failure unsupported_op(std::string_view provider,
                       std::string_view op,
                       const std::vector<std::string>& capabilities)
{
    std::vector<std::string> ops = capabilities;
    std::erase(ops, "events");
    return {Code::unsupported,
            fmt::format("{} cannot `{}`; it can {}", provider, op, fmt::join(ops, ", "))};
}

Value status_value(const SystemStatus& status)
{
    MapBuilder map;
    map.set(key("state"), text(to_string(status.state)));
    if (status.guests)
        map.set(key("guests"), texts(*status.guests));
    if (!status.detail.empty())
        map.set(key("detail"), text(status.detail));
    return map.finish();
}

Result<SystemStatus> read_status(const Value& ok)
{
    const std::string state = text_field(ok, "state");
    if (state.empty())
        return bad_reply("`state`");
    SystemStatus status{
        parse_power_state(state), read_texts(field(ok, "guests")), text_field(ok, "detail")};
    if (!status.guests && !field(ok, "guests").is_nil())
        return bad_reply("list of names under `guests`");
    return status;
}

Value listed_value(const std::vector<ListedSystem>& systems)
{
    data::VectorBuilder list;
    for (const ListedSystem& system : systems) {
        MapBuilder map;
        map.set(key("system"), text(system.name));
        map.set(key("state"), text(to_string(system.state)));
        if (!system.id.empty() && system.id != system.name)
            map.set(key("id"), text(system.id));
        if (!system.addresses.empty())
            map.set(key("addresses"), texts(system.addresses));
        if (!system.type.empty())
            map.set(key("type"), text(system.type));
        if (!system.labels.empty())
            map.set(key("labels"), labels_value(system.labels));
        list.push_back(map.finish());
    }
    return data::make_map({{key("systems"), list.finish()}});
}

Result<std::vector<ListedSystem>> read_listed(const Value& ok)
{
    const Value list = field(ok, "systems");
    if (!list.is_vector())
        return bad_reply("list under `systems`");
    std::vector<ListedSystem> systems;
    for (const Value& entry : list.as_vector()) {
        ListedSystem system;
        system.name = text_field(entry, "system");
        if (system.name.empty())
            return bad_reply("`system` in an entry of `systems`");
        system.state = parse_power_state(text_field(entry, "state"));
        system.id = text_field(entry, "id");
        system.type = text_field(entry, "type");
        system.labels = read_labels(field(entry, "labels"));
        const Value addresses = field(entry, "addresses");
        auto read = read_texts(addresses);
        if (!read && !addresses.is_nil())
            return bad_reply("list of texts under `addresses` of a system");
        if (read)
            system.addresses = *std::move(read);
        systems.push_back(std::move(system));
    }
    return systems;
}

Value addresses_value(const std::vector<std::string>& addresses)
{
    return data::make_map({{key("addresses"), texts(addresses)}});
}

Result<std::vector<std::string>> read_addresses(const Value& ok)
{
    auto addresses = read_texts(field(ok, "addresses"));
    if (!addresses)
        return bad_reply("list of texts under `addresses`");
    return *std::move(addresses);
}

}  // namespace reops::providers

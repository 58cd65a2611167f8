// SPDX-License-Identifier: Apache-2.0
#include "control/host_looks.hh"
#include "control/names.hh"
#include "control/routes.hh"
#include "data/vector.hh"
#include "engine/state.hh"

#include <utility>

namespace reops::control {

namespace {

data::Value show_holds(const engine::State& state, const std::string& host)
{
    data::VectorBuilder out;
    for (const auto& [row, hold] : state.holds.rows())
        if (hold.host == host)
            out.push_back(
                make_detail({{"flow", text(hold.flow)},
                             {"key", text(hold.key)},
                             {"since", show_time(hold.since)},
                             {"silent", hold.silent ? flag(true) : data::Value{}},
                             {"confirmed", hold.confirmed ? flag(true) : data::Value{}}}));
    return out.finish();
}

std::string reach_of(const hosts::System* system)
{
    if (system == nullptr)
        return "not in the inventory: nobody can switch it";
    if (system->provider.empty())
        return "no provider: nobody can switch it";
    return "by its provider `" + system->provider + "`";
}

std::string_view role_name(hosts::Role role)
{
    if (role == hosts::Role::unset)
        return "";
    return role == hosts::Role::self ? "self" : "other";
}

/// What our own actions have seen; a provider may know better (`look`).
std::string_view state_of(const engine::SystemState* seen)
{
    if (seen == nullptr || seen->seen == Time{})
        return "unknown";
    return seen->is_off ? "off" : "on";
}

data::Map show_system(const engine::State& state, const std::string& name)
{
    const hosts::System* system = state.inventory->find(name);
    const engine::SystemState* seen = state.systems.find(name);
    data::Map out = make_detail({{"name", text(name)},
                                 {"state", text(state_of(seen))},
                                 {"reach", text(reach_of(system))},
                                 {"holds", show_holds(state, name)}})
                        .as_map();
    const auto add = [&](std::string_view key, const data::Value& value) {
        if (!value.is_nil())
            out = std::move(out).assoc(data::Value::keyword(key), value);
    };
    if (system != nullptr) {
        add("provider", text(system->provider));
        add("type", text(system->type));
        add("address", text(system->address));
        add("runs_on", text(system->runs_on));
        add("role", text(role_name(system->role)));
        add("guests", texts(state.inventory->guests_of(name)));
        add("stop_within", text(to_string(system->stop_within)));
    }
    if (seen != nullptr) {
        add("seen", show_time(seen->seen));
        add("last_stop",
            seen->last_stop > Duration{} ? text(to_string(seen->last_stop)) : data::Value{});
        if (seen->in_flight.number != 0)
            add("in_flight",
                make_detail({{"effect", text(engine::to_string(seen->in_flight))},
                             {"action", text(seen->kind)}}));
    }
    return out;
}

/// With what its provider says; that counts more than what we saw.
data::Map with_look(data::Map host, const Result<data::Value>& look)
{
    if (!look.ok())
        return std::move(host).assoc(data::Value::keyword("trouble"), text(look.failure().message));
    if (look->is_map())
        for (const auto& [key, value] : look->as_map())
            host = std::move(host).assoc(key, value);
    return host;
}

}  // namespace

void show_hosts(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const engine::State& state = parts.runtime.engine().state();
    const std::vector<std::string> names = host_names(state);
    const bool looks = ask.flag("look") && parts.look;
    look_at_hosts(parts,
                  looks ? names : std::vector<std::string>{},
                  [&parts, names, looks, reply](auto seen) {
                      const engine::State& now = parts.runtime.engine().state();
                      data::VectorBuilder out;
                      for (const std::string& name : names) {
                          data::Map host = show_system(now, name);
                          if (const auto look = seen.find(name); look != seen.end())
                              host = with_look(std::move(host), look->second);
                          out.push_back(data::Value{std::move(host)});
                      }
                      reply(make_detail({{"hosts", out.finish()},
                                         {"looked", looks ? flag(true) : data::Value{}}}));
                  });
}

}  // namespace reops::control

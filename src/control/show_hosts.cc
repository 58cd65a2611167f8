// SPDX-License-Identifier: Apache-2.0
#include "control/names.hh"
#include "control/routes.hh"
#include "data/vector.hh"
#include "engine/state.hh"

#include <memory>
#include <utility>

namespace reops::control {

namespace {

constexpr Duration look_within = seconds(5);

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

/// Waits for all providers, or for the deadline, and then answers with what there is.
class Gathering : public std::enable_shared_from_this<Gathering> {
public:
    Gathering(io::EventLoop& loop, std::vector<data::Map> hosts, Reply reply)
        : hosts_(std::move(hosts)), reply_(std::move(reply)), timer_(loop)
    {
    }

    void begin(const ControlParts& parts)
    {
        timer_.after(look_within + seconds(1), [weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->finish();
        });
        const engine::State& state = parts.runtime.engine().state();
        const auto self = shared_from_this();  // until all have answered
        open_ = 1;
        for (std::size_t i = 0; i < hosts_.size(); ++i) {
            const hosts::System* system = state.inventory->find(hosts_[i].get("name").as_string());
            if (system == nullptr || system->provider.empty())
                continue;
            ++open_;
            parts.look(*system, look_within, [self, i](const Result<data::Value>& answer) {
                self->take(i, answer);
            });
        }
        close_one();
    }

private:
    void take(std::size_t index, const Result<data::Value>& answer)
    {
        if (answer.ok() && answer->is_map()) {
            for (const auto& [key, value] : answer->as_map())
                hosts_[index] = std::move(hosts_[index]).assoc(key, value);
        } else if (!answer.ok()) {
            hosts_[index] =
                std::move(hosts_[index])
                    .assoc(data::Value::keyword("trouble"), text(answer.failure().message));
        }
        close_one();
    }
    void close_one()
    {
        if (--open_ == 0)
            finish();
    }
    void finish()
    {
        timer_.cancel();
        const Reply once = std::exchange(reply_, nullptr);
        if (!once)
            return;
        data::VectorBuilder out;
        for (data::Map& host : hosts_)
            out.push_back(data::Value{host});
        once(make_detail({{"hosts", out.finish()}, {"looked", flag(true)}}));
    }

    std::vector<data::Map> hosts_;
    Reply reply_;
    io::Timer timer_;
    std::size_t open_ = 0;
};

}  // namespace

void show_hosts(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const engine::State& state = parts.runtime.engine().state();
    std::vector<data::Map> shown;
    for (const std::string& name : host_names(state))
        shown.push_back(show_system(state, name));
    if (ask.flag("look") && parts.look) {
        std::make_shared<Gathering>(parts.loop, std::move(shown), reply)->begin(parts);
        return;
    }
    data::VectorBuilder out;
    for (data::Map& host : shown)
        out.push_back(data::Value{std::move(host)});
    reply(make_detail({{"hosts", out.finish()}}));
}

}  // namespace reops::control

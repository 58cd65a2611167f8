// SPDX-License-Identifier: Apache-2.0
// What the server shows of its parts over the control socket.
#include "app/server.hh"
#include "app/version.hh"
#include "app/zone.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "engine/detail.hh"
#include "sources/sensor/mapping.hh"

#include <utility>

#include <fmt/format.h>

namespace reops::app {

namespace {

using engine::make_detail;
using engine::number;
using engine::text;
using engine::texts;

std::string_view state_name(mqtt::Client::State state)
{
    using State = mqtt::Client::State;
    switch (state) {
        case State::stopped:
            return "stopped";
        case State::connecting:
            return "connecting";
        case State::connected:
            return "connected";
        case State::waiting:
            return "waiting";
        case State::taken_over:
            return "taken over";
    }
    return "stopped";
}

data::Value show_faults(const sources::MappingCounts& counts)
{
    data::Map out;
    for (std::size_t i = 0; i < counts.faults.size(); ++i)
        if (counts.faults[i] > 0)
            out = std::move(out).assoc(
                data::Value::keyword(to_string(static_cast<sources::PayloadFault>(i))),
                number(counts.faults[i]));
    return data::Value{std::move(out)};
}

data::Value show_mapping(const sources::SensorMapping& mapping,
                         const sources::MappingCounts& counts)
{
    return make_detail({{"event", text(mapping.event)},
                        {"topic", text(mapping.topic)},
                        {"unit", text(mapping.unit)},
                        {"live", number(counts.live)},
                        {"retained", number(counts.retained)},
                        {"superseded", number(counts.superseded)},
                        {"implausible", number(counts.implausible)},
                        {"without_key", number(counts.without_key)},
                        {"undecodable", number(counts.undecodable())},
                        {"faults", show_faults(counts)},
                        {"last_refused", text(counts.last_refused)}});
}

data::Value show_sensors(const sources::SensorSource& sensors)
{
    const sources::SensorCounts counts = sensors.counts();
    data::VectorBuilder mappings;
    for (std::size_t i = 0; i < counts.mappings.size(); ++i)
        mappings.push_back(show_mapping(sensors.mappings()[i], counts.mappings[i]));
    data::VectorBuilder known;
    constexpr std::size_t most = 100;
    for (const sources::KnownReading& reading : sensors.known()) {
        if (known.size() == most)
            break;
        known.push_back(make_detail({{"event", text(reading.event)},
                                     {"key", text(reading.key)},
                                     {"value", reading.value},
                                     {"at", text(to_iso(reading.at, true))}}));
    }
    return make_detail({{"received", number(counts.received)},
                        {"offered", number(counts.offered)},
                        {"committed", number(counts.committed)},
                        {"unmapped", number(counts.unmapped)},
                        {"shed", number(counts.shed)},
                        {"duplicates", number(counts.duplicates)},
                        {"forgotten_topics", number(counts.forgotten_topics)},
                        {"mappings", mappings.finish()},
                        {"known", known.finish()}});
}

}  // namespace

data::Value Server::show_broker()
{
    const mqtt::Client& client = sensors_->client();
    return make_detail({{"managed", data::Value::boolean(config_.broker.managed)},
                        {"address", text(to_string(client.broker()))},
                        {"state", text(state_name(client.state()))},
                        {"client_id", text(client_id_)},
                        {"protocol",
                         text(!client.is_connected()                            ? ""
                              : client.session().version() == mqtt::Version::v5 ? "5"
                                                                                : "3.1.1")},
                        {"connections", number(client.connections())},
                        {"broker_starts", broker_ ? number(broker_->starts()) : data::Value{}}});
}

data::Value Server::show_mail() const
{
    return make_detail({{"smtp", text(config_.smtp.url)},
                        {"folder", text(config_.state + "/mail")},
                        {"from", text(config_.email.from)},
                        {"to", texts(config_.email.to)},
                        {"alert_to", texts(config_.alert_to)}});
}

void Server::look(const hosts::System& system,
                  Duration deadline,
                  std::function<void(Result<data::Value>)> done)
{
    auto provider = registry_->get(system.provider);
    if (!provider.ok()) {
        done(provider.failure());
        return;
    }
    (*provider)->status(providers::system_ref(system),
                        deadline,
                        [done = std::move(done)](const Result<providers::SystemStatus>& status) {
                            if (!status.ok())
                                return done(status.failure());
                            done(make_detail({{"state", text(to_string(status->state))},
                                              {"detail", text(status->detail)}}));
                        });
}

Result<void> Server::serve_control()
{
    const auto offset = utc_offset(config_.zone, parts_.clock.wall());
    control::ControlParts parts{.loop = parts_.loop,
                                .runtime = *runtime_,
                                .clock = parts_.clock,
                                .log = parts_.log,
                                .state_folder = config_.state,
                                .version = std::string{program_version},
                                .zone = config_.zone,
                                .utc_offset = offset.ok() ? *offset : Duration{0},
                                .shut_down = [this] {
                                    if (shutdown_asked_)
                                        shutdown_asked_();
                                }};
    parts.status = {{"armed", [this] { return data::Value::boolean(is_armed_); }},
                    {"broker", [this] { return show_broker(); }},
                    {"sensors", [this] { return show_sensors(*sensors_); }},
                    {"mail", [this] { return show_mail(); }}};
    parts.run_checks = [this](Duration deadline, auto done) {
        run_checks(deadline, std::move(done));
    };
    parts.look = [this](const hosts::System& system, Duration deadline, auto done) {
        look(system, deadline, std::move(done));
    };
    parts.check_hosts = [this](const auto& hosts, Duration deadline, auto done) {
        check_hosts(hosts, deadline, std::move(done));
    };
    parts.reload = reload_;
    parts.canonical_event = [](std::string_view name) {
        return std::string{sources::canonical_event(name)};
    };
    auto control = control::Server::start(std::move(parts), config_.socket);
    if (!control.ok())
        return control.failure().while_("the control socket");
    control_ = std::move(*control);
    return {};
}

}  // namespace reops::app

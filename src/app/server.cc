// SPDX-License-Identifier: Apache-2.0
#include "app/server.hh"

#include "app/broker_settings.hh"
#include "app/client_id.hh"
#include "app/ssh_settings.hh"
#include "app/zone.hh"
#include "io/network.hh"
#include "io/process.hh"
#include "providers/physical/physical_provider.hh"

#include <algorithm>

#include <fmt/format.h>

namespace reops::app {

namespace {

sinks::Tls tls_of(std::string_view word)
{
    if (word == "optional")
        return sinks::Tls::optional;
    if (word == "none")
        return sinks::Tls::none;
    return word == "implicit" ? sinks::Tls::implicit : sinks::Tls::required;
}

/// A zone that is not known is told at the start; then it is UTC.
ZoneOffset offset_in(const std::string& zone)
{
    return [zone](Time at) {
        const auto offset = utc_offset(zone, at);
        return offset.ok() ? *offset : Duration{0};
    };
}

sinks::MailSettings mail_settings(const Config& config, const std::string& host)
{
    sinks::MailSettings settings;
    settings.folder = config.state + "/mail";
    settings.from = config.email.from;
    settings.alert_to = config.alert_to;
    settings.host = host;
    settings.utc_offset = offset_in(config.zone);
    if (config.smtp.url.empty())
        return settings;
    sinks::SmtpSettings smtp;
    smtp.url = config.smtp.url;
    smtp.user = config.smtp.user;
    smtp.password = config.smtp.password;
    smtp.ca_file = config.smtp.ca;
    smtp.tls = tls_of(config.smtp.tls);
    settings.smtp = std::move(smtp);
    return settings;
}

/// A system at an address of this machine is the one that we run on, unless `:role` says otherwise.
/// Loopback names no system: own_addresses() has none of it.
std::vector<hosts::System> find_ourselves(std::vector<hosts::System> systems)
{
    const std::vector<std::string> own = io::own_addresses();
    for (hosts::System& system : systems) {
        const std::string& address = system.address.empty() ? system.name : system.address;
        if (system.role == hosts::Role::unset &&
            std::find(own.begin(), own.end(), address) != own.end())
            system.role = hosts::Role::self;
    }
    return systems;
}

/// The right side of Message-IDs: the sender's domain, which is ours to use.
std::string mail_host(const Config& config)
{
    const std::size_t at = config.email.from.rfind('@');
    std::string host = at == std::string::npos ? "" : config.email.from.substr(at + 1);
    std::erase_if(host, [](char c) { return c == '>' || c == ' '; });
    return host.empty() ? "localhost" : host;
}

}  // namespace

Server::Server(const ServerParts& parts, Config config) : parts_(parts), config_(std::move(config))
{
}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::open(const ServerParts& parts,
                                             Config config,
                                             const std::vector<ServedFlow>& flows)
{
    std::unique_ptr<Server> server{new Server(parts, std::move(config))};
    if (auto made = server->make_inventory(); !made.ok())
        return made.failure();
    for (const std::string& folder : {server->config_.state, server->config_.state + "/ssh"})
        if (auto made = io::make_private_directory(folder); !made.ok())
            return made.failure().while_("making the state folder");
    if (auto opened = server->open_runtime(); !opened.ok())
        return opened.failure();
    auto finished = server->finish(flows);
    if (!finished.ok())
        return finished.failure();
    server->served_ = flows;
    server->flows_ = std::move(*finished);
    for (const runtime::DeclaredFlow& declared : server->flows_)
        server->runtime_->declare(declared.flow, declared.origin);
    auto client_id = own_client_id(server->config_.state, parts.random);
    if (!client_id.ok())
        return client_id.failure();
    server->client_id_ = std::move(*client_id);
    return server;
}

Result<void> Server::make_inventory()
{
    auto inventory = hosts::Inventory::make(find_ourselves(config_.systems), 1);
    if (!inventory.ok())
        return inventory.failure().while_("`:systems`");
    inventory_ = std::make_shared<const hosts::Inventory>(std::move(*inventory));
    return {};
}

Result<void> Server::open_runtime()
{
    const auto offset = utc_offset(config_.zone, parts_.clock.wall());
    if (!offset.ok())
        return offset.failure().while_("`:zone`");
    runtime::RuntimeOptions options;
    options.state = config_.state;
    options.commit_window = config_.commit_window;
    options.durable_power = config_.durable_power;
    options.workers = config_.workers;
    options.segment_bytes = config_.journal.segment_bytes;
    options.keep_bytes = config_.journal.keep_bytes;
    options.keep_for = config_.journal.keep_for;
    options.mail_host = mail_host(config_);
    options.utc_offset = *offset;
    options.files = parts_.files;
    auto runtime = runtime::Runtime::open(parts_.loop, parts_.clock, parts_.log, options);
    if (!runtime.ok())
        return runtime.failure();
    runtime_ = std::move(*runtime);
    return {};
}

void Server::make_performers()
{
    providers::RegistrySettings settings;
    settings.sim_folder = config_.sim_folder;
    registry_ = std::make_unique<providers::Registry>(
        parts_.loop, parts_.clock, parts_.log, std::move(settings));
    remote_ = std::make_unique<remote::Remote>(
        parts_.loop, parts_.log, ssh_settings(config_), config_.home);
    providers::PhysicalSettings physical;
    physical.ledger = config_.state + "/power.edn";
    registry_->add(std::make_unique<providers::PhysicalProvider>(
        parts_.loop, parts_.clock, parts_.log, *remote_, std::move(physical)));
    power_ = std::make_unique<actions::PowerPerformer>(parts_.loop, parts_.clock, *registry_);
    operations_ = std::make_unique<actions::OperationPerformer>(*remote_);
    mail_ = std::make_unique<sinks::MailPerformer>(
        parts_.loop, parts_.clock, parts_.log, mail_settings(config_, mail_host(config_)));
    if (sensors_)
        publish_ = std::make_unique<sinks::PublishPerformer>(parts_.clock, sensors_->client());
    runtime_->add_performer(*power_);
    runtime_->add_performer(*operations_);
    runtime_->add_performer(*mail_);
    if (publish_)
        runtime_->add_performer(*publish_);
}

Result<mqtt::BrokerAddress> Server::start_broker()
{
    if (!config_.broker.managed)
        return broker_address(config_.broker);
    mqtt::ManagedBrokerHandler& handler = *this;
    broker_ = std::make_unique<mqtt::ManagedBroker>(
        parts_.loop,
        parts_.random,
        parts_.log,
        managed_broker_options(config_.broker, config_.state + "/broker", io::own_uid() == 0),
        handler);
    if (auto started = broker_->start(); !started.ok())
        return started.failure();
    return broker_->address();
}

Result<void> Server::make_source(const mqtt::BrokerAddress& broker)
{
    sources::SensorOptions options;
    options.broker = broker;
    options.client_id = client_id_;
    options.mappings = mappings();
    options.protocol = protocol_of(config_.broker);
    sensors_ = std::make_unique<sources::SensorSource>(
        parts_.loop, parts_.clock, parts_.random, parts_.log, *runtime_, std::move(options));
    return {};
}

Result<void> Server::start(std::function<void()> armed)
{
    auto broker = start_broker();
    if (!broker.ok())
        return broker.failure();
    if (auto made = make_source(*broker); !made.ok())
        return made;
    make_performers();
    sensors_->on_armed([this, armed = std::move(armed)] {
        is_armed_ = true;
        disarm_loops();
        readiness_ = std::make_unique<Readiness>(ReadinessParts{
            .loop = parts_.loop,
            .clock = parts_.clock,
            .log = parts_.log,
            .runtime = *runtime_,
            .check_hosts = [this](const auto& hosts,
                                  Duration deadline,
                                  auto done) { check_hosts(hosts, deadline, std::move(done)); },
            .zone = offset_in(config_.zone),
            .sends_mail = !config_.smtp.url.empty()});
        readiness_->look();
        armed();
    });
    if (auto started = runtime_->start(inventory_); !started.ok())
        return started;
    is_started_ = true;
    if (const auto downtime = runtime_->downtime())
        sensors_->was_down(*downtime);
    for (const Failure& failure : registry_->sync(*inventory_))
        parts_.log.error("providers", failure.message);
    if (auto serving = serve_control(); !serving.ok())
        return serving;
    if (!config_.broker.managed || broker_ready_)
        return sensors_->start();
    return {};
}

Result<void> Server::visit(const std::string& actor)
{
    make_performers();
    if (auto visiting = runtime_->visit(inventory_, actor); !visiting.ok())
        return visiting;
    is_visit_ = true;
    for (const Failure& failure : registry_->sync(*inventory_))
        parts_.log.error("providers", failure.message);
    return {};
}

void Server::on_broker_ready()
{
    const bool first = !broker_ready_;
    broker_ready_ = true;
    if (!is_started_)
        return;
    if (!first) {
        sensors_->client().retry_now();
        return;
    }
    if (const auto started = sensors_->start(); !started.ok())
        parts_.log.error("sensors", started.failure().message);
}

void Server::on_broker_down(const Failure& why, Duration retry_in)
{
    parts_.log.warning(
        "broker", fmt::format("{}; started again in {}", why.message, reops::to_string(retry_in)));
}

void Server::stop(Duration patience, std::function<void()> done)
{
    stopped_ = std::move(done);
    if (!is_started_ && !is_visit_) {
        stop_sources();
        return;
    }
    runtime_->stop(patience, [this] { stop_sources(); });
}

/// After the last commit: what it acknowledged leaves before the connection and the broker end.
void Server::stop_sources()
{
    readiness_ = nullptr;
    const auto ended = [this] {
        control_ = nullptr;
        if (broker_)
            broker_->stop([this] { stopped_(); });
        else
            stopped_();
    };
    if (sensors_ && is_started_)
        sensors_->stop(ended);
    else
        ended();
}

}  // namespace reops::app

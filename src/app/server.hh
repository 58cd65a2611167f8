// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The server: the parts of reops put together as a configuration says. Everything that a
/// part needs of another is handed over here and nowhere else.
///
///     sensor source ──events──> runtime ──effects──> power, mail and publish performers
///       ^  (its client also publishes)   ^
///     broker (managed or elsewhere)      └── control socket <── reops COMMAND

#include "actions/operation_performer.hh"
#include "actions/power_performer.hh"
#include "app/config.hh"
#include "app/readiness.hh"
#include "base/clock.hh"
#include "base/log.hh"
#include "base/random.hh"
#include "control/server.hh"
#include "io/event_loop.hh"
#include "io/files.hh"
#include "mqtt/managed_broker.hh"
#include "pipeline/pipeline.hh"
#include "providers/registry.hh"
#include "remote/remote.hh"
#include "runtime/runtime.hh"
#include "sinks/email/mail_performer.hh"
#include "sinks/publish/publish_performer.hh"
#include "sources/sensor/sensor_source.hh"
#include "store/journal/file_layer.hh"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reops::app {

/// A flow that a program or a file declares.
struct ServedFlow {
    pipeline::Pipeline pipeline;
    std::string origin = "program";  ///< or the file's name
    std::string source_id = {};      ///< stands for its functions in the version
};

/// What changed by a reload, by names of flows.
struct FlowChanges {
    std::vector<std::string> armed;     ///< new names
    std::vector<std::string> replaced;  ///< new versions
    std::vector<std::string> disarmed;
    std::vector<std::string> unchanged;
};

/// What a server is made from; all of it outlives the server.
struct ServerParts {
    io::EventLoop& loop;
    const Clock& clock;
    Random& random;
    Log& log;
    store::FileLayer* files = nullptr;  ///< of the journal; null: the real ones
};

/// Loop thread only. Order of life: open, start, (loop runs), stop, destroyed.
class Server final : private mqtt::ManagedBrokerHandler {
public:
    /// Takes the state folder, reads the state back, checks the flows against the configuration.
    /// Failures say what to change and where.
    static Result<std::unique_ptr<Server>> open(const ServerParts& parts,
                                                Config config,
                                                const std::vector<ServedFlow>& flows);
    ~Server() override;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Arms the flows, offers what was left over, connects. `armed` is called once, when every
    /// topic's subscription was answered for the first time.
    Result<void> start(std::function<void()> armed);
    /// Instead of start(), for who types and is no server: no events come in and no flow is armed;
    /// steps of direct runs are carried out, and what a server left over waits for the next one.
    Result<void> visit(const std::string& actor);
    /// These flows from now on, and no others but those that a prompt armed under other names:
    /// checked whole first, then swapped in one commit, so that a failure changes nothing. `done`
    /// is called after the commit.
    Result<FlowChanges> change_flows(const std::vector<ServedFlow>& flows,
                                     const std::string& actor,
                                     std::function<void()> done);
    /// These flows besides the others, or instead of those of the same names. They live until the
    /// server stops, or until a file declares the name.
    Result<FlowChanges> add_flows(const std::vector<ServedFlow>& flows,
                                  const std::string& actor,
                                  std::function<void()> done);
    /// Stops intake, waits up to `patience` for actions in flight, ends what it started.
    void stop(Duration patience, std::function<void()> done);
    /// A person asked over the control socket; set it before start().
    void on_reload(control::Reload reload) { reload_ = std::move(reload); }
    /// A person asked over the control socket.
    void on_shutdown(std::function<void()> asked) { shutdown_asked_ = std::move(asked); }

    const Config& config() const { return config_; }
    runtime::Runtime& runtime() { return *runtime_; }

private:
    Server(const ServerParts& parts, Config config);

    Result<void> open_runtime();
    Result<FlowChanges> serve_only(std::vector<ServedFlow> flows,
                                   const std::string& actor,
                                   std::function<void()> done);
    Result<std::vector<runtime::DeclaredFlow>> finish(const std::vector<ServedFlow>& flows) const;
    Result<void> make_inventory();
    void make_performers();
    Result<void> make_source(const mqtt::BrokerAddress& broker);
    Result<mqtt::BrokerAddress> start_broker();
    Result<void> serve_control();
    std::vector<sources::SensorMapping> mappings() const;
    std::vector<sources::SensorMapping> mappings_of(
        const std::vector<runtime::DeclaredFlow>& flows) const;
    Result<void> check_loops(const std::vector<runtime::DeclaredFlow>& flows) const;
    void disarm_loops();
    data::Value show_broker();
    data::Value show_mail() const;
    void look(const hosts::System& system,
              Duration deadline,
              std::function<void(Result<data::Value>)> done);
    void run_checks(Duration deadline, std::function<void(std::vector<control::Check>)> done);
    void check_hosts(const std::vector<std::string>& hosts,
                     Duration deadline,
                     std::function<void(std::map<std::string, std::vector<control::Check>>)> done);
    void stop_sources();

    void on_broker_ready() override;
    void on_broker_down(const Failure& why, Duration retry_in) override;

    ServerParts parts_;
    Config config_;
    std::string client_id_;
    std::vector<ServedFlow> served_;
    std::vector<runtime::DeclaredFlow> flows_;  ///< the same, finished
    std::shared_ptr<const hosts::Inventory> inventory_;
    std::unique_ptr<runtime::Runtime> runtime_;
    std::unique_ptr<remote::Remote> remote_;
    std::unique_ptr<providers::Registry> registry_;
    std::unique_ptr<actions::PowerPerformer> power_;
    std::unique_ptr<actions::OperationPerformer> operations_;
    std::unique_ptr<sinks::MailPerformer> mail_;
    std::unique_ptr<mqtt::ManagedBroker> broker_;
    std::unique_ptr<sources::SensorSource> sensors_;
    std::unique_ptr<sinks::PublishPerformer> publish_;
    std::unique_ptr<control::Server> control_;
    std::unique_ptr<Readiness> readiness_;
    bool broker_ready_ = false;
    bool is_started_ = false;
    bool is_visit_ = false;
    bool is_armed_ = false;  ///< every subscription was answered
    std::function<void()> shutdown_asked_;
    control::Reload reload_;
    std::function<void()> stopped_;
};

}  // namespace reops::app

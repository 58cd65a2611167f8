// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The control server: HTTP/1.1 and JSON on a unix socket that only our user may open. It
/// shows what the runtime knows and puts people's commands in; it decides nothing. The routes are
/// documented in docs/manual/commands.md, beside the commands that ask them.

#include "base/clock.hh"
#include "base/log.hh"
#include "base/result.hh"
#include "control/check.hh"
#include "data/value.hh"
#include "hosts/inventory.hh"
#include "io/event_loop.hh"
#include "io/http.hh"
#include "runtime/runtime.hh"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reops::control {

/// A part of `status` that only the composer knows: "broker", "sensors", "mail", "providers".
/// `show` gives a map with snake_case keyword keys, or nil for nothing. No secrets in it.
struct StatusPart {
    std::string name;
    std::function<data::Value()> show;
};

/// Asks the provider what a system does now; the answer is a map such as {:state "off" :detail ..}.
/// Called on the loop's thread; `done` at most once, not later than `deadline`.
using Look = std::function<void(
    const hosts::System& system, Duration deadline, std::function<void(Result<data::Value>)> done)>;

/// Checks of `doctor` that only the composer can make: broker, mail server, providers. `done` gets
/// all of them, once, not later than `deadline`.
using RunChecks =
    std::function<void(Duration deadline, std::function<void(std::vector<Check>)> done)>;

/// Looks whether hosts could be switched, without switching any. `done` gets the checks of each,
/// and under the empty name those that are about no host (mail); once, soon after `deadline` at the
/// latest.
using CheckHosts =
    std::function<void(const std::vector<std::string>& hosts,
                       Duration deadline,
                       std::function<void(std::map<std::string, std::vector<Check>>)> done)>;

/// Reads the flow files again and puts them in. `done` gets {:armed [..] :replaced [..] :disarmed
/// [..] :unchanged [..]}, or why nothing was changed; once.
using Reload =
    std::function<void(const std::string& actor, std::function<void(Result<data::Value>)> done)>;

/// What the server speaks for. References outlive it; functions that are absent are not needed.
struct ControlParts {
    io::EventLoop& loop;
    runtime::Runtime& runtime;
    const Clock& clock;
    Log& log;
    std::string state_folder;
    std::string version;  ///< of the program
    std::string zone;     ///< its name, for people; empty: the machine's
    Duration utc_offset{};
    std::function<void()> shut_down;
    std::vector<StatusPart> status = {};
    RunChecks run_checks = nullptr;
    Look look = nullptr;
    CheckHosts check_hosts = nullptr;
    Reload reload = nullptr;  ///< absent: the program has its flows built in
    /// An event's name as flows know it: "temperture" is "temperature".
    std::function<std::string(std::string_view)> canonical_event = nullptr;
};

/// Loop thread only; owned by the composer, destroyed before the runtime. Its destruction ends the
/// connections; answers that were given are still sent.
class Server {
public:
    /// Serves at once. `socket_path` gets mode 0600; its folder should be 0700. Failures: as
    /// io::listen(): conflict when another reops listens there.
    static Result<std::unique_ptr<Server>> start(ControlParts parts,
                                                 const std::string& socket_path);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

private:
    explicit Server(ControlParts parts);

    ControlParts parts_;
    std::unique_ptr<io::HttpServer> http_;
};

}  // namespace reops::control

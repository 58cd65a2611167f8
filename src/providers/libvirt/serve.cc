// SPDX-License-Identifier: Apache-2.0
#include "providers/libvirt/serve.hh"

#include "providers/helper_pipes.hh"
#include "providers/helper_protocol.hh"
#include "providers/libvirt/connection.hh"
#include "providers/libvirt/uri_worker.hh"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace reops::providers::libvirt {

namespace {

using data::Value;

const std::vector<std::string> capabilities{
    "status", "start", "stop", "stop-hard", "sync", "list", "addresses", "events"};

/// Where a system is.
struct Place {
    std::string uri;
    std::string domain;

    auto operator<=>(const Place&) const = default;
};

Place place_of(const SystemRef& system)
{
    Place place{text_field(system.options, "uri"), text_field(system.options, "domain")};
    if (place.uri.empty())
        place.uri = "qemu:///system";
    if (place.domain.empty())
        place.domain = system.name;
    return place;
}

/// Domains' names in the inventory. Any thread.
class Names {
public:
    void put(const Place& place, const std::string& system)
    {
        const std::lock_guard<std::mutex> lock{guard_};
        names_[place] = system;
    }
    void clear()
    {
        const std::lock_guard<std::mutex> lock{guard_};
        names_.clear();
    }
    std::optional<std::string> find(const Place& place) const
    {
        const std::lock_guard<std::mutex> lock{guard_};
        const auto found = names_.find(place);
        return found == names_.end() ? std::nullopt : std::optional{found->second};
    }

private:
    mutable std::mutex guard_;
    std::map<Place, std::string> names_;
};

Result<Value> done(const Result<void>& result)
{
    if (!result)
        return result.failure();
    return Value{data::Map{}};
}

Result<ShutdownMode> shutdown_mode(const SystemRef& system)
{
    const std::string word = text_field(system.options, "shutdown");
    if (word.empty())
        return ShutdownMode::any;
    if (word == "acpi")
        return ShutdownMode::acpi;
    if (word == "agent")
        return ShutdownMode::agent;
    return Failure{Code::invalid_argument,
                   fmt::format("`shutdown` expects acpi or agent but got `{}`", word)};
}

Result<Value> stop(Connection& connection, const SystemRef& system, const std::string& domain)
{
    const auto mode = shutdown_mode(system);
    if (!mode)
        return mode.failure();
    return done(connection.stop(domain, mode.value()));
}

Result<Value> on_system(Connection& connection, const HelperRequest& request, const Place& place)
{
    if (request.op == "status") {
        const auto status = connection.status(place.domain);
        return status ? Result<Value>{status_value(status.value())} : status.failure();
    }
    if (request.op == "start")
        return done(connection.start(place.domain));
    if (request.op == "stop")
        return stop(connection, request.system, place.domain);
    if (request.op == "stop-hard")
        return done(connection.stop_hard(place.domain));
    if (request.op == "addresses") {
        const auto addresses = connection.addresses(place.domain);
        return addresses ? Result<Value>{addresses_value(addresses.value())} : addresses.failure();
    }
    return unsupported_op("libvirt", request.op, capabilities);
}

class Server {
public:
    Server(const Clock& clock, HelperOutput& output) : clock_(clock), output_(output) {}

    void handle(const HelperRequest& request)
    {
        if (request.op == "sync")
            return sync(request);
        if (request.op != "list" && request.system.name.empty())
            return output_.answer(
                request.id,
                Failure{Code::invalid_argument, fmt::format("`{}` needs a `system`", request.op)});
        const Place place = place_of(request.system);
        if (!request.system.name.empty())
            names_.put(place, request.system.name);
        // what nobody waits for any more must not be carried out when a hypervisor comes back
        const std::optional<Duration> too_late =
            request.within > Duration::zero() ? std::optional{clock_.since_boot() + request.within}
                                              : std::nullopt;
        const bool added =
            worker(place.uri).add([this, request, place, too_late](Connection& connection) {
                if (too_late && clock_.since_boot() > *too_late)
                    return output_.answer(
                        request.id,
                        Failure{Code::timeout, fmt::format("{} was busy too long", place.uri)});
                output_.answer(request.id,
                               request.op == "list" ? list(connection, place.uri)
                                                    : on_system(connection, request, place));
            });
        if (!added)
            output_.answer(request.id,
                           Failure{Code::unreachable,
                                   fmt::format("too many requests wait for {}", place.uri)});
    }

    void finish()
    {
        for (const auto& [uri, worker] : workers_)
            static_cast<void>(worker->wait_idle(
                std::chrono::milliseconds(1000 / static_cast<int>(workers_.size()))));
    }

private:
    void sync(const HelperRequest& request)
    {
        names_.clear();
        for (const SystemRef& system : request.systems) {
            const Place place = place_of(system);
            names_.put(place, system.name);
            worker(place.uri).keep_open();
        }
        output_.answer(request.id, Value{data::Map{}});
    }

    UriWorker& worker(const std::string& uri)
    {
        auto& worker = workers_[uri];
        if (!worker)
            worker = std::make_unique<UriWorker>(
                uri, [this, uri](const std::string& domain, PowerState state) {
                    if (const auto system = names_.find({uri, domain}))
                        output_.state(*system, state);
                });
        return *worker;
    }

    Result<Value> list(Connection& connection, const std::string& uri)
    {
        auto systems = connection.list();
        if (!systems)
            return systems.failure();
        for (ListedSystem& system : *systems)
            if (auto name = names_.find({uri, system.name}))
                system.id = std::exchange(system.name, *std::move(name));
        return listed_value(*systems);
    }

    const Clock& clock_;
    HelperOutput& output_;
    Names names_;
    std::map<std::string, std::unique_ptr<UriWorker>> workers_;
};

}  // namespace

void serve(const Clock& clock, int input, int output_fd)
{
    HelperOutput output{output_fd};
    Server server{clock, output};
    HelperInput requests{
        input, output, [&](const HelperRequest& request) { server.handle(request); }};
    output.hello({helper_protocol, "libvirt", "0.1.0", capabilities});
    while (requests.read()) {
    }
    server.finish();
    _exit(0);  // with all of the above alive: workers may still use it
}

}  // namespace reops::providers::libvirt

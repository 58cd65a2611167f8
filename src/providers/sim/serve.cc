// SPDX-License-Identifier: Apache-2.0
#include "providers/sim/serve.hh"

#include "io/unique_fd.hh"
#include "providers/helper_pipes.hh"
#include "providers/helper_protocol.hh"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace reops::providers::sim {

namespace {

using data::Value;

constexpr std::array capabilities{"status",
                                  "start",
                                  "stop",
                                  "stop-hard",
                                  "create",
                                  "destroy",
                                  "sync",
                                  "list",
                                  "addresses",
                                  "events",
                                  "sim/set"};

/// Wakes the loop when another process writes the log. Without inotify the loop looks once a
/// second.
class FolderWatch {
public:
    explicit FolderWatch(const std::filesystem::path& folder)
        : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC))
    {
        if (fd_)
            ::inotify_add_watch(fd_.get(), folder.c_str(), IN_MODIFY | IN_MOVED_TO);
    }
    int fd() const { return fd_.get(); }
    void drain() const
    {
        std::array<char, 4096> block;  // NOLINT: read() fills it
        while (::read(fd(), block.data(), block.size()) > 0) {
        }
    }

private:
    io::UniqueFd fd_;
};

class Server {
public:
    Server(Store& store, HelperOutput& output) : store_(store), output_(output) {}

    void handle(const HelperRequest& request)
    {
        auto result = answer(request);
        push_events();
        if (result)
            output_.answer(request.id, std::move(result).value());
    }

    /// Tells of machines whose state is another than the one told last.
    void push_events()
    {
        for (const Transition& change : store_.world().take_transitions())
            if (named_.contains(change.system))
                output_.state(change.system, change.to);
    }

private:
    /// Nothing: this machine answers no request.
    std::optional<Result<Value>> answer(const HelperRequest& request)
    {
        if (!std::any_of(capabilities.begin(), capabilities.end(), [&](const char* known) {
                return request.op == known;
            }))
            return unsupported_op("sim", request.op, {capabilities.begin(), capabilities.end()});
        if (request.op == "sync")
            return sync(request);
        if (request.op == "list")
            return list();
        if (request.system.name.empty())
            return Failure{Code::invalid_argument,
                           fmt::format("`{}` needs a `system`", request.op)};
        named_.insert(request.system.name);
        if (request.op == "sim/set")
            return done(store_.request("set", request.system.name, request.settings));
        if (auto known = declare(request.system); !known)
            return known.failure();
        const Machine* machine = store_.world().find(request.system.name);
        if (machine != nullptr && machine->settings.silent)
            return std::nullopt;
        if (request.op == "status")
            return status(request.system.name);
        if (request.op == "addresses")
            return addresses(request.system);
        return done(store_.request(request.op, request.system.name, {}));
    }

    Result<void> declare(const SystemRef& system)
    {
        return store_.declare(system.name, declared_words(system.options));
    }

    static Result<Value> done(const Result<void>& result)
    {
        if (!result)
            return result.failure();
        return Value{data::Map{}};
    }

    Result<Value> status(const std::string& name)
    {
        const World& world = store_.world();
        const auto machine = world.machines().find(name);
        if (machine == world.machines().end())
            return Failure{Code::internal, fmt::format("`{}` was not declared", name)};
        if (auto there = reach(*machine); !there)
            return there.failure();
        return status_value({machine->second.state, world.guests_of(name), ""});
    }

    /// Machines of this kind are reached under the name that the inventory has for them.
    Result<Value> addresses(const SystemRef& system)
    {
        const auto machine = store_.world().machines().find(system.name);
        if (machine != store_.world().machines().end()) {
            if (auto there = reach(*machine); !there)
                return there.failure();
            if (machine->second.state == PowerState::absent)
                return Failure{Code::not_found,
                               fmt::format("there is no machine `{}`", system.name)};
        }
        return addresses_value({system.address.empty() ? system.name : system.address});
    }

    Result<Value> list()
    {
        std::vector<ListedSystem> systems;
        for (const auto& [name, machine] : store_.world().machines()) {
            if (machine.state == PowerState::absent)
                continue;
            ListedSystem system{name, machine.state};
            system.type = machine.settings.type;
            if (!machine.settings.runs_on.empty())
                system.labels["runs-on"] = machine.settings.runs_on;
            systems.push_back(std::move(system));
        }
        return listed_value(systems);
    }

    Result<Value> sync(const HelperRequest& request)
    {
        for (const SystemRef& system : request.systems) {
            named_.insert(system.name);
            if (auto known = declare(system); !known)
                return known.failure().while_(fmt::format("system `{}`", system.name));
        }
        return Value{data::Map{}};
    }

    Store& store_;
    HelperOutput& output_;
    std::set<std::string, std::less<>> named_;
};

int wait_at_most(const Store& store, bool has_watch)
{
    const Duration longest = has_watch ? Duration{minutes(1)} : Duration{seconds(1)};
    const Duration due = store.until_next_due().value_or(longest);
    return static_cast<int>(
        std::chrono::ceil<milliseconds>(std::clamp(due, Duration::zero(), longest)).count());
}

}  // namespace

Result<void> serve(Store& store, int input, int output_fd)
{
    HelperOutput output{output_fd};
    const FolderWatch watch{store.folder()};
    Server server{store, output};
    HelperInput requests{
        input, output, [&](const HelperRequest& request) { server.handle(request); }};
    store.world().take_transitions();  // what happened before is not news
    output.hello({helper_protocol, "sim", "0.1.0", {capabilities.begin(), capabilities.end()}});
    for (;;) {
        std::array<pollfd, 2> ready{{{input, POLLIN, 0}, {watch.fd(), POLLIN, 0}}};
        if (::poll(ready.data(), ready.size(), wait_at_most(store, watch.fd() >= 0)) > 0 &&
            ready[1].revents != 0)
            watch.drain();
        if (auto fresh = store.refresh(); !fresh)
            return fresh;
        server.push_events();
        if (ready[0].revents != 0 && !requests.read())
            return {};
    }
}

}  // namespace reops::providers::sim

// SPDX-License-Identifier: Apache-2.0
#include "app/host_checks.hh"

#include "data/map.hh"
#include "io/network.hh"
#include "operations/command_line.hh"
#include "operations/verb.hh"
#include "providers/physical/physical_provider.hh"
#include "wire/wol.hh"

#include <memory>

#include <fmt/format.h>

namespace reops::app {

namespace {

using control::Check;
using control::Health;

std::string check_name(const hosts::System& system, std::string_view what)
{
    return fmt::format("{} {}", system.name, what);
}

/// One host over SSH, step by step; a step that fails ends it, for nothing behind it can be seen.
class SshCheck : public std::enable_shared_from_this<SshCheck> {
public:
    SshCheck(remote::Remote& remote, hosts::System system, Duration deadline, ChecksDone done)
        : remote_(remote), system_(std::move(system)), deadline_(deadline), done_(std::move(done))
    {
    }

    void begin()
    {
        remote_.find_route(ref_target(), [self = shared_from_this()](const auto& route) {
            if (!route.ok())
                return self->end({check_name(self->system_, "reach"),
                                  Health::fail,
                                  route.failure().message,
                                  route.failure().details});
            self->route_ = *route;
            self->look();
        });
    }

private:
    remote::Target ref_target() const
    {
        return providers::target_of(providers::system_ref(system_));
    }

    /// Reach and host key; what goes through a jump is seen by its login only.
    void look()
    {
        if (!route_->beyond_us.empty())
            return ask();
        remote_.look(ref_target(),
                     [self = shared_from_this()](const Result<remote::HostLook>& seen) {
                         self->on_look(seen);
                     });
    }

    void on_look(const Result<remote::HostLook>& seen)
    {
        if (!seen.ok())
            return end({check_name(system_, "reach"),
                        Health::fail,
                        seen.failure().message,
                        "reops path " + operations::quote_word(system_.name)});
        add({check_name(system_, "reach"),
             Health::ok,
             fmt::format("answers at {}:{}", route_->host_name, route_->port)});
        const bool is_new = seen->verdict == "unknown" &&
                            remote_.settings().host_keys == remote::HostKeyPolicy::accept_new;
        if (seen->verdict != "trusted" && !is_new)
            return end({check_name(system_, "host key"), Health::fail, seen->message, seen->type});
        add({check_name(system_, "host key"),
             is_new ? Health::warn : Health::ok,
             fmt::format(
                 "{} {}", seen->fingerprint, is_new ? "is new and will be taken" : "is known")});
        ask();
    }

    void ask()
    {
        command_ = providers::power_off_of(providers::system_ref(system_), route_->user);
        auto line = operations::quote_command(operations::power_check_command(command_));
        if (!line.ok())
            return end({check_name(system_, "power-off"), Health::fail, line.failure().message});
        remote::Order order;
        order.line = std::move(*line);
        order.limit = deadline_;
        remote_.run(ref_target(), order, [self = shared_from_this()](const auto& ran) {
            self->on_answer(ran);
        });
    }

    void on_answer(const Result<remote::Ran>& ran)
    {
        if (!ran.ok())
            return end({check_name(system_, "login"),
                        Health::fail,
                        ran.failure().message,
                        ran.failure().details});
        add({check_name(system_, "login"), Health::ok, fmt::format("as `{}`", route_->user)});
        const std::string shown = operations::quote_command(command_).ok()
                                      ? operations::quote_command(command_).value()
                                      : command_.front();
        if (remote::code_of(ran) == 0)
            return end({check_name(system_, "power-off"), Health::ok, "may run " + shown});
        const std::string sudoers = operations::sudoers_line(route_->user, command_);
        end({check_name(system_, "power-off"),
             Health::fail,
             fmt::format("may not run {}: {}", shown, remote::describe(ran)),
             sudoers.empty() ? ""
                             : fmt::format("on it: echo {} | sudo install -m 440 /dev/stdin "
                                           "/etc/sudoers.d/reops",
                                           operations::quote_word(sudoers))});
    }

    void add(Check check) { checks_.push_back(std::move(check)); }
    void end(Check last)
    {
        add(std::move(last));
        done_(std::move(checks_));
    }

    remote::Remote& remote_;
    hosts::System system_;
    Duration deadline_;
    ChecksDone done_;
    remote::RoutePtr route_;
    std::vector<std::string> command_;
    std::vector<Check> checks_;
};

}  // namespace

hosts::System system_or_name(const hosts::Inventory& inventory, const std::string& host)
{
    const hosts::System* known = inventory.find(host);
    hosts::System system = known != nullptr ? *known : hosts::System{};
    if (known == nullptr)
        system.name = system.address = host;
    if (system.provider.empty())
        system.provider = "physical";
    return system;
}

Check check_mac(const hosts::System& system)
{
    const data::Value mac =
        system.options.is_map() ? system.options.as_map().get("mac") : data::Value{};
    const std::string name = check_name(system, "wake");
    if (!mac.is_string())
        return {name,
                Health::warn,
                "no MAC is known: it can be stopped and not started",
                fmt::format("write :mac \"52:54:00:aa:bb:cc\" into :systems {{\"{}\" ..}}",
                            system.name)};
    const auto parsed = wire::parse_mac(mac.as_string());
    if (!parsed.ok())
        return {name, Health::fail, parsed.failure().message};
    const data::Value given = system.options.as_map().get("broadcast");
    const std::string to =
        given.is_string() ? std::string{given.as_string()} : io::broadcast_for(system.address);
    if (to.empty())
        return {name,
                Health::fail,
                fmt::format("its address {} is a name, so nobody knows where to send the packet",
                            system.address),
                "write :broadcast \"10.0.0.255\" beside its :mac"};
    return {name, Health::ok, fmt::format("{} at {}", wire::to_string(*parsed), to)};
}

void check_host(remote::Remote& remote,
                providers::Registry& registry,
                const hosts::System& system,
                Duration deadline,
                const ChecksDone& done)
{
    if (system.provider == "physical")
        return std::make_shared<SshCheck>(remote,
                                          system,
                                          deadline,
                                          [done, system](auto checks) {
                                              checks.push_back(check_mac(system));
                                              done(std::move(checks));
                                          })
            ->begin();
    auto provider = registry.get(system.provider);
    const std::string name = check_name(system, "provider");
    if (!provider.ok())
        return done({{name, Health::fail, provider.failure().message}});
    (*provider)->status(providers::system_ref(system), deadline, [done, name](const auto& status) {
        if (!status.ok())
            return done({{name, Health::fail, status.failure().message, status.failure().details}});
        if (status->state == providers::PowerState::absent)
            return done({{name, Health::fail, "its provider has no system of that name"}});
        done({{name, Health::ok, fmt::format("answers: it is {}", to_string(status->state))}});
    });
}

}  // namespace reops::app

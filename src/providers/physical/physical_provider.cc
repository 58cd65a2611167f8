// SPDX-License-Identifier: Apache-2.0
#include "providers/physical/physical_provider.hh"

#include "base/crash_point.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "operations/command_line.hh"
#include "operations/verb.hh"
#include "providers/physical/port_look.hh"
#include "wire/wol.hh"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace reops::providers {

namespace {

using data::Value;
using remote::End;
using remote::Ran;
using remote::Target;

constexpr std::array<std::uint16_t, 5> ports_of_routers = {22, 53, 80, 443, 7547};

Value option(const SystemRef& system, std::string_view key)
{
    return system.options.is_map() ? system.options.as_map().get(key) : Value{};
}

std::string text_option(const SystemRef& system, std::string_view key)
{
    const Value value = option(system, key);
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

std::uint16_t port_of(const Value& value)
{
    return value.is_integer() && value.as_integer() > 0 && value.as_integer() < 65536
               ? static_cast<std::uint16_t>(value.as_integer())
               : std::uint16_t{0};
}

/// The SSH port, and the others that the inventory names.
std::vector<std::uint16_t> ports_of(const SystemRef& system, const remote::Route& route)
{
    std::vector<std::uint16_t> out = {route.port};
    if (const Value more = option(system, "ports"); more.is_vector())
        for (const Value& port : more.as_vector())
            if (port_of(port) != 0)
                out.push_back(port_of(port));
    return out;
}

/// Behind a jump nobody but SSH itself gets through.
bool is_behind_others(const remote::Route& route)
{
    return std::any_of(route.beyond_us.begin(), route.beyond_us.end(), [](const auto& word) {
        return word.starts_with("proxyjump ") || word.starts_with("proxycommand ");
    });
}

/// What a caller should do about it: a key that is not the known one is a refusal, not a trouble
/// that passes.
Failure for_callers(Failure why)
{
    if (why.code == Code::conflict)
        why.code = Code::unsupported;
    return why;
}

}  // namespace

Target target_of(const SystemRef& system)
{
    Target target;
    target.host = system.name;
    target.address = system.address == system.name ? "" : system.address;
    target.user = text_option(system, "user");
    target.key = text_option(system, "ssh-key");
    target.port = port_of(option(system, "ssh-port"));
    return target;
}

std::vector<std::string> power_off_of(const SystemRef& system, const std::string& user)
{
    std::vector<std::string> words;
    if (const Value given = option(system, "power-off"); given.is_vector())
        for (const Value& word : given.as_vector())
            if (word.is_string())
                words.emplace_back(word.as_string());
    return operations::power_off_command(words, user);
}

/// What we have seen of a machine since our start.
struct PhysicalProvider::Machine {
    std::vector<Reply<SystemStatus>> waiting = {};
    std::unique_ptr<PortLook> look = {};
    std::unique_ptr<PortLook> witness = {};
    std::uint32_t silent_looks = 0;
    Duration silent_since{};
    bool is_waking = false;
    bool was_silent = false;  ///< since the accepted power-off
    Duration woken_at{};
    Duration packet_at{};
};

class PhysicalWatch final : public Watch {};

PhysicalProvider::PhysicalProvider(io::EventLoop& loop,
                                   const Clock& clock,
                                   Log& log,
                                   remote::Remote& remote,
                                   PhysicalSettings settings)
    : loop_(loop),
      clock_(clock),
      log_(log),
      remote_(remote),
      settings_(std::move(settings)),
      ledger_(loop, log, settings_.ledger)
{
}

PhysicalProvider::~PhysicalProvider() = default;

template <class Work>
auto PhysicalProvider::if_alive(Work work)
{
    return [alive = std::weak_ptr{alive_}, work = std::move(work)](auto&&... what) mutable {
        if (!alive.expired())
            work(std::forward<decltype(what)>(what)...);
    };
}

void PhysicalProvider::later(std::function<void()> work)
{
    loop_.post(if_alive(std::move(work)));
}

PhysicalProvider::Machine& PhysicalProvider::machine(const std::string& name)
{
    std::unique_ptr<Machine>& one = machines_[name];
    if (!one)
        one = std::make_unique<Machine>();
    return *one;
}

// --- seeing

void PhysicalProvider::status(const SystemRef& system, Duration deadline, Reply<SystemStatus> reply)
{
    Machine& one = machine(system.name);
    one.waiting.push_back(std::move(reply));
    if (one.waiting.size() > 1)
        return;  // a look is on its way
    const Duration within = std::min(settings_.probe_within, deadline);
    remote_.find_route(target_of(system),
                       if_alive([this, system, within](const Result<remote::RoutePtr>& route) {
                           if (route.ok())
                               look_at(system, *route, within);
                           else
                               fail(system.name, route.failure());
                       }));
}

void PhysicalProvider::look_at(const SystemRef& system,
                               const remote::RoutePtr& route,
                               Duration within)
{
    const auto judge = [this, system, route](bool answers) {
        if (answers)
            seen(system.name);
        else
            silent(system, *route);
    };
    if (is_behind_others(*route)) {
        remote::Order order;
        order.line = "true";
        order.limit = within + remote_.settings().phases.tcp;
        remote_.run(target_of(system), order, if_alive([judge](const Result<Ran>& ran) {
                        judge(ran.ok() && ran->end != End::lost);
                    }));
        return;
    }
    std::vector<io::Endpoint> ends;
    for (const std::uint16_t port : ports_of(system, *route))
        ends.push_back({route->host_name, port, ""});
    machine(system.name).look = std::make_unique<PortLook>(loop_, ends, within, judge);
}

void PhysicalProvider::seen(const std::string& name)
{
    Machine& one = machine(name);
    one.silent_looks = 0;
    one.is_waking = false;
    const PowerRecord* record = ledger_.find(name);
    const bool is_young = record != nullptr && record->accepted && !one.was_silent &&
                          clock_.wall() - *record->accepted < settings_.stopping_for;
    if (is_young)
        return answer(name, PowerState::stopping, "its power-off was accepted");
    if (record != nullptr && record->accepted)
        ledger_.set(name, std::nullopt);  // it is back, or never went
    one.was_silent = false;
    answer(name, PowerState::on);
}

void PhysicalProvider::silent(const SystemRef& system, const remote::Route& route)
{
    Machine& one = machine(system.name);
    const Duration now = clock_.since_boot();
    if (one.silent_looks++ == 0)
        one.silent_since = now;
    const std::string where = fmt::format("no answer from {}:{}", route.host_name, route.port);
    if (one.is_waking && now - one.woken_at < settings_.starting_for) {
        if (now - one.packet_at >= settings_.wake_again) {
            one.packet_at = now;
            if (const auto sent = send_wake(system, route.host_name); !sent.ok())
                log_.warning("physical", sent.failure().message);
        }
        return answer(system.name,
                      PowerState::starting,
                      fmt::format("{} after Wake-on-LAN; if it never wakes, on it: "
                                  "ethtool -s INTERFACE wol g",
                                  where));
    }
    const PowerRecord* record = ledger_.find(system.name);
    if (record == nullptr || !record->accepted)
        return answer(system.name, PowerState::unknown, where);
    one.was_silent = true;
    if (one.silent_looks < settings_.silent_looks || now - one.silent_since < settings_.silent_for)
        return answer(system.name, PowerState::stopping, where);
    look_for_witness(system, route);
}

/// Who stands behind the same path: what answers there shows that the silence is the machine's own.
std::vector<io::Endpoint> PhysicalProvider::witnesses(const SystemRef& system,
                                                      const remote::Route& route) const
{
    std::vector<io::Endpoint> out;
    std::string gateway = text_option(system, "gateway");
    if (gateway.empty())
        gateway = io::gateway_for(route.host_name);
    if (!gateway.empty() && gateway != route.host_name)
        for (const std::uint16_t port : ports_of_routers)
            out.push_back({gateway, port, ""});
    const std::string network = io::broadcast_for(route.host_name);
    for (const auto& [name, other] : systems_)
        if (name != system.name && ledger_.find(name) == nullptr && !network.empty() &&
            io::broadcast_for(other.address) == network) {
            const std::uint16_t port = target_of(other).port;
            out.push_back({other.address, port == 0 ? std::uint16_t{22} : port, ""});
        }
    return out;
}

void PhysicalProvider::look_for_witness(const SystemRef& system, const remote::Route& route)
{
    const std::string where = fmt::format("no answer from {}:{}", route.host_name, route.port);
    std::vector<io::Endpoint> others = witnesses(system, route);
    machine(system.name).witness = std::make_unique<PortLook>(
        loop_, others, settings_.probe_within, [this, name = system.name, where](bool answers) {
            if (answers)
                return answer(name, PowerState::off, where + ", its neighbours answer");
            answer(name,
                   PowerState::unknown,
                   where + ", and nobody behind the same path answers: name a :gateway");
        });
}

void PhysicalProvider::answer(const std::string& name, PowerState state, std::string detail)
{
    SystemStatus status;
    status.state = state;
    status.detail = std::move(detail);
    const std::weak_ptr alive{alive_};
    for (const Reply<SystemStatus>& one : std::exchange(machine(name).waiting, {})) {
        one(status);
        if (alive.expired())
            return;
    }
}

void PhysicalProvider::fail(const std::string& name, const Failure& why)
{
    const std::weak_ptr alive{alive_};
    for (const Reply<SystemStatus>& one : std::exchange(machine(name).waiting, {})) {
        one(why);
        if (alive.expired())
            return;
    }
}

// --- switching

void PhysicalProvider::change(Change what,
                              const SystemRef& system,
                              Duration deadline,
                              Reply<void> reply)
{
    if (what == Change::stop)
        return power_off(system, deadline, reply);
    if (what == Change::start)
        return wake(system, reply);
    later([reply, name = system.name, what] {
        reply(Failure{
            Code::unsupported,
            fmt::format(
                "{} has no switch that reops could use to `{}` it", name, to_string(what))});
    });
}

void PhysicalProvider::power_off(const SystemRef& system,
                                 Duration deadline,
                                 const Reply<void>& reply)
{
    remote_.find_route(
        target_of(system),
        if_alive([this, system, deadline, reply](const Result<remote::RoutePtr>& route) {
            if (route.ok())
                ask_power_off(system, **route, deadline, reply);
            else
                reply(route.failure());
        }));
}

void PhysicalProvider::ask_power_off(const SystemRef& system,
                                     const remote::Route& route,
                                     Duration deadline,
                                     const Reply<void>& reply)
{
    auto line = operations::quote_command(power_off_of(system, route.user));
    if (!line.ok())
        return reply(line.failure());
    remote::Order order;
    order.line = std::move(*line);
    order.limit = deadline;
    PowerRecord begun;
    begun.begun = clock_.wall();
    ledger_.set(
        system.name,
        begun,
        if_alive([this, system, order, user = route.user, reply](const Result<void>& written) {
            if (!written.ok())
                return reply(written.failure());
            REOPS_BEFORE("power-off:sent");
            remote_.run(target_of(system),
                        order,
                        if_alive([this, system, user, reply](const Result<Ran>& ran) {
                            on_power_off(system, user, ran, reply);
                        }));
            REOPS_AFTER("power-off:sent");
        }));
}

/// A machine that goes down takes its own connection along: only a plain no is a no.
void PhysicalProvider::on_power_off(const SystemRef& system,
                                    const std::string& user,
                                    const Result<Ran>& ran,
                                    const Reply<void>& reply)
{
    const bool was_refused = ran.ok() && ran->end == End::exited && ran->exit_code != 0;
    if (!ran.ok() || was_refused) {
        ledger_.set(system.name, std::nullopt);
        if (!ran.ok())
            return reply(for_callers(ran.failure()));
        const std::string line = operations::sudoers_line(user, power_off_of(system, user));
        return reply(Failure{Code::denied,
                             "its power-off command failed: " + remote::describe(ran),
                             line.empty() ? "" : "in /etc/sudoers.d/reops there: " + line});
    }
    Machine& one = machine(system.name);
    one.silent_looks = 0;
    one.was_silent = false;
    one.is_waking = false;
    const PowerRecord* record = ledger_.find(system.name);
    PowerRecord accepted = record != nullptr ? *record : PowerRecord{};
    accepted.accepted = clock_.wall();
    ledger_.set(
        system.name, accepted, if_alive([reply](const Result<void>& written) { reply(written); }));
}

Result<void> PhysicalProvider::send_wake(const SystemRef& system, const std::string& address)
{
    const std::string text = text_option(system, "mac");
    if (text.empty())
        return Failure{Code::unsupported, "no MAC or provider for " + system.name};
    const auto mac = wire::parse_mac(text);
    if (!mac.ok())
        return mac.failure().while_("`:mac` of " + system.name);
    std::string to = text_option(system, "broadcast");
    if (to.empty())
        to = io::broadcast_for(address);
    if (to.empty())
        return Failure{Code::invalid_argument,
                       fmt::format("the address of {} is a name; for Wake-on-LAN it needs "
                                   ":broadcast \"10.0.0.255\"",
                                   system.name)};
    return io::send_datagram(to, settings_.wake_port, wire::magic_packet(*mac));
}

void PhysicalProvider::wake(const SystemRef& system, const Reply<void>& reply)
{
    const std::string address = system.address.empty() ? system.name : system.address;
    const auto sent = send_wake(system, address);
    if (sent.ok()) {
        Machine& one = machine(system.name);
        one.is_waking = true;
        one.woken_at = clock_.since_boot();
        one.packet_at = one.woken_at;
    }
    later([reply, sent] { reply(sent); });
}

// --- the rest of the contract

void PhysicalProvider::addresses(const SystemRef& system,
                                 Duration,
                                 Reply<std::vector<std::string>> reply)
{
    later([reply, address = system.address.empty() ? system.name : system.address] {
        reply(std::vector<std::string>{address});
    });
}

void PhysicalProvider::list(const Value&, Duration, Reply<std::vector<ListedSystem>> reply)
{
    later([reply] { reply(std::vector<ListedSystem>{}); });
}

void PhysicalProvider::sync(std::vector<SystemRef> systems)
{
    systems_.clear();
    for (SystemRef& system : systems)
        systems_.emplace(system.name, std::move(system));
}

/// The network tells nothing by itself.
std::unique_ptr<Watch> PhysicalProvider::watch(std::string, std::function<void(PowerState)>)
{
    return std::make_unique<PhysicalWatch>();
}

}  // namespace reops::providers

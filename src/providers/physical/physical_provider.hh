// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Machines that nobody but themselves can switch off: a power-off command over SSH, a magic
/// packet to start, and eyes on the network.
///
///     answers on a port ──> on            (stopping, while an accepted power-off is young)
///     silent, no power-off of ours ──> unknown: it may be off, or gone
///     silent after an accepted power-off:
///        3 looks over 10 s ── its router or a neighbour answers ──> off
///                          └─ nobody behind the same path answers ──> unknown
///     silent after a magic packet ──> starting

#include "base/clock.hh"
#include "base/log.hh"
#include "io/event_loop.hh"
#include "io/network.hh"
#include "io/stream.hh"
#include "providers/physical/power_ledger.hh"
#include "providers/provider.hh"
#include "remote/remote.hh"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace reops::providers {

struct PhysicalSettings {
    std::string ledger;                  ///< file of begun and accepted power-offs
    Duration probe_within = seconds(2);  ///< one look at one port
    std::uint32_t silent_looks = 3;      ///< before silence counts
    Duration silent_for = seconds(10);
    Duration stopping_for = minutes(3);   ///< an accepted power-off may take so long
    Duration starting_for = minutes(10);  ///< a magic packet is given so long
    Duration wake_again = seconds(5);     ///< packets get lost
    std::uint16_t wake_port = 9;
};

/// What is known of a system's way in: the words of the inventory.
remote::Target target_of(const SystemRef& system);
/// The words of its power-off command, for the user that logs in.
std::vector<std::string> power_off_of(const SystemRef& system, const std::string& user);

/// Loop thread only; `remote` outlives it. stop-hard is unsupported: there is no switch.
class PhysicalProvider final : public Provider {
public:
    PhysicalProvider(io::EventLoop& loop,
                     const Clock& clock,
                     Log& log,
                     remote::Remote& remote,
                     PhysicalSettings settings);
    ~PhysicalProvider() override;
    PhysicalProvider(const PhysicalProvider&) = delete;
    PhysicalProvider& operator=(const PhysicalProvider&) = delete;

    std::string_view name() const override { return "physical"; }
    void status(const SystemRef& system, Duration deadline, Reply<SystemStatus> reply) override;
    void change(Change what,
                const SystemRef& system,
                Duration deadline,
                Reply<void> reply) override;
    void addresses(const SystemRef& system,
                   Duration deadline,
                   Reply<std::vector<std::string>> reply) override;
    void list(const data::Value& options,
              Duration deadline,
              Reply<std::vector<ListedSystem>> reply) override;
    void sync(std::vector<SystemRef> systems) override;
    [[nodiscard]] std::unique_ptr<Watch> watch(std::string system,
                                               std::function<void(PowerState)> changed) override;

private:
    struct Machine;

    Machine& machine(const std::string& name);
    void look_at(const SystemRef& system, const remote::RoutePtr& route, Duration within);
    void seen(const std::string& name);
    void silent(const SystemRef& system, const remote::Route& route);
    void look_for_witness(const SystemRef& system, const remote::Route& route);
    void answer(const std::string& name, PowerState state, std::string detail = {});
    void fail(const std::string& name, const Failure& why);
    std::vector<io::Endpoint> witnesses(const SystemRef& system, const remote::Route& route) const;

    void power_off(const SystemRef& system, Duration deadline, const Reply<void>& reply);
    void ask_power_off(const SystemRef& system,
                       const remote::Route& route,
                       Duration deadline,
                       const Reply<void>& reply);
    void on_power_off(const SystemRef& system,
                      const std::string& user,
                      const Result<remote::Ran>& ran,
                      const Reply<void>& reply);
    void wake(const SystemRef& system, const Reply<void>& reply);
    Result<void> send_wake(const SystemRef& system, const std::string& address);
    void later(std::function<void()> work);
    template <class Work>
    auto if_alive(Work work);

    io::EventLoop& loop_;
    const Clock& clock_;
    Log& log_;
    remote::Remote& remote_;
    PhysicalSettings settings_;
    PowerLedger ledger_;
    std::map<std::string, SystemRef> systems_;
    std::map<std::string, std::unique_ptr<Machine>> machines_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace reops::providers

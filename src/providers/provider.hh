// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The provider: who can switch a kind of system on and off. A provider reads states and asks
/// for changes; it decides nothing. Order, limits, retries and what counts as verified belong to
/// its callers. What crosses the seam to helper programs is docs/protocol/provider.md.

#include "base/result.hh"
#include "base/time.hh"
#include "data/value.hh"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::providers {

/// What a system is doing, as its provider sees it. `off` means without power or without a process,
/// never merely quiet.
enum class PowerState : std::uint8_t {
    unknown,  ///< the provider cannot tell
    on,
    off,
    starting,
    stopping,
    absent,  ///< the provider answered, and has no such system
};

std::string_view to_string(PowerState state);
/// The state of that name; an unknown name is PowerState::unknown.
PowerState parse_power_state(std::string_view name);

/// Does it have power: on, starting or stopping.
bool is_running(PowerState state);

/// The system that a request is about, as the inventory describes it.
struct SystemRef {
    std::string name;
    std::string address;
    data::Value options;  ///< the system's map as configured, or nil
};

struct SystemStatus {
    PowerState state = PowerState::unknown;
    /// Names of the systems that run on this one now; nothing when the provider does not know.
    std::optional<std::vector<std::string>> guests = {};
    std::string detail = {};
};

/// One machine that a provider has, whoever made it and whether or not the inventory knows it.
struct ListedSystem {
    std::string name;  ///< the inventory's if sync() told it, else the provider's own
    PowerState state = PowerState::unknown;
    std::string id = {};                             ///< the provider's own name; empty: as `name`
    std::vector<std::string> addresses = {};         ///< as far as they come with the list
    std::string type = {};                           ///< the inventory's, if the provider keeps it
    std::map<std::string, std::string> labels = {};  ///< what else the provider keeps with it
};

/// What can be asked of a system. start, stop and stop_hard are answered when they were accepted,
/// not when it has happened; create when the machine is there (off, or starting where a provider
/// knows no other way), destroy when it and what was made for it are gone. destroy cuts the power
/// of a running one. Asking for what is there already is accepted and changes nothing.
enum class Change : std::uint8_t { start, stop, stop_hard, create, destroy };

/// The word on the seam: "stop-hard".
std::string_view to_string(Change change);

/// Being told of state changes; ends with its destruction. Must not outlive the provider.
class Watch {
public:
    virtual ~Watch() = default;
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

protected:
    Watch() = default;
};

template <class T>
using Reply = std::function<void(Result<T>)>;

/// Loop thread only; owned by the Registry. Each reply is called exactly once, never inside the
/// call that asked, at the latest when `deadline` is over; none after the provider's destruction.
/// Failures: not_found (no such system), unreachable and timeout (read the state and try again),
/// denied, invalid_argument, conflict, internal (give up), unsupported (refused: there is no way to
/// do that, or it must not be done).
class Provider {
public:
    virtual ~Provider() = default;
    Provider(const Provider&) = delete;
    Provider& operator=(const Provider&) = delete;

    virtual std::string_view name() const = 0;

    /// Reads, changes nothing. A system that the provider does not have is `absent`, no failure.
    virtual void status(const SystemRef& system, Duration deadline, Reply<SystemStatus> reply) = 0;
    virtual void change(Change what,
                        const SystemRef& system,
                        Duration deadline,
                        Reply<void> reply) = 0;
    virtual void addresses(const SystemRef& system,
                           Duration deadline,
                           Reply<std::vector<std::string>> reply) = 0;
    /// All machines at the place that the options of a system name (`:uri`), also those that the
    /// inventory does not know.
    virtual void list(const data::Value& options,
                      Duration deadline,
                      Reply<std::vector<ListedSystem>> reply) = 0;

    /// Tells which systems are configured, replacing what was told before. Remembered; a provider
    /// with connections opens them and pushes states of these systems.
    virtual void sync(std::vector<SystemRef> systems) = 0;

    /// Calls `changed` when the provider reports a new state of that system. A hint to look, never
    /// a proof: reports may be lost and may repeat.
    [[nodiscard]] virtual std::unique_ptr<Watch> watch(std::string system,
                                                       std::function<void(PowerState)> changed) = 0;

protected:
    Provider() = default;
};

}  // namespace reops::providers

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Providers by name: which exist, how each one's helper is started, and who is told about
/// which systems. A name without a program of ours may be a plug-in: `reops-provider-NAME`.

#include "base/clock.hh"
#include "base/log.hh"
#include "base/result.hh"
#include "hosts/inventory.hh"
#include "io/event_loop.hh"
#include "providers/provider.hh"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reops::providers {

struct RegistrySettings {
    /// Where helper programs are looked for, in this order.
    std::vector<std::filesystem::path> helper_folders = default_helper_folders();
    /// The folder of the simulated machines, outside reops' state.
    std::filesystem::path sim_folder = "sim";

    /// The folder of the running program, then `../libexec/reops` from there.
    static std::vector<std::filesystem::path> default_helper_folders();
};

/// Owned by the composer; loop thread only; destroyed before the loop and after all who hold a
/// Provider or a Watch. No helper is started before somebody asks its provider something or
/// sync() names a system of it.
class Registry {
public:
    Registry(io::EventLoop& loop, const Clock& clock, Log& log, RegistrySettings settings = {});
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    /// The provider of that name; lives as long as the registry. Failure: not_found, with the
    /// places where its helper was looked for.
    Result<Provider*> get(std::string_view name);
    /// Puts a provider that is no helper program in (tests, later the physical one).
    void add(std::unique_ptr<Provider> provider);
    /// Tells each provider its systems. Failures: one for each provider that does not exist.
    std::vector<Failure> sync(const hosts::Inventory& inventory);

private:
    io::EventLoop& loop_;
    const Clock& clock_;
    Log& log_;
    RegistrySettings settings_;
    std::map<std::string, std::unique_ptr<Provider>, std::less<>> providers_;
};

/// What a request needs to know of a system.
SystemRef system_ref(const hosts::System& system);

}  // namespace reops::providers

// SPDX-License-Identifier: Apache-2.0
#include "providers/registry.hh"

#include "providers/helper_provider.hh"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace reops::providers {

namespace {

namespace fs = std::filesystem;

/// A name becomes part of a program's name; nothing else than this may be in it.
bool is_provider_name(std::string_view name)
{
    return !name.empty() && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

}  // namespace

std::vector<fs::path> RegistrySettings::default_helper_folders()
{
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (error)
        return {};
    const fs::path folder = program.parent_path();
    return {folder, folder.parent_path() / "libexec" / "reops"};
}

Registry::Registry(io::EventLoop& loop, const Clock& clock, Log& log, RegistrySettings settings)
    : loop_(loop), clock_(clock), log_(log), settings_(std::move(settings))
{
}

Registry::~Registry() = default;

Result<Provider*> Registry::get(std::string_view name)
{
    if (const auto known = providers_.find(name); known != providers_.end())
        return known->second.get();
    if (!is_provider_name(name))
        return Failure{Code::not_found, fmt::format("`{}` cannot be the name of a provider", name)};
    const std::string program = fmt::format("reops-provider-{}", name);
    std::vector<std::string> places;
    for (const fs::path& folder : settings_.helper_folders) {
        const fs::path file = folder / program;
        places.push_back(folder.string());
        if (::access(file.c_str(), X_OK) != 0)
            continue;
        HelperOptions options;
        options.name = name;
        options.argv = {file.string()};
        if (name == "sim")
            options.argv.insert(options.argv.end(), {"--dir", settings_.sim_folder.string()});
        auto made = std::make_unique<HelperProvider>(loop_, clock_, log_, std::move(options));
        return providers_.emplace(std::string{name}, std::move(made)).first->second.get();
    }
    return Failure{Code::not_found,
                   fmt::format("there is no provider `{}`: no program {} in {}",
                               name,
                               program,
                               fmt::join(places, ", "))};
}

void Registry::add(std::unique_ptr<Provider> provider)
{
    std::string name{provider->name()};
    providers_[std::move(name)] = std::move(provider);
}

std::vector<Failure> Registry::sync(const hosts::Inventory& inventory)
{
    std::map<std::string, std::vector<SystemRef>> by_provider;
    for (const auto& [name, system] : inventory.systems())
        if (!system.provider.empty())
            by_provider[system.provider].push_back(system_ref(system));
    std::vector<Failure> failures;
    for (auto& [name, systems] : by_provider) {
        auto provider = get(name);
        if (provider)
            (*provider)->sync(std::move(systems));
        else
            failures.push_back(provider.failure());
    }
    return failures;
}

SystemRef system_ref(const hosts::System& system)
{
    return {system.name, system.address, system.options};
}

}  // namespace reops::providers

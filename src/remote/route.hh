// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The way to a host as OpenSSH understands the user's configuration: what `ssh -G` prints,
/// and whether our own client does all that it asks for.

#include "base/result.hh"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::remote {

/// Keys of `ssh -G` in small letters, with their values in the order of the lines.
using SshOptions = std::multimap<std::string, std::string, std::less<>>;

SshOptions read_ssh_options(std::string_view output);

struct Route {
    std::string host_name;  ///< where to connect
    std::uint16_t port = 22;
    std::string user;
    std::string known_as;  ///< HostKeyAlias, else host_name
    std::vector<std::string> identities;
    std::vector<std::string> known_hosts;
    bool use_agent = true;
    /// It was found by the host's name in a way that means nothing for another name.
    bool is_of_one_host = false;
    /// What our client does not do, as the configuration has it: "proxyjump bastion". Not empty:
    /// the user's own `ssh` goes there.
    std::vector<std::string> beyond_us;
};

/// The route of a host that the configuration does not tell apart from `asked`: what names the one
/// names the other. Nothing when that would be a guess.
std::optional<Route> route_of_alike(const Route& route,
                                    const std::string& asked,
                                    const std::string& other);

/// Compares what holds for the host with OpenSSH's own defaults (`ssh -G -F none`): whatever
/// differs must be something that our client does, or that means nothing for a command.
/// `home` replaces a leading ~. Fails with corrupt when there is no host name or no sound port.
Result<Route> read_route(const SshOptions& options,
                         const SshOptions& defaults,
                         const std::string& home);

}  // namespace reops::remote

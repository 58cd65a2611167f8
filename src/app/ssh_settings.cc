// SPDX-License-Identifier: Apache-2.0
#include "app/ssh_settings.hh"

namespace reops::app {

namespace {

/// A control socket's name has 40 characters, OpenSSH adds 17 of its own for a while, and the path
/// of a socket ends at 107.
constexpr std::size_t longest_control_folder = 48;

}  // namespace

remote::SshSettings ssh_settings(const Config& config)
{
    remote::SshSettings settings;
    settings.user = config.ssh.user;
    settings.key = config.ssh.key;
    settings.port = config.ssh.port;
    settings.host_keys = config.ssh.known_hosts == "accept-new" ? remote::HostKeyPolicy::accept_new
                                                                : remote::HostKeyPolicy::strict;
    settings.config_file = config.ssh.config;
    settings.known_hosts = config.state + "/known_hosts";
    settings.agent_socket = config.agent_socket;
    if (const std::string folder = config.state + "/ssh"; folder.size() <= longest_control_folder)
        settings.control_folder = folder;
    return settings;
}

}  // namespace reops::app

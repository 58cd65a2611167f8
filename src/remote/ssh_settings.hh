// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What SSH needs to know from the configuration, and its limits.

#include "base/time.hh"

#include <cstddef>
#include <cstdint>
#include <string>

namespace reops::remote {

enum class HostKeyPolicy : std::uint8_t {
    strict,      ///< only keys that a known_hosts file has
    accept_new,  ///< a host that no file knows is added; a changed key is refused
};

/// Each phase of getting in has its own time.
struct SshPhases {
    Duration tcp = seconds(10);
    Duration banner = seconds(10);
    Duration key_exchange = seconds(15);
    Duration login = seconds(15);
    Duration channel = seconds(15);
};

struct SshLimits {
    std::size_t handshakes = 64;         ///< at once, over all hosts
    std::size_t connections = 1024;      ///< open, over all hosts
    std::size_t per_host = 2;            ///< connections to one host
    std::size_t channels = 8;            ///< commands at once on a connection (sshd allows 10)
    std::size_t waiting = 10'000;        ///< orders that wait for a host
    Duration idle = minutes(2);          ///< an unused connection is closed
    Duration close_grace = seconds(1);   ///< after the exit status, while a child holds the output
    Duration cancel_grace = seconds(2);  ///< for what was asked to end, before it is left
    /// A host that has said nothing for so long lends its place among the handshakes to another.
    Duration lend_after = milliseconds(500);
};

struct SshSettings {
    std::string user;  ///< empty: what ~/.ssh/config says, else our own name
    std::string key;   ///< private key; empty: what ~/.ssh/config says, and the usual files
    std::uint16_t port = 0;
    HostKeyPolicy host_keys = HostKeyPolicy::strict;
    std::string known_hosts;     ///< our own file, besides those that ~/.ssh/config names
    std::string config_file;     ///< instead of ~/.ssh/config; "none": no file at all
    std::string agent_socket;    ///< SSH_AUTH_SOCK; empty: no agent
    std::string control_folder;  ///< for the control sockets of the user's own `ssh`
    std::string program = "ssh";
    Duration routes_for = minutes(5);  ///< how long an answer of `ssh -G` is believed
    SshPhases phases = {};
    SshLimits limits = {};
};

}  // namespace reops::remote

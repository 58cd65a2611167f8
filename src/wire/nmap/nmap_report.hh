// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What `nmap -oX -` writes: hosts with their addresses and ports. The text is a stranger's:
/// banners and names in it come from the machines that were looked at.

#include "base/result.hh"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reops::wire {

struct NmapPort {
    std::uint16_t number = 0;
    std::string protocol;  ///< "tcp"
    std::string state;     ///< "open", "closed", "open|filtered"
    std::string service;   ///< "ssh"; empty when nmap has no name for it
};

struct NmapHost {
    std::string address;  ///< IPv4 or IPv6
    std::string mac;      ///< empty unless nmap was in the same network, as root
    std::string vendor;   ///< of the card
    std::string name;     ///< the first of its names; empty without any
    bool is_up = false;
    std::vector<NmapPort> ports;  ///< those that nmap lists one by one
};

struct NmapReport {
    std::vector<NmapHost> hosts;
    std::size_t up = 0;
    std::size_t total = 0;
};

inline constexpr std::size_t longest_nmap_report = 16UL << 20;
inline constexpr std::size_t most_nmap_hosts = 70000;

/// corrupt: no XML, not nmap's, not finished, or beyond the limits above. A scan that says of
/// itself that it failed is corrupt, too, with its message.
Result<NmapReport> read_nmap_report(std::string_view xml);

}  // namespace reops::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/nmap/nmap_report.hh"

#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <pugixml.hpp>

namespace reops::wire {

namespace {

constexpr std::size_t most_text = 255;  ///< of a name; DNS allows no more

std::string attribute(const pugi::xml_node& node, const char* name)
{
    return std::string{std::string_view{node.attribute(name).value()}.substr(0, most_text)};
}

template <class T>
std::optional<T> number(std::string_view text)
{
    T value{};
    const char* end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && after == end ? std::optional{value} : std::nullopt;
}

void read_address(const pugi::xml_node& node, NmapHost& host)
{
    if (attribute(node, "addrtype") == "mac") {
        host.mac = attribute(node, "addr");
        host.vendor = attribute(node, "vendor");
    } else if (host.address.empty())
        host.address = attribute(node, "addr");
}

Result<NmapHost> read_host(const pugi::xml_node& node)
{
    NmapHost host;
    host.is_up = attribute(node.child("status"), "state") == "up";
    for (const pugi::xml_node& address : node.children("address"))
        read_address(address, host);
    host.name = attribute(node.child("hostnames").child("hostname"), "name");
    if (host.address.empty())
        return Failure{Code::corrupt, "a host in nmap's report has no address"};
    for (const pugi::xml_node& port : node.child("ports").children("port")) {
        const std::string said = attribute(port, "portid");
        const auto id = number<std::uint16_t>(said);
        if (!id)
            return Failure{
                Code::corrupt,
                fmt::format("expected a port from 0 to 65535 of {} but got `{}` in nmap's report",
                            host.address,
                            said.substr(0, 20))};
        host.ports.push_back({*id,
                              attribute(port, "protocol"),
                              attribute(port.child("state"), "state"),
                              attribute(port.child("service"), "name")});
    }
    return host;
}

/// Why the report is not a whole one; empty when it is.
std::string why_unfinished(const pugi::xml_node& run)
{
    const pugi::xml_node finished = run.child("runstats").child("finished");
    if (!finished)
        return "nmap's report has no end: it was cut or nmap was ended";
    if (attribute(finished, "exit") == "success")
        return {};
    return fmt::format("nmap ended without success: {}", attribute(finished, "errormsg"));
}

}  // namespace

Result<NmapReport> read_nmap_report(std::string_view xml)
{
    if (xml.size() > longest_nmap_report)
        return Failure{Code::corrupt,
                       fmt::format("nmap's report is {} MiB, the limit is {} MiB",
                                   xml.size() >> 20U,
                                   longest_nmap_report >> 20U)};
    pugi::xml_document document;
    const pugi::xml_parse_result parsed =
        document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed)
        return Failure{Code::corrupt,
                       fmt::format("expected nmap's XML but at byte {} it says: {}",
                                   parsed.offset,
                                   parsed.description())};
    const pugi::xml_node run = document.child("nmaprun");
    if (!run)
        return Failure{Code::corrupt, "expected an element `nmaprun` in nmap's XML"};
    if (std::string why = why_unfinished(run); !why.empty())
        return Failure{Code::corrupt, std::move(why)};
    NmapReport report;
    for (const pugi::xml_node& node : run.children("host")) {
        if (report.hosts.size() == most_nmap_hosts)
            return Failure{Code::corrupt,
                           fmt::format("nmap's report has more than {} hosts", most_nmap_hosts)};
        auto host = read_host(node);
        if (!host.ok())
            return host.failure();
        report.hosts.push_back(std::move(*host));
    }
    const pugi::xml_node counts = run.child("runstats").child("hosts");
    report.up = number<std::size_t>(attribute(counts, "up")).value_or(0);
    report.total = number<std::size_t>(attribute(counts, "total")).value_or(0);
    return report;
}

}  // namespace reops::wire

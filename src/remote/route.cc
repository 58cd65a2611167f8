// SPDX-License-Identifier: Apache-2.0
#include "remote/route.hh"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace reops::remote {

namespace {

/// What read_route() itself looks at.
constexpr std::array<std::string_view, 12> understood = {
    "host",
    "hostname",
    "user",
    "port",
    "identityfile",
    "identitiesonly",
    "identityagent",
    "userknownhostsfile",
    "globalknownhostsfile",
    "hostkeyalias",
    "stricthostkeychecking",  // ours is never weaker than strict or accept-new
    "pubkeyauthentication"};

/// What changes nothing for a command without a terminal, or what we have timers of our own for.
constexpr std::array<std::string_view, 42> meaningless = {"addkeystoagent",
                                                          "batchmode",
                                                          "canonicaldomains",
                                                          "canonicalizefallbacklocal",
                                                          "canonicalizemaxdots",
                                                          "canonicalizepermittedcnames",
                                                          "checkhostip",
                                                          "clearallforwardings",
                                                          "compression",
                                                          "connectionattempts",
                                                          "connecttimeout",
                                                          "controlmaster",
                                                          "controlpath",
                                                          "controlpersist",
                                                          "enableescapecommandline",
                                                          "escapechar",
                                                          "exitonforwardfailure",
                                                          "fingerprinthash",
                                                          "forwardx11",
                                                          "forwardx11timeout",
                                                          "forwardx11trusted",
                                                          "gatewayports",
                                                          "gssapiauthentication",
                                                          "gssapidelegatecredentials",
                                                          "gssapirenewalforcesrekey",
                                                          "gssapitrustdns",
                                                          "gssapikeyexchange",
                                                          "gssapikexalgorithms",
                                                          "hashknownhosts",
                                                          "ipqos",
                                                          "kbdinteractiveauthentication",
                                                          "loglevel",
                                                          "numberofpasswordprompts",
                                                          "passwordauthentication",
                                                          "permitlocalcommand",
                                                          "requesttty",
                                                          "sendenv",
                                                          "serveralivecountmax",
                                                          "serveraliveinterval",
                                                          "tcpkeepalive",
                                                          "updatehostkeys",
                                                          "visualhostkey"};

template <std::size_t Size>
bool is_in(const std::array<std::string_view, Size>& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string value_of(const SshOptions& options, std::string_view key)
{
    const auto found = options.find(key);
    return found == options.end() ? std::string{} : found->second;
}

std::vector<std::string> values_of(const SshOptions& options, std::string_view key)
{
    std::vector<std::string> out;
    const auto [begin, end] = options.equal_range(key);
    for (auto at = begin; at != end; ++at)
        out.push_back(at->second);
    return out;
}

bool is_default(const SshOptions& defaults, const std::string& key, const std::string& value)
{
    const auto [begin, end] = defaults.equal_range(key);
    return std::any_of(begin, end, [&](const auto& entry) { return entry.second == value; });
}

std::string at_home(const std::string& home, std::string_view path)
{
    if (path.starts_with("~/"))
        return home + std::string{path.substr(1)};
    return std::string{path};
}

/// Names of files as OpenSSH prints them: separated by spaces, quotes around those with spaces.
std::vector<std::string> files_of(const std::string& home, std::string_view line)
{
    std::vector<std::string> out;
    while (!line.empty()) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (line.empty())
            break;
        const bool quoted = line.front() == '"';
        if (quoted)
            line.remove_prefix(1);
        const std::size_t end = std::min(line.find(quoted ? '"' : ' '), line.size());
        out.push_back(at_home(home, line.substr(0, end)));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    std::erase(out, "none");
    std::erase(out, "/dev/null");
    return out;
}

/// Names that are filled in for each connection are OpenSSH's business.
bool has_token(std::string_view text)
{
    return text.find('%') != std::string_view::npos || text.find("${") != std::string_view::npos;
}

std::vector<std::string> beyond(const SshOptions& options, const SshOptions& defaults)
{
    std::vector<std::string> out;
    for (const auto& [key, value] : options) {
        const bool is_file =
            key == "identityfile" || key == "identityagent" || key.ends_with("knownhostsfile");
        const bool is_ours = is_in(understood, key) && !(is_file && has_token(value));
        if (!is_ours && !is_in(meaningless, key) && !is_default(defaults, key, value))
            out.push_back(fmt::format("{} {}", key, value));
    }
    const std::string agent = value_of(options, "identityagent");
    if (!agent.empty() && agent != "none" && agent != "SSH_AUTH_SOCK")
        out.push_back("identityagent " + agent);
    if (const std::string by_key = value_of(options, "pubkeyauthentication");
        by_key == "no" || by_key == "false")
        out.push_back("pubkeyauthentication " + by_key);
    return out;
}

}  // namespace

std::optional<Route> route_of_alike(const Route& route,
                                    const std::string& asked,
                                    const std::string& other)
{
    if (route.is_of_one_host || route.host_name != asked || route.known_as != asked)
        return std::nullopt;
    std::string rest = route.user;
    for (const auto* list : {&route.identities, &route.known_hosts, &route.beyond_us})
        for (const std::string& one : *list)
            rest += "\n" + one;
    if (rest.find(asked) != std::string::npos)
        return std::nullopt;
    Route out = route;
    out.host_name = other;
    out.known_as = other;
    return out;
}

SshOptions read_ssh_options(std::string_view output)
{
    SshOptions options;
    while (!output.empty()) {
        const std::size_t end = std::min(output.find('\n'), output.size());
        const std::string_view line = output.substr(0, end);
        output.remove_prefix(std::min(end + 1, output.size()));
        const std::size_t space = std::min(line.find(' '), line.size());
        std::string key{line.substr(0, space)};
        std::transform(key.begin(), key.end(), key.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        if (!key.empty())
            options.emplace(std::move(key),
                            std::string{line.substr(std::min(space + 1, line.size()))});
    }
    return options;
}

Result<Route> read_route(const SshOptions& options,
                         const SshOptions& defaults,
                         const std::string& home)
{
    Route route;
    route.host_name = value_of(options, "hostname");
    route.user = value_of(options, "user");
    const std::string port = value_of(options, "port");
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), route.port);
    if (route.host_name.empty() || error != std::errc{} || route.port == 0 ||
        end != port.data() + port.size())
        return Failure{Code::corrupt,
                       fmt::format("expected a host name and a port from `ssh -G` but got `{}` and "
                                   "`{}`",
                                   route.host_name,
                                   port)};
    const std::string alias = value_of(options, "hostkeyalias");
    const bool has_alias = !alias.empty() && alias != "none";
    route.known_as = has_alias ? alias : route.host_name;
    const std::string canonical = value_of(options, "canonicalizehostname");
    route.is_of_one_host = has_alias || (canonical != value_of(defaults, "canonicalizehostname"));
    for (const std::string& file : values_of(options, "identityfile"))
        if (file != "none")
            route.identities.push_back(at_home(home, file));
    for (const std::string_view key : {"userknownhostsfile", "globalknownhostsfile"})
        for (const std::string& line : values_of(options, key))
            for (std::string& file : files_of(home, line))
                route.known_hosts.push_back(std::move(file));
    route.use_agent = value_of(options, "identityagent") != "none" &&
                      value_of(options, "identitiesonly") != "yes";
    route.beyond_us = beyond(options, defaults);
    return route;
}

}  // namespace reops::remote

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The configuration (`reops.edn`): found, read, checked. Absent is fine. What is wrong is
/// told with file, line, column, a mark and the nearest known word.

#include "base/result.hh"
#include "base/time.hh"
#include "hosts/inventory.hh"
#include "sources/sensor/mapping.hh"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::app {

/// Somebody who may log in to the managed broker: a sensor, a phone.
struct BrokerUser {
    std::string name;
    data::Value password;            ///< a secret
    std::vector<std::string> write;  ///< topics; default: sensors/NAME/#
    std::vector<std::string> read;
};

struct BrokerConfig {
    bool managed = true;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: one of its own when managed, 1883 or 8883 else
    bool tls = false;
    std::string user;
    data::Value password;  ///< a secret, or nil
    std::string ca;
    std::string cert;
    std::string key;
    std::string protocol = "5";  ///< "5" (falls back) or "3.1.1"
    // Of the managed one:
    std::string listen = "127.0.0.1";  ///< beyond loopback it requires users
    std::vector<BrokerUser> users;
};

struct MailConfig {
    std::string from;
    std::vector<std::string> to;
};

struct SmtpConfig {
    std::string url;  ///< empty: mails become files
    std::string user;
    data::Value password;
    std::string ca;
    std::string tls = "required";  ///< required, optional, none, implicit
};

/// How hosts are reached, unless `~/.ssh/config`, the system or the flow's Hosts say otherwise.
struct SshConfig {
    std::string user;
    std::string key;
    std::uint16_t port = 0;
    std::string known_hosts = "strict";  ///< or "accept-new"
    std::string config;                  ///< instead of ~/.ssh/config
};

struct JournalConfig {
    std::uint64_t segment_bytes = 64ULL << 20;
    std::uint64_t keep_bytes = 1ULL << 30;
    Duration keep_for = hours(24 * 30);
};

/// How many hosts a flow may touch that chooses them by a rule. The flows of this version
/// write their hosts out by name, which is not limited.
struct LimitsConfig {
    std::uint32_t hosts = 10;
    double share = 0.25;
};

struct Config {
    std::string path;  ///< of the file; empty: there was none
    std::string state;
    std::string zone;  ///< empty: the machine's
    std::string socket;
    BrokerConfig broker;
    std::map<std::string, sources::SensorMapping> sensors;
    std::vector<hosts::System> systems;
    MailConfig email;
    SmtpConfig smtp;
    std::vector<std::string> alert_to;  ///< default: the mail's
    bool durable_power = true;
    bool reload_by_itself = true;  ///< flow files are read again when they change
    Duration commit_window = milliseconds(5);
    std::uint32_t workers = 1;
    JournalConfig journal;
    LimitsConfig limits;
    SshConfig ssh;
    std::string sim_folder;  ///< of the simulated machines, outside the state
    // Of the surroundings:
    std::string home;
    std::string agent_socket;  ///< of the SSH agent; empty: none
};

/// What the reader may ask of its surroundings; filled by main() from the environment.
struct Surroundings {
    std::map<std::string, std::string> environment;
    bool is_root = false;
};

/// `path` empty: ./reops.edn, $XDG_CONFIG_HOME/reops/reops.edn, /etc/reops/reops.edn, else
/// defaults. The failure's message is the whole report.
Result<Config> load_config(const std::string& path, const Surroundings& surroundings);

/// The same from a text, for tests and tools; `path` is for messages and relative includes.
Result<Config> read_config(std::string_view text,
                           const std::string& path,
                           const Surroundings& surroundings);

/// The same text without what is behind `:password`, `#secret` and in the logins of addresses, for
/// showing it; columns stay where they are.
std::string hide_secrets(std::string_view given);

/// The words of the configuration with what they mean, for `reops doctor` and the manual.
struct ConfigWord {
    std::string_view key;
    std::string_view about;
};
std::vector<ConfigWord> config_words();

}  // namespace reops::app

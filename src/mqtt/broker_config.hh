// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the managed mosquitto is told: its configuration, users and access lists as texts.
/// Writing them to files and starting it is managed_broker.hh.

#include "base/result.hh"
#include "base/time.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reops::mqtt {

/// Somebody who may log in, and the topics (filters) that he may use; empty: none.
struct BrokerUser {
    std::string name;
    std::string password;
    std::vector<std::string> write;
    std::vector<std::string> read;
};

struct BrokerConfig {
    std::string folder;  ///< of its files; absolute
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::vector<BrokerUser> users;    ///< empty: anybody on this machine, no others
    Duration autosave = seconds(10);  ///< what a kill -9 of the broker may lose
    bool no_delay = false;            ///< TCP_NODELAY on the broker's side
    bool as_root = false;             ///< we are root: it keeps root, to enter our folder
};

/// The name that reops itself uses when there are users.
inline constexpr std::string_view own_broker_user = "reops";

/// Refuses what would open the power switch to strangers or break the files' syntax. Failures:
/// denied (beyond loopback without users), invalid_argument (names, passwords, topics).
Result<void> check_broker_config(const BrokerConfig& config);

/// mosquitto.conf.
std::string broker_conf_text(const BrokerConfig& config);

/// One `name:password` per line, to be hashed by mosquitto_passwd. Holds secrets.
std::string broker_passwords_text(const std::vector<BrokerUser>& users,
                                  std::string_view own_password);

/// The access list: our own user may do everything, the others what they were given.
std::string broker_acl_text(const std::vector<BrokerUser>& users);

/// The names of the files in the folder.
namespace broker_file {
inline constexpr std::string_view conf = "mosquitto.conf";
inline constexpr std::string_view passwords = "users";
inline constexpr std::string_view acl = "acl";
inline constexpr std::string_view database = "mosquitto.db";
inline constexpr std::string_view port = "port";
}  // namespace broker_file

}  // namespace reops::mqtt

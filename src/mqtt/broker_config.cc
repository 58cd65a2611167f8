// SPDX-License-Identifier: Apache-2.0
#include "mqtt/broker_config.hh"

#include "wire/mqtt/topic.hh"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace reops::mqtt {

namespace {

bool is_loopback(std::string_view address)
{
    return address == "::1" || address == "localhost" || address.starts_with("127.");
}

bool is_one_line(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

Failure bad_user(std::string_view name, std::string_view why)
{
    return {Code::invalid_argument, fmt::format("broker user `{}`: {}", name, why)};
}

Result<void> check_user(const BrokerUser& user)
{
    if (user.name.empty() || !is_one_line(user.name) || user.name.find(':') != std::string::npos ||
        user.name.front() == '#')
        return Failure{
            Code::invalid_argument,
            "a broker user's name is one line without `:`, does not begin with `#`, and is "
            "not empty"};
    if (user.name == own_broker_user)
        return bad_user(user.name, "this name is reops' own");
    if (user.password.empty() || !is_one_line(user.password))
        return bad_user(user.name, "the password is one line and not empty");
    for (const auto* topics : {&user.write, &user.read})
        for (const std::string& topic : *topics) {
            if (!is_one_line(topic))
                return bad_user(user.name, "a topic is one line");
            if (auto checked = wire::mqtt::check_topic_filter(topic); !checked)
                return bad_user(user.name, checked.failure().message);
        }
    return {};
}

}  // namespace

Result<void> check_broker_config(const BrokerConfig& config)
{
    if (config.address.empty() || !is_one_line(config.address) || !is_one_line(config.folder))
        return Failure{Code::invalid_argument,
                       "the managed broker's address or folder is not one line"};
    if (!is_loopback(config.address) && config.users.empty())
        return Failure{
            Code::denied,
            fmt::format("the managed broker is to listen on {} but has no users: a reading "
                        "can switch machines off, so beyond this machine it requires users",
                        config.address)};
    std::set<std::string_view> names;
    for (const BrokerUser& user : config.users) {
        if (auto checked = check_user(user); !checked)
            return checked;
        if (!names.insert(user.name).second)
            return bad_user(user.name, "it stands there twice");
    }
    return {};
}

std::string broker_conf_text(const BrokerConfig& config)
{
    std::string out = "# Written by reops at every start of the broker; changes are lost.\n";
    const auto line = [&out](std::string_view key, const auto& value) {
        out += fmt::format("{} {}\n", key, value);
    };
    const auto path = [&config](std::string_view file) {
        return config.folder + '/' + std::string{file};
    };
    line("listener", fmt::format("{} {}", config.port, config.address));
    line("allow_anonymous", config.users.empty());
    if (!config.users.empty()) {
        line("password_file", path(broker_file::passwords));
        line("acl_file", path(broker_file::acl));
    }
    line("persistence", true);
    line("persistence_location", config.folder + '/');
    line("persistence_file", broker_file::database);
    line("autosave_on_changes", false);
    line("autosave_interval",
         std::max<std::int64_t>(1, std::chrono::duration_cast<seconds>(config.autosave).count()));
    // 20 and 1000 are mosquitto's own: the first makes QoS 1 slow for clients of 3.1.1 and is what
    // it tells those of 5 as its Receive Maximum; beyond the second it drops what waits for us
    // silently.
    line("max_inflight_messages", 1000);
    line("max_queued_messages", 100'000);
    line("set_tcp_nodelay", config.no_delay);
    line("sys_interval", 0);
    line("connection_messages", false);
    line("log_dest", "stderr");
    line("log_timestamp", false);
    for (const std::string_view type : {"error", "warning", "notice", "information"})
        line("log_type", type);
    if (config.as_root)
        line("user", "root");
    return out;
}

std::string broker_passwords_text(const std::vector<BrokerUser>& users,
                                  std::string_view own_password)
{
    std::string out = fmt::format("{}:{}\n", own_broker_user, own_password);
    for (const BrokerUser& user : users)
        out += fmt::format("{}:{}\n", user.name, user.password);
    return out;
}

std::string broker_acl_text(const std::vector<BrokerUser>& users)
{
    std::string out = "# Written by reops at every start of the broker; changes are lost.\n";
    out += fmt::format("user {}\ntopic readwrite #\n", own_broker_user);
    for (const BrokerUser& user : users) {
        out += fmt::format("\nuser {}\n", user.name);
        for (const std::string& topic : user.write)
            out += fmt::format("topic write {}\n", topic);
        for (const std::string& topic : user.read)
            out += fmt::format("topic read {}\n", topic);
    }
    return out;
}

}  // namespace reops::mqtt

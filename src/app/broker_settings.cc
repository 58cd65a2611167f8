// SPDX-License-Identifier: Apache-2.0
#include "app/broker_settings.hh"

namespace reops::app {

namespace {

std::string text_of_secret(const data::Value& value)
{
    if (value.is_secret())
        return std::string{value.reveal()};
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

}  // namespace

mqtt::BrokerAddress broker_address(const BrokerConfig& config)
{
    mqtt::BrokerAddress address;
    address.endpoint.host = config.host;
    address.endpoint.port = config.port;
    address.user = config.user;
    address.password = text_of_secret(config.password);
    if (config.tls) {
        io::TlsOptions tls;
        tls.ca_file = config.ca;
        tls.cert_file = config.cert;
        tls.key_file = config.key;
        address.tls = std::move(tls);
    }
    return address;
}

mqtt::ManagedBrokerOptions managed_broker_options(const BrokerConfig& config,
                                                  const std::string& folder,
                                                  bool is_root)
{
    mqtt::ManagedBrokerOptions options;
    options.config.folder = folder;
    options.config.port = config.port;
    options.config.as_root = is_root;
    options.config.address = config.listen;
    for (const BrokerUser& user : config.users)
        options.config.users.push_back({.name = user.name,
                                        .password = text_of_secret(user.password),
                                        .write = user.write,
                                        .read = user.read});
    return options;
}

mqtt::Protocol protocol_of(const BrokerConfig& config)
{
    return config.protocol == "3.1.1" ? mqtt::Protocol::v311 : mqtt::Protocol::automatic;
}

}  // namespace reops::app

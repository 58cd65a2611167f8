// SPDX-License-Identifier: Apache-2.0
#include "app/broker_settings.hh"

namespace reops::app {

mqtt::BrokerAddress broker_address(const BrokerConfig& config)
{
    mqtt::BrokerAddress address;
    address.endpoint.host = config.host;
    address.endpoint.port = config.port;
    address.user = config.user;
    if (config.password.is_secret())
        address.password = config.password.reveal();
    else if (config.password.is_string())
        address.password = config.password.as_string();
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
    return options;
}

mqtt::Protocol protocol_of(const BrokerConfig& config)
{
    return config.protocol == "3.1.1" ? mqtt::Protocol::v311 : mqtt::Protocol::automatic;
}

}  // namespace reops::app

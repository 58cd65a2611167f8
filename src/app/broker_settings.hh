// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The configuration's `:broker` as the MQTT folder wants it.

#include "app/config.hh"
#include "mqtt/broker_address.hh"
#include "mqtt/managed_broker.hh"
#include "mqtt/session.hh"

#include <string>

namespace reops::app {

/// Of a broker that is not ours.
mqtt::BrokerAddress broker_address(const BrokerConfig& config);

mqtt::ManagedBrokerOptions managed_broker_options(const BrokerConfig& config,
                                                  const std::string& folder,
                                                  bool is_root);

mqtt::Protocol protocol_of(const BrokerConfig& config);

}  // namespace reops::app

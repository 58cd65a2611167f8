// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Is the broker there? Asked with an identifier of its own, so that nobody's session is
/// touched. After a connection was closed without a word the answer tells a broker that went away
/// from another client that took our identifier (mosquitto 2.0 says nothing in either case).

#include "io/event_loop.hh"
#include "io/stream.hh"
#include "mqtt/broker_address.hh"
#include "wire/mqtt/packet.hh"

#include <functional>
#include <memory>
#include <string>

namespace reops::mqtt {

/// Loop thread only. Destroying it ends the question without an answer.
class BrokerProbe {
public:
    /// `answered` is called once, never inside the constructor, within 2 s: true when the broker
    /// answered CONNECT in whatever way. It may destroy the probe.
    BrokerProbe(io::EventLoop& loop,
                const BrokerAddress& broker,
                const std::string& client_id,
                wire::mqtt::Version version,
                std::function<void(bool is_alive)> answered);
    ~BrokerProbe();
    BrokerProbe(const BrokerProbe&) = delete;
    BrokerProbe& operator=(const BrokerProbe&) = delete;

private:
    void ask(std::unique_ptr<io::Stream> stream);
    void read(std::string_view bytes);
    void finish(bool is_alive);

    std::string connect_;
    wire::mqtt::Version version_;
    std::function<void(bool)> answered_;
    std::unique_ptr<io::ConnectAttempt> attempt_;
    std::unique_ptr<io::Stream> stream_;
    std::string received_;
    io::Timer patience_;
};

}  // namespace reops::mqtt

// SPDX-License-Identifier: Apache-2.0
#include "mqtt/broker_probe.hh"

#include "wire/mqtt/encode.hh"
#include "wire/mqtt/frame.hh"

#include <utility>

namespace reops::mqtt {

namespace {

constexpr Duration patience = seconds(2);

}  // namespace

BrokerProbe::BrokerProbe(io::EventLoop& loop,
                         const BrokerAddress& broker,
                         const std::string& client_id,
                         wire::mqtt::Version version,
                         std::function<void(bool is_alive)> answered)
    : version_(version), answered_(std::move(answered)), patience_(loop)
{
    const std::string id = client_id + "-probe";
    wire::mqtt::Connect packet{.version = version, .keep_alive = 10, .client_id = id};
    if (!broker.user.empty()) {
        packet.user = broker.user;
        packet.password = broker.password;
    }
    encode(connect_, packet);
    patience_.after(patience, [this] { finish(false); });
    attempt_ = io::connect(loop,
                           broker.endpoint,
                           {.deadline = patience, .tls = broker.tls},
                           [this](Result<std::unique_ptr<io::Stream>> stream) {
                               if (stream)
                                   ask(std::move(*stream));
                               else
                                   finish(false);
                           });
}

BrokerProbe::~BrokerProbe() = default;

void BrokerProbe::ask(std::unique_ptr<io::Stream> stream)
{
    stream_ = std::move(stream);
    stream_->write(connect_);
    stream_->start([this](std::string_view bytes) { read(bytes); },
                   [this](const Failure&) { finish(false); });
}

void BrokerProbe::read(std::string_view bytes)
{
    received_ += bytes;
    const auto frame = wire::mqtt::next_frame(received_, 64UL * 1024);
    if (frame.state == wire::mqtt::Frame::State::need_more)
        return;
    // Whatever it is, somebody who speaks MQTT has answered.
    std::string goodbye;
    encode(goodbye, wire::mqtt::Disconnect{}, version_);
    stream_->write(goodbye);
    stream_->close();
    finish(frame.type() == wire::mqtt::PacketType::connack);
}

void BrokerProbe::finish(bool is_alive)
{
    patience_.cancel();
    if (const auto answered = std::exchange(answered_, nullptr))
        answered(is_alive);
}

}  // namespace reops::mqtt

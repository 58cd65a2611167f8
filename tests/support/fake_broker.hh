// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A broker on a unix socket in the test's own loop, that does what the test says.

#include "io/event_loop.hh"
#include "io/stream.hh"
#include "mqtt/message.hh"
#include "mqtt/packet_reader.hh"
#include "tests/support/temp_dir.hh"
#include "wire/mqtt/decode.hh"
#include "wire/mqtt/encode.hh"
#include "wire/mqtt/reason.hh"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::mqtt::test {

namespace wm = wire::mqtt;

/// Accepts every CONNECT and SUBSCRIBE and answers pings unless told otherwise. One loop's thread.
class FakeBroker {
public:
    struct Connection {
        std::unique_ptr<io::Stream> stream;
        PacketReader reader{wm::max_packet_bytes};
        wm::Version version = wm::Version::v5;
        std::string client_id;
        std::string seen;  ///< types of the packets that came, in order
        bool is_open = true;
    };

    explicit FakeBroker(io::EventLoop& loop) : loop_(loop) { listen(); }

    /// Nobody listens any more and all connections are gone, as after kill -9.
    void die()
    {
        listener_.reset();
        for (auto& each : connections)
            each->is_open = false;
        for (auto& each : connections)
            each->stream.reset();
    }
    void listen()
    {
        auto listening = io::listen(loop_, endpoint(), [this](std::unique_ptr<io::Stream> stream) {
            accept(std::move(stream));
        });
        ASSERT_TRUE(listening.ok()) << listening.failure().message;
        listener_ = std::move(*listening);
    }
    io::Endpoint endpoint() const
    {
        io::Endpoint out;
        out.unix_path = (folder_ / "broker").string();
        return out;
    }

    /// The newest connection of the client proper.
    Connection& last() { return *connections.back(); }
    template <class Packet>
    void say(Connection& to, const Packet& packet)
    {
        std::string out;
        encode(out, packet, to.version);
        to.stream->write(out);
    }
    void publish(std::string_view payload, Qos qos = Qos::at_most_once, std::uint16_t id = 0)
    {
        say(last(), wm::Publish{.topic = "t", .payload = payload, .packet_id = id, .qos = qos});
    }
    void drop(Connection& which)
    {
        which.is_open = false;
        which.stream->close();
    }

    std::vector<std::unique_ptr<Connection>> connections;
    std::size_t probes = 0;  ///< connections with "-probe" at the end of their identifier
    bool session_present = false;
    bool answers_connect = true;
    bool answers_pings = true;
    bool knows_version_5 = true;
    std::set<std::string, std::less<>> refused_filters;
    std::function<void(Connection&, const wm::Frame&)> on_packet;

private:
    void accept(std::unique_ptr<io::Stream> stream)
    {
        auto* one = connections.emplace_back(std::make_unique<Connection>()).get();
        one->stream = std::move(stream);
        one->stream->start(
            [this, one](std::string_view bytes) {
                one->reader.begin(bytes);
                for (wm::Frame frame; one->is_open && one->reader.next(frame);)
                    answer(*one, frame);
                one->reader.finish();
            },
            [one](const Failure&) { one->is_open = false; });
    }
    void answer(Connection& from, const wm::Frame& frame)
    {
        from.seen += (from.seen.empty() ? "" : " ") + std::string{to_string(frame.type())};
        if (frame.type() == wm::PacketType::connect) {
            answer_connect(from, frame);
        } else if (frame.type() == wm::PacketType::subscribe) {
            const auto packet = decode_subscribe(frame, from.version);
            ASSERT_TRUE(packet.ok());
            wm::Suback granted{.packet_id = packet->packet_id};
            for (const auto& each : packet->subscriptions)
                granted.reasons.push_back(refused_filters.contains(each.filter)
                                              ? wm::reason::not_authorized
                                              : static_cast<std::uint8_t>(each.qos));
            say(from, granted);
        } else if (frame.type() == wm::PacketType::pingreq && answers_pings) {
            from.stream->write({"\xd0\x00", 2});
        }
        if (on_packet && from.is_open)
            on_packet(from, frame);
    }
    void answer_connect(Connection& from, const wm::Frame& frame)
    {
        const auto packet = decode_connect(frame);
        ASSERT_TRUE(packet.ok());
        from.version = packet->version;
        from.client_id = packet->client_id;
        if (from.version == wm::Version::v5 && !knows_version_5) {
            from.stream->write({"\x20\x02\x00\x01", 4});
            drop(from);
            return;
        }
        if (!answers_connect)
            return;
        const bool is_probe = from.client_id.ends_with("-probe");
        say(from, wm::Connack{.session_present = session_present && !is_probe});
        if (!is_probe)
            return;
        ++probes;
        // The newest connection of the client proper stays the last one.
        if (connections.size() > 1)
            std::swap(connections[connections.size() - 2], connections.back());
    }

    io::EventLoop& loop_;
    reops::test::TempDir folder_;
    std::unique_ptr<io::Listener> listener_;
};

}  // namespace reops::mqtt::test

// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A Session with a broker that a test plays by hand: what the session wrote is taken as
/// packets, what the broker says is encoded and received.

#include "mqtt/session.hh"
#include "wire/mqtt/decode.hh"
#include "wire/mqtt/encode.hh"

#include <deque>

#include <gtest/gtest.h>

namespace reops::mqtt::test {

namespace wm = wire::mqtt;

/// Counts up, so that jitter and identifiers are known.
class CountingRandom final : public Random {
public:
    explicit CountingRandom(std::uint64_t start = 0) : next_(start) {}
    std::uint64_t next() override { return next_++; }

private:
    std::uint64_t next_;
};

struct Seen {
    std::string topic;
    std::string payload;
    Token token;
    Qos qos;
    bool retain;
    bool duplicate;
    bool is_oversize;
    std::size_t size;
    std::string depth;  ///< user property reops-depth, or "-"
};

class Recorder final : public SessionHandler {
public:
    void on_messages(std::span<const Message> batch) override
    {
        batches.push_back(batch.size());
        for (const Message& each : batch)
            seen.push_back({std::string{each.topic},
                            std::string{each.payload},
                            each.token,
                            each.qos,
                            each.retain,
                            each.duplicate,
                            each.is_oversize,
                            each.size,
                            std::string{each.user_property("reops-depth").value_or("-")}});
        if (during)
            during(batch);
    }
    void on_connected(bool session_present) override
    {
        connected.push_back(session_present);
        if (when_connected)
            when_connected();
    }
    void on_subscribed(std::span<const SubscribeResult> results) override
    {
        subscribed.emplace_back();
        for (const SubscribeResult& each : results)
            subscribed.back() += std::string{each.filter} + '=' + std::to_string(each.reason) + ' ';
    }

    std::vector<std::size_t> batches;
    std::vector<Seen> seen;
    std::vector<bool> connected;
    std::vector<std::string> subscribed;
    std::function<void(std::span<const Message>)> during;
    std::function<void()> when_connected;
};

class SessionTest : public testing::Test {
protected:
    static SessionOptions options(Protocol protocol = Protocol::v5)
    {
        SessionOptions out;
        out.client_id = "reops-0123abcd";
        out.protocol = protocol;
        return out;
    }
    void make(SessionOptions with) { session.emplace(std::move(with), random, recorder); }

    /// Everything the session wrote since the last call, in bytes and as frames.
    std::string take()
    {
        std::string out = session->output();
        session->output_taken(now);
        return out;
    }
    /// The types of the packets in `bytes`: "SUBSCRIBE PUBLISH".
    static std::string types(std::string_view bytes)
    {
        std::string out;
        while (!bytes.empty()) {
            const wm::Frame frame = wm::next_frame(bytes);
            if (frame.state != wm::Frame::State::complete)
                return out + " DAMAGED";
            out += (out.empty() ? "" : " ") + std::string{to_string(frame.type())};
            bytes.remove_prefix(frame.size);
        }
        return out;
    }
    std::string take_types() { return types(take()); }

    template <class Packet>
    std::string bytes(const Packet& packet) const
    {
        std::string out;
        encode(out, packet, session->version());
        return out;
    }
    Result<void> receive(std::string_view raw) { return session->receive(raw, now); }
    template <class Packet>
    Result<void> say(const Packet& packet)
    {
        return receive(bytes(packet));
    }
    Result<void> answer(wm::PacketType type, std::uint16_t id, std::uint8_t reason = 0)
    {
        return say(wm::Acknowledgement{.type = type, .packet_id = id, .reason = reason});
    }
    /// A PUBLISH from the broker.
    std::string message(std::string_view payload,
                        Qos qos = Qos::at_most_once,
                        std::uint16_t id = 0,
                        bool duplicate = false) const
    {
        return bytes(wm::Publish{
            .topic = "t", .payload = payload, .packet_id = id, .qos = qos, .duplicate = duplicate});
    }
    /// open() and CONNACK; what the session wrote is thrown away.
    void connect(bool session_present = false, wm::Properties properties = {})
    {
        session->open(now);
        take();
        const auto accepted = say(
            wm::Connack{.session_present = session_present, .properties = std::move(properties)});
        ASSERT_TRUE(accepted.ok()) << accepted.failure().message;
    }
    void reconnect(bool session_present, wm::Properties properties = {})
    {
        session->close(true);
        session->open(now);
        take();
        ASSERT_TRUE(say(wm::Connack{.session_present = session_present,
                                    .properties = std::move(properties)})
                        .ok());
    }
    /// A publication whose outcome is written down as "NAME ok" or "NAME MESSAGE".
    Result<void> publish(std::string_view name, Qos qos, Duration deadline = {})
    {
        return session->publish(
            {.topic = "out", .payload = name, .qos = qos, .deadline = deadline},
            [this, key = std::string{name}](const Result<void>& outcome) {
                outcomes.push_back(key + ' ' + (outcome ? "ok" : outcome.failure().message));
            });
    }

    Duration now = seconds(1000);
    CountingRandom random;
    Recorder recorder;
    std::optional<Session> session;
    std::vector<std::string> outcomes;
};

}  // namespace reops::mqtt::test

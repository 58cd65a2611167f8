// SPDX-License-Identifier: Apache-2.0
#include "mqtt/session.hh"

#include "base/check.hh"
#include "wire/mqtt/decode.hh"
#include "wire/mqtt/encode.hh"
#include "wire/mqtt/reason.hh"

#include <algorithm>

#include <fmt/format.h>

namespace reops::mqtt {

namespace {

using wire::mqtt::PacketType;
using wire::mqtt::PropertyId;
namespace reason = wire::mqtt::reason;

constexpr Duration no_time = Duration::zero();

// After two connections that were closed without an answer the third tries 3.1.1: some old brokers
// close on a version that they do not know, but a broker that is just stopping does the same.
Version version_of_attempt(unsigned early_closes)
{
    return early_closes % 3 == 2 ? Version::v311 : Version::v5;
}

std::uint16_t whole_seconds(Duration duration)
{
    const auto count = std::chrono::duration_cast<seconds>(duration).count();
    return static_cast<std::uint16_t>(std::clamp<std::int64_t>(count, 1, 65'535));
}

}  // namespace

Session::Session(SessionOptions options, Random& random, SessionHandler& handler)
    : options_(std::move(options)),
      handler_(handler),
      ids_(static_cast<std::uint16_t>(random.next())),
      reader_(options_.max_packet),
      inbound_({.receive_maximum = options_.receive_maximum,
                .topic_alias_maximum = options_.topic_alias_maximum}),
      outbound_(options_.outbound, ids_),
      version_(options_.protocol == Protocol::v311 ? Version::v311 : Version::v5),
      is_version_settled_(options_.protocol != Protocol::automatic),
      keep_alive_(options_.keep_alive)
{
    REOPS_CHECK(options_.receive_maximum > 0, "a broker that may send nothing");
}

void Session::open(Duration now)
{
    REOPS_CHECK(state_ == State::closed, "one connection at a time");
    if (!is_version_settled_)
        version_ = version_of_attempt(early_closes_);
    state_ = State::handshake;
    falls_back_ = false;
    disconnect_reason_ = 0;
    fault_ = 0;
    opened_ = last_sent_ = last_received_ = now;
    ping_sent_ = asked_ = no_time;
    wire::mqtt::Connect packet{.version = version_,
                               .clean_start = options_.clean_start,
                               .keep_alive = whole_seconds(options_.keep_alive),
                               .client_id = options_.client_id};
    if (!options_.user.empty()) {
        packet.user = options_.user;
        packet.password = options_.password;
    }
    if (version_ == Version::v5) {
        const auto expiry = std::chrono::duration_cast<seconds>(options_.session_expiry).count();
        packet.properties = {
            {.id = PropertyId::session_expiry_interval,
             .number =
                 static_cast<std::uint32_t>(std::clamp<std::int64_t>(expiry, 0, 0xffff'ffff))},
            {.id = PropertyId::receive_maximum, .number = options_.receive_maximum},
            {.id = PropertyId::topic_alias_maximum, .number = options_.topic_alias_maximum}};
    }
    encode(output_, packet);
}

void Session::close(bool by_peer)
{
    if (state_ == State::handshake && by_peer && !falls_back_)
        ++early_closes_;
    if (falls_back_) {
        version_ = Version::v311;
        is_version_settled_ = true;
    }
    state_ = State::closed;
    is_paused_ = false;
    output_.clear();
    reader_.reset();
    inbound_.closed();
    for (const auto& [id, filters] : asking_)
        ids_.give_back(id);
    for (const std::uint16_t id : unsubscribing_)
        ids_.give_back(id);
    asking_.clear();
    unsubscribing_.clear();
    answers_.clear();
    outbound_.closed();
}

Result<void> Session::receive(std::string_view bytes, Duration now)
{
    REOPS_CHECK(state_ != State::closed, "bytes without a connection");
    last_received_ = now;
    reader_.begin(bytes);
    Result<void> outcome;
    for (Frame frame; outcome && reader_.next(frame);)
        outcome = handle(frame, now);
    deliver();
    reader_.finish();
    if (!outcome)
        tell_fault(outcome.failure());
    return outcome;
}

void Session::deliver()
{
    if (inbound_.batch().empty())
        return;
    handler_.on_messages(inbound_.batch());
    inbound_.clear_batch();
}

Result<void> Session::handle(const Frame& frame, Duration now)
{
    switch (frame.state) {
        case Frame::State::complete:
            if (frame.type() == PacketType::publish && state_ == State::connected)
                return handle_publish(frame);
            return handle_other(frame, now);
        case Frame::State::too_large:
            return handle_oversize(frame);
        default:
            return Failure{Code::corrupt, fmt::format("the broker sent {}", frame.why)};
    }
}

Result<void> Session::handle_publish(const Frame& frame)
{
    const auto packet = decode_publish(frame, version_);
    if (!packet)
        return packet.failure();
    return inbound_.take(*packet, false, packet->payload.size(), output_);
}

Result<void> Session::handle_oversize(const Frame& frame)
{
    if (frame.type() != PacketType::publish || state_ != State::connected)
        return against_protocol(
            reason::packet_too_large,
            fmt::format("a {} of {} bytes", to_string(frame.type()), frame.size));
    const auto packet = decode_publish(frame, version_);
    if (!packet)
        return packet.failure();
    const std::size_t lost = frame.size - frame.header_bytes - frame.body.size();
    auto taken = inbound_.take(*packet, true, packet->payload.size() + lost, output_);
    deliver();  // the next oversize packet uses the same buffer
    return taken;
}

Failure Session::against_protocol(std::uint8_t code, std::string_view why)
{
    fault_ = code;
    return {Code::conflict, fmt::format("the broker sent {}", why)};
}

Result<void> Session::handle_other(const Frame& frame, Duration now)
{
    if (state_ == State::handshake) {
        if (frame.type() == PacketType::connack)
            return handle_connack(frame, now);
        return against_protocol(reason::protocol_error,
                                fmt::format("{} before CONNACK", to_string(frame.type())));
    }
    switch (frame.type()) {
        case PacketType::puback:
        case PacketType::pubrec:
        case PacketType::pubrel:
        case PacketType::pubcomp: {
            const auto packet = decode_acknowledgement(frame, version_);
            if (!packet)
                return packet.failure();
            if (packet->type == PacketType::pubrel)
                inbound_.release(packet->packet_id, output_);
            else
                outbound_.answered(*packet, output_);
            return {};
        }
        case PacketType::suback:
        case PacketType::unsuback:
            return handle_subscribed(frame);
        case PacketType::pingresp:
            ping_sent_ = no_time;
            return {};
        case PacketType::disconnect:
            return handle_disconnect(frame);
        default:
            return against_protocol(
                reason::protocol_error,
                fmt::format("{}, which brokers do not send", to_string(frame.type())));
    }
}

// Reason codes are known to version 5 only; a 3.1.1 client just closes.
void Session::tell_fault(const Failure& why)
{
    if (state_ != State::connected || version_ != Version::v5 || disconnect_reason_ != 0)
        return;
    std::uint8_t code =
        why.code == Code::corrupt ? reason::malformed_packet : reason::protocol_error;
    if (fault_ != 0)
        code = fault_;
    else if (inbound_.fault() != 0)
        code = inbound_.fault();
    encode(output_, wire::mqtt::Disconnect{.reason = code}, version_);
}

void Session::say_goodbye()
{
    if (state_ == State::connected)
        encode(output_, wire::mqtt::Disconnect{}, version_);
}

Result<void> Session::tick(Duration now)
{
    earliest_deadline_ = outbound_.expire(now);
    if (state_ == State::closed)
        return {};
    const Duration patience = options_.answer_deadline;
    if (state_ == State::handshake && now - opened_ >= patience)
        return Failure{
            Code::timeout,
            fmt::format("the broker did not answer CONNECT within {}", to_string(patience))};
    if (state_ == State::handshake || is_paused_) {
        if (state_ == State::connected && now - last_sent_ >= keep_alive_ * 3 / 4)
            wire::mqtt::encode_pingreq(output_);
        return {};
    }
    if (asked_ != no_time && now - asked_ >= patience)
        return Failure{
            Code::timeout,
            fmt::format("the broker did not answer SUBSCRIBE within {}", to_string(patience))};
    if (ping_sent_ != no_time && now - ping_sent_ >= patience)
        return Failure{
            Code::timeout,
            fmt::format("the broker did not answer a ping within {}", to_string(patience))};
    if (ping_sent_ == no_time &&
        now - std::min(last_sent_, last_received_) >= keep_alive_ * 3 / 4) {
        wire::mqtt::encode_pingreq(output_);
        ping_sent_ = now;
    }
    return {};
}

Duration Session::next_tick() const
{
    Duration next = Duration::max();
    const auto by = [&next](Duration time) { next = std::min(next, time); };
    if (earliest_deadline_ != no_time)
        by(earliest_deadline_);
    if (state_ == State::handshake)
        by(opened_ + options_.answer_deadline);
    if (state_ == State::connected && is_paused_)
        by(last_sent_ + keep_alive_ * 3 / 4);
    if (state_ != State::connected || is_paused_)
        return next;
    if (asked_ != no_time)
        by(asked_ + options_.answer_deadline);
    by(ping_sent_ != no_time ? ping_sent_ + options_.answer_deadline
                             : std::min(last_sent_, last_received_) + keep_alive_ * 3 / 4);
    return next;
}

void Session::set_paused(bool paused, Duration now)
{
    if (is_paused_ && !paused) {
        last_received_ = now;
        if (ping_sent_ != no_time)
            ping_sent_ = now;
        if (asked_ != no_time)
            asked_ = now;
    }
    is_paused_ = paused;
}

Result<void> Session::publish(const Publication& publication, PublishDone done)
{
    const Duration deadline = publication.deadline;
    if (deadline != no_time && (earliest_deadline_ == no_time || deadline < earliest_deadline_))
        earliest_deadline_ = deadline;
    return outbound_.publish(publication, std::move(done), output_);
}

void Session::output_taken(Duration now)
{
    if (!output_.empty())
        last_sent_ = now;
    output_.clear();
    outbound_.taken();
}

void Session::set_clogged(bool clogged)
{
    outbound_.set_clogged(clogged);
    if (!clogged)
        outbound_.pump(output_);
}

}  // namespace reops::mqtt

// SPDX-License-Identifier: Apache-2.0
#include "mqtt/inbound.hh"

#include "wire/mqtt/encode.hh"
#include "wire/mqtt/reason.hh"

#include <fmt/format.h>

namespace reops::mqtt {

namespace {

using wire::mqtt::PacketType;
namespace reason = wire::mqtt::reason;

}  // namespace

void Inbound::opened(Version version, bool session_present)
{
    version_ = version;
    if (!session_present)
        received_.reset();
}

void Inbound::closed()
{
    batch_.clear();
    pending_.clear();
    first_pending_ = 0;
    first_serial_ = next_serial_;
    received_here_ = 0;
    delivered_.reset();
    waiting_.reset();
    aliases_.clear();
    replaced_.clear();
    fault_ = 0;
}

std::string_view Inbound::resolve_topic(const wire::mqtt::Publish& packet)
{
    if (packet.topic_alias == 0)
        return packet.topic;
    if (packet.topic_alias > limits_.topic_alias_maximum)
        return {};
    if (aliases_.size() < packet.topic_alias)
        aliases_.resize(packet.topic_alias);
    auto& slot = aliases_[packet.topic_alias - 1U];
    if (packet.topic.empty())
        return slot ? std::string_view{*slot} : std::string_view{};
    if (slot)
        replaced_.push_back(std::move(slot));
    slot = std::make_unique<std::string>(packet.topic);
    return *slot;
}

bool Inbound::is_redelivery(const wire::mqtt::Publish& packet, std::string& out)
{
    const std::uint16_t id = packet.packet_id;
    if (waiting_.test(id))
        return true;  // answered when its first copy is acknowledged
    if (packet.qos == Qos::exactly_once) {
        if (!received_.test(id))
            return false;
        write_answer(PacketType::pubrec, id, reason::success, out);
        return true;
    }
    // An identifier is used anew without the duplicate flag. With it, on a connection that has seen
    // the identifier, it is the broker's second try (some repeat on a living connection).
    if (packet.duplicate && delivered_.test(id)) {
        write_answer(PacketType::puback, id, reason::success, out);
        return true;
    }
    return false;
}

Result<void> Inbound::take(const wire::mqtt::Publish& packet,
                           bool is_oversize,
                           std::size_t size,
                           std::string& out)
{
    const std::string_view topic = resolve_topic(packet);
    if (topic.empty()) {
        fault_ = reason::topic_alias_invalid;
        return Failure{Code::conflict,
                       fmt::format("the broker used topic alias {}, which it has not defined",
                                   packet.topic_alias)};
    }
    if (packet.qos != Qos::at_most_once) {
        if (is_redelivery(packet, out)) {
            ++duplicates_;
            return {};
        }
        if (version_ == Version::v5 && unacknowledged() + received_here_ >= limits_.receive_maximum)
            ++beyond_maximum_;
        waiting_.set(packet.packet_id);
        if (packet.qos == Qos::at_least_once)
            delivered_.set(packet.packet_id);
        pending_.push_back({packet.packet_id, packet.qos});
        ++next_serial_;
    }
    batch_.push_back({.topic = topic,
                      .payload = is_oversize ? std::string_view{} : packet.payload,
                      .properties = packet.properties,
                      .token = Token{next_serial_ - 1},
                      .size = size,
                      .qos = packet.qos,
                      .retain = packet.retain,
                      .duplicate = packet.duplicate,
                      .is_oversize = is_oversize});
    return {};
}

void Inbound::release(std::uint16_t packet_id, std::string& out)
{
    const bool is_known = received_.test(packet_id);
    received_.reset(packet_id);
    if (received_here_ > 0)
        --received_here_;
    write_answer(PacketType::pubcomp,
                 packet_id,
                 is_known ? reason::success : reason::packet_id_not_found,
                 out);
}

void Inbound::clear_batch()
{
    batch_.clear();
    replaced_.clear();
}

std::size_t Inbound::acknowledge(Token token, std::string& out)
{
    std::size_t written = 0;
    for (; first_serial_ <= token.serial && first_pending_ < pending_.size(); ++written) {
        const Pending& next = pending_[first_pending_++];
        ++first_serial_;
        waiting_.reset(next.packet_id);
        if (next.qos == Qos::exactly_once) {
            received_.set(next.packet_id);
            ++received_here_;
        }
        write_answer(next.qos == Qos::exactly_once ? PacketType::pubrec : PacketType::puback,
                     next.packet_id,
                     reason::success,
                     out);
    }
    if (first_pending_ == pending_.size()) {
        pending_.clear();
        first_pending_ = 0;
    } else if (first_pending_ > 1024 && first_pending_ > pending_.size() / 2) {
        pending_.erase(pending_.begin(),
                       pending_.begin() + static_cast<std::ptrdiff_t>(first_pending_));
        first_pending_ = 0;
    }
    return written;
}

void Inbound::write_answer(wire::mqtt::PacketType type,
                           std::uint16_t packet_id,
                           std::uint8_t reason,
                           std::string& out) const
{
    wire::mqtt::encode(out, {.type = type, .packet_id = packet_id, .reason = reason}, version_);
}

}  // namespace reops::mqtt

// SPDX-License-Identifier: Apache-2.0
// The parts of Session that talk about connection and subscriptions: CONNACK, SUBACK, DISCONNECT.
#include "base/check.hh"
#include "mqtt/session.hh"
#include "wire/mqtt/decode.hh"
#include "wire/mqtt/encode.hh"
#include "wire/mqtt/reason.hh"
#include "wire/mqtt/topic.hh"

#include <algorithm>

#include <fmt/format.h>

namespace reops::mqtt {

namespace {

using wire::mqtt::PacketType;
using wire::mqtt::PropertyId;
namespace reason = wire::mqtt::reason;

constexpr Duration no_time = Duration::zero();
// Mosquitto takes any number of filters in one packet; others have limits on the packet.
constexpr std::size_t filters_per_packet = 100;

// What the broker says may hold anything; a log line holds no control characters.
std::string quote(std::string_view told)
{
    std::string out;
    for (const char c : told.substr(0, 200))
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out;
}

Code code_of_refusal(std::uint8_t code, Version version)
{
    if (version == Version::v311)
        return code == 1 ? Code::unsupported : code == 3 ? Code::unreachable : Code::denied;
    switch (code) {
        case reason::unsupported_version:
            return Code::unsupported;
        case 0x85:  // client identifier not valid
        case reason::bad_credentials:
        case reason::not_authorized:
        case 0x8a:  // banned
        case 0x8c:  // bad authentication method
            return Code::denied;
        default:
            return Code::unreachable;
    }
}

std::uint32_t number_or(const wire::mqtt::Properties& properties,
                        PropertyId id,
                        std::uint32_t other)
{
    return find_number(properties, id).value_or(other);
}

BrokerLimits limits_in(const wire::mqtt::Properties& properties)
{
    BrokerLimits limits;
    limits.receive_maximum = static_cast<std::uint16_t>(
        number_or(properties, PropertyId::receive_maximum, limits.receive_maximum));
    if (find_number(properties, PropertyId::maximum_qos))
        limits.maximum_qos = static_cast<Qos>(number_or(properties, PropertyId::maximum_qos, 2));
    limits.retain_available = number_or(properties, PropertyId::retain_available, 1) == 1;
    if (const auto size = find_number(properties, PropertyId::maximum_packet_size))
        limits.maximum_packet = *size;
    return limits;
}

}  // namespace

Failure Session::refuse(std::uint8_t code, std::string_view told)
{
    const Code kind = code_of_refusal(code, version_);
    falls_back_ = kind == Code::unsupported && version_ == Version::v5 && !is_version_settled_;
    early_closes_ = 0;
    const std::string_view name = version_ == Version::v5 ? wire::mqtt::reason_name(code)
                                                          : wire::mqtt::return_code_name(code);
    std::string message =
        fmt::format("the broker refused MQTT {}: {} ({})", to_string(version_), name, code);
    if (!told.empty())
        message += ", it says \"" + quote(told) + '"';
    return {kind, std::move(message)};
}

Result<void> Session::handle_connack(const Frame& frame, Duration now)
{
    // A broker that answers in the shape of 3.1.1 does not know 5, whatever else it dislikes: asked
    // again in its own version it says what that is.
    const auto old_code = find_old_connack_code(frame);
    if (version_ == Version::v5 && old_code && *old_code != 0)
        return refuse(reason::unsupported_version, {});
    const auto packet = decode_connack(frame, version_);
    if (!packet)
        return packet.failure();
    if (packet->reason != 0)
        return refuse(packet->reason,
                      find_text(packet->properties, PropertyId::reason_string).value_or(""));
    return accept(*packet, now);
}

Result<void> Session::accept(const wire::mqtt::Connack& packet, Duration now)
{
    state_ = State::connected;
    early_closes_ = 0;
    keep_alive_ = options_.keep_alive;
    const auto server = find_number(packet.properties, PropertyId::server_keep_alive);
    if (server && *server != 0)
        keep_alive_ = std::min<Duration>(keep_alive_, seconds(*server));
    inbound_.opened(version_, packet.session_present);
    // Even when the session is present: brokers have been seen to keep it without its filters.
    subscribe(subscriptions_, now);
    outbound_.opened(version_, packet.session_present, limits_in(packet.properties), output_);
    handler_.on_connected(packet.session_present);
    return {};
}

Result<void> Session::set_subscriptions(std::vector<Subscription> subscriptions, Duration now)
{
    for (const Subscription& each : subscriptions)
        if (auto checked = wire::mqtt::check_topic_filter(each.filter); !checked)
            return checked;
    // Highest QoS first within a filter, so that unique() keeps it.
    std::sort(subscriptions.begin(), subscriptions.end(), [](const auto& a, const auto& b) {
        return a.filter != b.filter ? a.filter < b.filter : a.qos > b.qos;
    });
    const auto same_filter = [](const auto& a, const auto& b) { return a.filter == b.filter; };
    subscriptions.erase(std::unique(subscriptions.begin(), subscriptions.end(), same_filter),
                        subscriptions.end());
    const auto by_filter = [](const auto& a, const auto& b) { return a.filter < b.filter; };
    std::vector<Subscription> gone;
    std::set_difference(subscriptions_.begin(),
                        subscriptions_.end(),
                        subscriptions.begin(),
                        subscriptions.end(),
                        std::back_inserter(gone),
                        by_filter);
    std::vector<Subscription> wanted;
    std::set_difference(subscriptions.begin(),
                        subscriptions.end(),
                        subscriptions_.begin(),
                        subscriptions_.end(),
                        std::back_inserter(wanted));
    subscriptions_ = std::move(subscriptions);
    if (state_ == State::connected) {
        unsubscribe(gone, now);
        subscribe(wanted, now);
    }
    return {};
}

void Session::subscribe(std::span<const Subscription> wanted, Duration now)
{
    for (std::size_t first = 0; first < wanted.size(); first += filters_per_packet) {
        wire::mqtt::Subscribe packet{.packet_id = ids_.take()};
        REOPS_CHECK(packet.packet_id != 0, "publications leave packet identifiers for filters");
        auto& filters = asking_[packet.packet_id];
        for (const Subscription& each :
             wanted.subspan(first, std::min(filters_per_packet, wanted.size() - first))) {
            packet.subscriptions.push_back({.filter = each.filter, .qos = each.qos});
            filters.push_back(each.filter);
        }
        encode(output_, packet, version_);
        asked_ = asked_ == no_time ? now : asked_;
    }
}

void Session::unsubscribe(std::span<const Subscription> gone, Duration now)
{
    for (std::size_t first = 0; first < gone.size(); first += filters_per_packet) {
        wire::mqtt::Unsubscribe packet{.packet_id = ids_.take()};
        REOPS_CHECK(packet.packet_id != 0, "publications leave packet identifiers for filters");
        for (const Subscription& each :
             gone.subspan(first, std::min(filters_per_packet, gone.size() - first))) {
            packet.filters.push_back(each.filter);
            answers_.erase(each.filter);
        }
        unsubscribing_.insert(packet.packet_id);
        encode(output_, packet, version_);
        asked_ = asked_ == no_time ? now : asked_;
    }
}

Result<void> Session::handle_subscribed(const Frame& frame)
{
    const auto packet = decode_suback(frame, version_);
    if (!packet)
        return packet.failure();
    if (packet->type == PacketType::unsuback) {
        if (unsubscribing_.erase(packet->packet_id) > 0)
            ids_.give_back(packet->packet_id);
    } else if (auto taken = take_answers(*packet); !taken) {
        return taken;
    }
    if (asking_.empty() && unsubscribing_.empty())
        asked_ = no_time;
    return {};
}

Result<void> Session::take_answers(const wire::mqtt::Suback& packet)
{
    const auto asked = asking_.find(packet.packet_id);
    if (asked == asking_.end())
        return {};
    const std::vector<std::string>& filters = asked->second;
    if (filters.size() != packet.reasons.size())
        return against_protocol(
            reason::protocol_error,
            fmt::format("{} answers to {} filters", packet.reasons.size(), filters.size()));
    for (std::size_t i = 0; i < filters.size(); ++i)
        answers_[filters[i]] = packet.reasons[i];
    asking_.erase(asked);
    ids_.give_back(packet.packet_id);
    if (asking_.empty())
        tell_subscribed();
    return {};
}

void Session::tell_subscribed()
{
    std::vector<SubscribeResult> results;
    for (const Subscription& each : subscriptions_)
        if (const auto answer = answers_.find(each.filter); answer != answers_.end())
            results.push_back({.filter = each.filter, .reason = answer->second});
    handler_.on_subscribed(results);
}

Result<void> Session::handle_disconnect(const Frame& frame)
{
    if (version_ == Version::v311)
        return against_protocol(reason::protocol_error,
                                "DISCONNECT, which brokers of 3.1.1 do not send");
    const auto packet = decode_disconnect(frame, version_);
    if (!packet)
        return packet.failure();
    disconnect_reason_ = packet->reason;
    const auto told = find_text(packet->properties, PropertyId::reason_string);
    const Code code =
        packet->reason == reason::session_taken_over ? Code::conflict : Code::cancelled;
    std::string message = fmt::format("the broker ended the connection: {} ({})",
                                      wire::mqtt::reason_name(packet->reason),
                                      packet->reason);
    if (told)
        message += ", it says \"" + quote(*told) + '"';
    return Failure{code, std::move(message)};
}

}  // namespace reops::mqtt

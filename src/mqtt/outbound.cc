// SPDX-License-Identifier: Apache-2.0
#include "mqtt/outbound.hh"

#include "wire/mqtt/encode.hh"
#include "wire/mqtt/frame.hh"
#include "wire/mqtt/reason.hh"
#include "wire/mqtt/topic.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace reops::mqtt {

namespace {

using wire::mqtt::PacketType;
namespace reason = wire::mqtt::reason;

bool is_property_text(std::string_view text)
{
    return text.size() <= 65'535 && wire::mqtt::is_mqtt_text(text);
}

Result<void> write_user_properties(std::string& out, std::span<const UserProperty> properties)
{
    out.clear();
    for (const UserProperty& each : properties) {
        if (!is_property_text(each.name) || !is_property_text(each.value))
            return Failure{Code::invalid_argument,
                           "a user property is UTF-8 without NUL, at most 65535 bytes long"};
        wire::mqtt::append_property(
            out,
            {.id = wire::mqtt::PropertyId::user_property, .text = each.name, .value = each.value});
    }
    return {};
}

Code code_of(std::uint8_t refusal)
{
    switch (refusal) {
        case reason::not_authorized:
            return Code::denied;
        case 0x90:  // topic name invalid
        case 0x99:  // payload format invalid
            return Code::invalid_argument;
        default:
            return Code::unreachable;
    }
}

Failure refused(std::uint8_t code)
{
    return {code_of(code),
            fmt::format(
                "the broker refused the message: {} ({})", wire::mqtt::reason_name(code), code)};
}

}  // namespace

wire::mqtt::Publish Outbound::packet_of(const Entry& entry) const
{
    return {.topic = entry.topic,
            .payload = entry.payload,
            .properties = version_ == Version::v5 ? entry.properties : std::string_view{},
            .packet_id = entry.packet_id,
            .qos = entry.qos,
            .retain = entry.retain,
            .duplicate = entry.was_sent && entry.qos != Qos::at_most_once};
}

Result<void> Outbound::check_broker(const wire::mqtt::Publish& packet) const
{
    if (packet.qos > broker_.maximum_qos)
        return Failure{Code::unsupported,
                       fmt::format("the broker takes QoS {} at most, this message has QoS {}",
                                   static_cast<int>(broker_.maximum_qos),
                                   static_cast<int>(packet.qos))};
    if (packet.retain && !broker_.retain_available)
        return Failure{Code::unsupported, "the broker keeps no retained messages"};
    const std::size_t size = encoded_size(packet, version_);
    const std::size_t limit = std::min(broker_.maximum_packet, wire::mqtt::max_packet_bytes);
    if (size > limit)
        return Failure{
            Code::unsupported,
            fmt::format("the message is {} bytes, the broker's limit is {}", size, limit)};
    return {};
}

bool Outbound::has_room(const std::string& out) const
{
    return is_open_ && !is_clogged_ && out.size() < limits_.out_bytes;
}

Result<void> Outbound::publish(const Publication& publication, PublishDone done, std::string& out)
{
    if (auto checked = wire::mqtt::check_topic_name(publication.topic); !checked)
        return checked;
    if (auto written = write_user_properties(properties_, publication.user_properties); !written)
        return written;
    const std::size_t size = publication.topic.size() + publication.payload.size();
    if (size > limits_.bytes)
        return Failure{
            Code::invalid_argument,
            fmt::format("the message is {} bytes, the limit is {}", size, limits_.bytes)};
    const bool is_queue_empty = first_waiting_ == entries_.size();
    if (publication.qos == Qos::at_most_once && is_queue_empty && has_room(out)) {
        const wire::mqtt::Publish packet{
            .topic = publication.topic,
            .payload = publication.payload,
            .properties = version_ == Version::v5 ? properties_ : std::string_view{},
            .retain = publication.retain};
        if (auto checked = check_broker(packet); !checked)
            return checked;
        encode(out, packet, version_);
        if (done)
            in_out_.push_back(std::move(done));
        return {};
    }
    if (live_ >= limits_.messages || bytes_ + size > limits_.bytes)
        return Failure{Code::unreachable,
                       fmt::format("{} messages ({} bytes) wait for the broker already, the limits "
                                   "are {} and {}",
                                   live_,
                                   bytes_,
                                   limits_.messages,
                                   limits_.bytes)};
    entries_.push_back({.qos = publication.qos,
                        .retain = publication.retain,
                        .deadline = publication.deadline,
                        .topic = std::string{publication.topic},
                        .payload = std::string{publication.payload},
                        .properties = properties_,
                        .done = std::move(done)});
    ++live_;
    bytes_ += size;
    pump(out);
    return {};
}

bool Outbound::send(Entry& entry, std::string& out)
{
    if (entry.qos != Qos::at_most_once) {
        if (in_flight_ >= std::min(limits_.in_flight, broker_.receive_maximum))
            return false;
        if (entry.packet_id == 0)
            entry.packet_id = ids_.take();
        if (entry.packet_id == 0)
            return false;
    }
    const wire::mqtt::Publish packet = packet_of(entry);
    if (auto checked = check_broker(packet); !checked) {
        finish(entry, checked);
        return true;
    }
    encode(out, packet, version_);
    if (entry.qos == Qos::at_most_once) {
        if (entry.done)
            in_out_.push_back(std::exchange(entry.done, nullptr));
        finish(entry, {});
        return true;
    }
    entry.state = State::sent;
    entry.was_sent = true;
    ++in_flight_;
    return true;
}

void Outbound::pump(std::string& out)
{
    while (first_waiting_ < entries_.size() && has_room(out)) {
        Entry& entry = entries_[first_waiting_];
        if (entry.state == State::released && in_flight_ < broker_.receive_maximum) {
            write_pubrel(entry.packet_id, reason::success, out);
            ++in_flight_;
        } else if (entry.state == State::released ||
                   (entry.state == State::waiting && !send(entry, out))) {
            break;
        }
        ++first_waiting_;
    }
    drop_finished();
    run_finished();
}

void Outbound::opened(Version version,
                      bool session_present,
                      const BrokerLimits& broker,
                      std::string& out)
{
    version_ = version;
    broker_ = broker;
    is_open_ = true;
    is_clogged_ = false;
    if (!session_present)
        forget_session();
    pump(out);
}

// The broker lost the session: what it has not answered is new to it.
void Outbound::forget_session()
{
    for (Entry& entry : entries_) {
        entry.was_sent = false;
        if (entry.state == State::released)
            finish(entry, {});  // the broker had taken it over before it lost the session
    }
    drop_finished();
}

void Outbound::closed()
{
    is_open_ = false;
    // Everything unanswered waits again, in its old place: both standards want the old order (4.6).
    for (Entry& entry : entries_)
        if (entry.state == State::sent)
            entry.state = State::waiting;
    first_waiting_ = 0;
    in_flight_ = 0;
    for (auto* list : {&in_stream_, &in_out_}) {
        for (PublishDone& done : *list)
            finished_.push_back({std::move(done),
                                 Failure{Code::unreachable,
                                         "the connection to the broker was lost while the message "
                                         "was on its way"}});
        list->clear();
    }
    run_finished();
}

Outbound::Entry* Outbound::find_unanswered(std::uint16_t packet_id)
{
    // Answers come in order, so this looks at the first entries only.
    const auto end = entries_.begin() + static_cast<std::ptrdiff_t>(first_waiting_);
    const auto found = std::find_if(entries_.begin(), end, [&](const Entry& entry) {
        return entry.packet_id == packet_id && entry.state != State::done;
    });
    return found == end ? nullptr : &*found;
}

void Outbound::answered(const wire::mqtt::Acknowledgement& packet, std::string& out)
{
    Entry* entry = find_unanswered(packet.packet_id);
    if (packet.type == PacketType::pubrec && entry == nullptr) {
        write_pubrel(packet.packet_id, reason::packet_id_not_found, out);
        return;
    }
    if (entry == nullptr)
        return;
    const bool is_refused = packet.reason >= 0x80;
    if (packet.type == PacketType::pubrec && entry->qos == Qos::exactly_once) {
        answer_received(*entry, packet.reason, out);
    } else if (packet.type == PacketType::puback && entry->qos == Qos::at_least_once) {
        --in_flight_;
        finish(*entry, is_refused ? Result<void>{refused(packet.reason)} : Result<void>{});
    } else if (packet.type == PacketType::pubcomp && entry->state == State::released) {
        --in_flight_;
        finish(*entry, {});
    }
    pump(out);
}

void Outbound::answer_received(Entry& entry, std::uint8_t reason, std::string& out)
{
    if (reason >= 0x80) {
        --in_flight_;
        finish(entry, refused(reason));
        return;
    }
    entry.state = State::released;
    write_pubrel(entry.packet_id, reason::success, out);
}

void Outbound::write_pubrel(std::uint16_t packet_id, std::uint8_t reason, std::string& out) const
{
    const wire::mqtt::Acknowledgement packet{
        .type = PacketType::pubrel, .packet_id = packet_id, .reason = reason};
    encode(out, packet, version_);
}

void Outbound::finish(Entry& entry, const Result<void>& outcome)
{
    entry.state = State::done;
    --live_;
    bytes_ -= entry.topic.size() + entry.payload.size();
    if (entry.packet_id != 0)
        ids_.give_back(entry.packet_id);
    if (entry.done)
        finished_.push_back({std::exchange(entry.done, nullptr), outcome});
}

void Outbound::drop_finished()
{
    while (!entries_.empty() && entries_.front().state == State::done) {
        entries_.pop_front();
        if (first_waiting_ > 0)
            --first_waiting_;
    }
}

// Callbacks may publish, which may finish more; hence not while the queue is walked.
void Outbound::run_finished()
{
    while (!finished_.empty()) {
        const std::vector<Finished> now = std::exchange(finished_, {});
        for (const Finished& each : now)
            each.done(each.outcome);
    }
}

void Outbound::taken()
{
    in_stream_.insert(in_stream_.end(),
                      std::make_move_iterator(in_out_.begin()),
                      std::make_move_iterator(in_out_.end()));
    in_out_.clear();
}

void Outbound::handed_over()
{
    const std::vector<PublishDone> now = std::exchange(in_stream_, {});
    for (const PublishDone& done : now)
        done({});
}

Duration Outbound::expire(Duration now)
{
    Duration earliest{};
    for (Entry& entry : entries_) {
        if (entry.state == State::done || entry.deadline == Duration::zero())
            continue;
        if (entry.deadline > now) {
            if (earliest == Duration::zero() || entry.deadline < earliest)
                earliest = entry.deadline;
            continue;
        }
        const Failure why{Code::timeout, "the broker did not take the message before its deadline"};
        entry.deadline = Duration::zero();
        // What is on its way keeps its identifier until the broker answers; only the caller is
        // told. A QoS 2 identifier that the broker may know must not be used for another message
        // either.
        const bool may_be_known = entry.was_sent && entry.qos == Qos::exactly_once;
        if (entry.state == State::waiting && !may_be_known)
            finish(entry, why);
        else if (entry.done)
            finished_.push_back({std::exchange(entry.done, nullptr), why});
    }
    drop_finished();
    run_finished();
    return earliest;
}

void Outbound::fail_all(const Failure& why)
{
    closed();
    for (Entry& entry : entries_)
        if (entry.state != State::done)
            finish(entry, why);
    drop_finished();
    run_finished();
}

}  // namespace reops::mqtt

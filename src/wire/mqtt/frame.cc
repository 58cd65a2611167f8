// SPDX-License-Identifier: Apache-2.0
#include "wire/mqtt/frame.hh"

namespace reops::wire::mqtt {

namespace {

// Tables 2.1 and 2.2 of both standards: the flags are fixed for all types but PUBLISH.
std::string_view find_fault(std::uint8_t head)
{
    const auto type = static_cast<PacketType>(head >> 4);
    const std::uint8_t flags = head & 0x0f;
    switch (type) {
        case PacketType::publish: {
            const unsigned qos = (flags >> 1) & 3U;
            if (qos == 3)
                return "a PUBLISH with QoS 3";
            if (qos == 0 && (flags & 8U) != 0)
                return "a PUBLISH with QoS 0 is marked as a duplicate";
            return {};
        }
        case PacketType::pubrel:
        case PacketType::subscribe:
        case PacketType::unsubscribe:
            return flags == 2 ? std::string_view{} : "flags that this packet type does not have";
        default:
            if (head >> 4 == 0)
                return "packet type 0 is not defined";
            return flags == 0 ? std::string_view{} : "flags that this packet type does not have";
    }
}

Frame malformed(Frame frame, std::string_view why)
{
    frame.state = Frame::State::malformed;
    frame.why = why;
    return frame;
}

Frame need_more(Frame frame, std::size_t missing)
{
    frame.state = Frame::State::need_more;
    frame.missing = missing;
    return frame;
}

}  // namespace

Frame next_frame(std::string_view buffer, std::size_t limit)
{
    Frame frame;
    if (buffer.empty())
        return need_more(frame, 2);
    frame.head = static_cast<std::uint8_t>(buffer[0]);
    if (const std::string_view why = find_fault(frame.head); !why.empty())
        return malformed(frame, why);
    std::size_t remaining = 0;
    std::uint8_t next = 0x80;
    std::size_t at = 1;
    for (unsigned shift = 0; (next & 0x80) != 0; shift += 7, ++at) {
        if (at == 5)
            return malformed(frame, "a remaining length of more than four bytes");
        if (at == buffer.size())
            return need_more(frame, 1);
        next = static_cast<std::uint8_t>(buffer[at]);
        remaining |= static_cast<std::size_t>(next & 0x7f) << shift;
    }
    if (next == 0 && at > 2)
        return malformed(frame, "a remaining length that is longer than needed");
    frame.header_bytes = static_cast<std::uint8_t>(at);
    frame.size = at + remaining;
    if (frame.size > limit) {
        frame.state = Frame::State::too_large;
        return frame;
    }
    if (buffer.size() < frame.size)
        return need_more(frame, frame.size - buffer.size());
    frame.state = Frame::State::complete;
    frame.body = buffer.substr(at, remaining);
    return frame;
}

}  // namespace reops::wire::mqtt

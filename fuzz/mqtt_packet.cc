// SPDX-License-Identifier: Apache-2.0
// First byte: the version (even 3.1.1, odd 5). The rest is a stream of packets. No decoder may read
// beyond its frame, and what a decoder accepts means the same after encoding and decoding again.
#include "tests/wire/mqtt/describe.hh"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace mqtt = reops::wire::mqtt;

namespace {

// A copy of exactly the packet's size, so that the address sanitizer sees its end.
void check_packet(std::string packet, mqtt::Version version)
{
    packet.shrink_to_fit();
    const mqtt::Frame frame = mqtt::next_frame(packet);
    const auto first = mqtt::test::understand(frame, version);
    if (!first)
        return;
    const mqtt::Frame again = mqtt::next_frame(first->encoded);
    const bool is_whole =
        again.state == mqtt::Frame::State::complete && again.size == first->encoded.size();
    const auto second = mqtt::test::understand(again, version);
    if (!is_whole || !second || second->edn != first->edn)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const auto version = (data[0] & 1) != 0 ? mqtt::Version::v5 : mqtt::Version::v311;
    std::string_view left{reinterpret_cast<const char*>(data) + 1, size - 1};
    while (true) {
        const mqtt::Frame frame = mqtt::next_frame(left, 1 << 20);
        if (frame.state != mqtt::Frame::State::complete)
            return 0;
        check_packet(std::string{left.substr(0, frame.size)}, version);
        left.remove_prefix(frame.size);
    }
}

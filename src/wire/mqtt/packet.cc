// SPDX-License-Identifier: Apache-2.0
#include "wire/mqtt/packet.hh"

namespace reops::wire::mqtt {

std::string_view to_string(Version version)
{
    return version == Version::v5 ? "5" : "3.1.1";
}

std::string_view to_string(PacketType type)
{
    static constexpr std::string_view names[] = {"reserved",
                                                 "CONNECT",
                                                 "CONNACK",
                                                 "PUBLISH",
                                                 "PUBACK",
                                                 "PUBREC",
                                                 "PUBREL",
                                                 "PUBCOMP",
                                                 "SUBSCRIBE",
                                                 "SUBACK",
                                                 "UNSUBSCRIBE",
                                                 "UNSUBACK",
                                                 "PINGREQ",
                                                 "PINGRESP",
                                                 "DISCONNECT",
                                                 "AUTH"};
    return names[static_cast<std::size_t>(type) & 0x0f];
}

}  // namespace reops::wire::mqtt

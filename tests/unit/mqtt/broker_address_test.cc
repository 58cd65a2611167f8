// SPDX-License-Identifier: Apache-2.0
#include "mqtt/broker_address.hh"

#include <gtest/gtest.h>

namespace reops::mqtt {

TEST(BrokerAddress, ReadsWhatTheConfigurationSays)
{
    const auto plain = parse_broker_url("mqtt://broker.home");
    ASSERT_TRUE(plain.ok());
    EXPECT_EQ(plain->endpoint.host, "broker.home");
    EXPECT_EQ(plain->endpoint.port, 1883);
    EXPECT_FALSE(plain->tls.has_value());
    EXPECT_EQ(plain->user, "");
    const auto full = parse_broker_url("mqtts://al%40ice:p%3aw:x%25@10.0.0.9:8884/");
    ASSERT_TRUE(full.ok());
    EXPECT_EQ(full->endpoint.host, "10.0.0.9");
    EXPECT_EQ(full->endpoint.port, 8884);
    EXPECT_TRUE(full->tls.has_value());
    EXPECT_EQ(full->user, "al@ice");
    EXPECT_EQ(full->password, "p:w:x%");
    EXPECT_EQ(to_string(*full), "mqtts://10.0.0.9:8884") << "without the password";
    const auto v6 = parse_broker_url("mqtts://[fe80::1]");
    ASSERT_TRUE(v6.ok());
    EXPECT_EQ(v6->endpoint.host, "fe80::1");
    EXPECT_EQ(to_string(*v6), "mqtts://[fe80::1]:8883");
}

TEST(BrokerAddress, RefusesTheRestWithoutRepeatingIt)
{
    for (const char* bad : {"",
                            "broker",
                            "http://broker",
                            "mqtt://",
                            "mqtt://:1883",
                            "mqtt://secret@",
                            "mqtt://h:0",
                            "mqtt://h:65536",
                            "mqtt://h:12x",
                            "mqtt://h:",
                            "mqtt://h/topic",
                            "mqtt://[::1",
                            "mqtt://[::1]1883",
                            "mqtt://u:secret%2@h",
                            "mqtt://u:secret%zz@h",
                            "mqtt://:secret@h"}) {
        const auto read = parse_broker_url(bad);
        ASSERT_FALSE(read.ok()) << bad;
        EXPECT_EQ(read.failure().code, Code::invalid_argument);
        EXPECT_EQ(read.failure().message.find("secret"), std::string::npos)
            << read.failure().message;
    }
    EXPECT_EQ(parse_broker_url("mqtt://h:x").failure().message,
              "the port is not a number from 1 to 65535; a broker is written like "
              "mqtt://user:password@host:1883 or mqtts://host");
}

}  // namespace reops::mqtt

// SPDX-License-Identifier: Apache-2.0
// The small things that a server takes from its machine: build id, zone, client id, broker.
#include "app/broker_settings.hh"
#include "app/build_id.hh"
#include "app/client_id.hh"
#include "app/zone.hh"
#include "io/files.hh"
#include "io/system_random.hh"
#include "tests/support/temp_dir.hh"

#include <gtest/gtest.h>

namespace reops::app {

namespace {

TEST(BuildId, IsTheLinkersNote)
{
    const std::string id = build_id();
    EXPECT_EQ(id.size(), 40U) << "a sha1 in hex";
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(id, build_id());
}

TEST(Zone, KnowsSummerTime)
{
    const auto winter = utc_offset("Australia/Sydney", *parse_iso("2026-07-01T00:00:00Z"));
    const auto summer = utc_offset("Australia/Sydney", *parse_iso("2026-12-01T00:00:00Z"));
    ASSERT_TRUE(winter.ok() && summer.ok());
    EXPECT_EQ(*winter, hours(10));
    EXPECT_EQ(*summer, hours(11));
}

TEST(Zone, AMisspeltOneIsRefusedWithTheNearest)
{
    const auto wrong = utc_offset("Australia/Sidney", Time{});
    ASSERT_FALSE(wrong.ok());
    EXPECT_EQ(wrong.failure().message, "no time zone is named `Australia/Sidney`");
    EXPECT_NE(wrong.failure().details.find("Australia/Sydney"), std::string::npos);
}

TEST(ClientId, IsMadeOnceAndKept)
{
    const test::TempDir folder;
    io::SystemRandom random;
    const auto first = own_client_id(folder.path().string(), random);
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(first->size(), 14U);
    EXPECT_TRUE(first->starts_with("reops-"));
    EXPECT_EQ(*own_client_id(folder.path().string(), random), *first);
}

TEST(ClientId, ADamagedOneIsMadeAnew)
{
    const test::TempDir folder;
    io::SystemRandom random;
    ASSERT_TRUE(io::write_file_atomically(folder.path().string() + "/client-id", "re\n").ok());
    const auto made = own_client_id(folder.path().string(), random);
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(made->size(), 14U);
    EXPECT_EQ(*own_client_id(folder.path().string(), random), *made);
}

TEST(BrokerSettings, CarryLoginAndTls)
{
    BrokerConfig config;
    config.managed = false;
    config.host = "broker.home";
    config.port = 8883;
    config.tls = true;
    config.ca = "/etc/ca.pem";
    config.user = "me";
    config.password = data::Value::secret("canary");
    config.protocol = "3.1.1";
    const auto address = broker_address(config);
    EXPECT_EQ(mqtt::to_string(address), "mqtts://broker.home:8883");
    EXPECT_EQ(address.password, "canary");
    ASSERT_TRUE(address.tls);
    EXPECT_EQ(address.tls->ca_file, "/etc/ca.pem");
    EXPECT_EQ(protocol_of(config), mqtt::Protocol::v311);
    EXPECT_TRUE(managed_broker_options({}, "/state/broker", true).config.as_root);
}

}  // namespace

}  // namespace reops::app

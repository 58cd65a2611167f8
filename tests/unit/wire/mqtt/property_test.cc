// SPDX-License-Identifier: Apache-2.0
#include "wire/mqtt/property.hh"

#include "tests/unit/wire/mqtt/hex.hh"
#include "wire/mqtt/packet.hh"

#include <gtest/gtest.h>

namespace reops::wire::mqtt {

using test::bytes;

namespace {

constexpr auto in_publish = static_cast<PropertyPlace>(PacketType::publish);
constexpr auto in_connack = static_cast<PropertyPlace>(PacketType::connack);
constexpr auto in_subscribe = static_cast<PropertyPlace>(PacketType::subscribe);

}  // namespace

TEST(MqttProperty, TheTableHasAll27)
{
    int count = 0;
    for (unsigned id = 0; id < 256; ++id)
        if (const PropertyKind* kind = find_property_kind(static_cast<std::uint8_t>(id))) {
            EXPECT_EQ(static_cast<unsigned>(kind->id), id);
            ++count;
        }
    EXPECT_EQ(count, 27);
}

TEST(MqttProperty, EveryKindIsReadAsItWasWritten)
{
    for (unsigned id = 0; id < 256; ++id) {
        const PropertyKind* kind = find_property_kind(static_cast<std::uint8_t>(id));
        if (kind == nullptr)
            continue;
        Property property{.id = kind->id};
        if (kind->type >= PropertyType::binary)
            property.text = "name";
        else
            property.number = 1;
        if (kind->type == PropertyType::pair)
            property.value = "value";
        std::string encoded;
        append_property(encoded, property);
        PropertyCursor cursor{encoded};
        Property read;
        ASSERT_TRUE(cursor.next(read)) << kind->name;
        EXPECT_EQ(read, property) << kind->name;
        EXPECT_FALSE(cursor.next(read));
        for (unsigned place = 0; place < 16; ++place) {
            const bool allowed = (kind->packets & 1U << place) != 0;
            EXPECT_EQ(check_properties(encoded, static_cast<PropertyPlace>(place)).ok(), allowed)
                << kind->name << " in " << place;
        }
        for (std::size_t size = 1; size < encoded.size(); ++size) {
            const auto cut = std::string_view{encoded}.substr(0, size);
            EXPECT_FALSE(check_properties(cut, in_publish).ok());
            EXPECT_FALSE(PropertyCursor{cut}.next(read));
        }
    }
}

TEST(MqttProperty, NumbersHaveTheirWidth)
{
    std::string out;
    append_property(out, {.id = PropertyId::server_keep_alive, .number = 0x1234});
    append_property(out, {.id = PropertyId::session_expiry_interval, .number = 0x12345678});
    append_property(out, {.id = PropertyId::subscription_identifier, .number = 16384});
    EXPECT_EQ(out, bytes("13 12 34 11 12 34 56 78 0B 80 80 01"));
}

TEST(MqttProperty, DamageAndMisuseAreToldApart)
{
    struct Case {
        const char* spelled;
        PropertyPlace place;
        Code code;
        const char* message;
    };
    const Case cases[] = {
        {"00", in_publish, Code::corrupt, "property 0 is not defined"},
        {"7f", in_publish, Code::corrupt, "property 127 is not defined"},
        {"23 00", in_publish, Code::corrupt, "property 35 is cut short"},
        {"0B 80 80 80 80 01", in_publish, Code::corrupt, "property 11 is cut short"},
        {"1F 00 01 'x'",
         in_publish,
         Code::conflict,
         "property `reason-string` is not allowed in this packet"},
        {"23 00 01 23 00 01",
         in_publish,
         Code::conflict,
         "property `topic-alias` stands there twice"},
        {"23 00 00", in_publish, Code::conflict, "property `topic-alias` may not be 0"},
        {"01 02", in_publish, Code::conflict, "property `payload-format-indicator` may not be 2"},
        {"08 00 03 'a' '/' '#'",
         in_publish,
         Code::conflict,
         "property `response-topic` is no topic name"},
        {"26 00 01 ff 00 00", in_publish, Code::corrupt, "property `user-property` is not UTF-8"},
        {"21 00 00", in_connack, Code::conflict, "property `receive-maximum` may not be 0"},
        {"24 02", in_connack, Code::conflict, "property `maximum-qos` may not be 2"},
        {"0B 01 0B 02",
         in_subscribe,
         Code::conflict,
         "property `subscription-identifier` stands there twice"},
    };
    for (const Case& each : cases) {
        const auto checked = check_properties(bytes(each.spelled), each.place);
        ASSERT_FALSE(checked.ok()) << each.spelled;
        EXPECT_EQ(checked.failure().code, each.code) << each.spelled;
        EXPECT_EQ(checked.failure().message, each.message);
    }
    EXPECT_TRUE(check_properties(bytes("0B 01 0B 02"), in_publish));
    EXPECT_TRUE(check_properties(bytes("26 00 01 'a' 00 00 26 00 01 'a' 00 00"), in_publish));
}

TEST(MqttProperty, UserPropertiesAreFoundByName)
{
    std::string encoded;
    append_property(encoded, {.id = PropertyId::content_type, .text = "reops-run"});
    append_property(encoded,
                    {.id = PropertyId::user_property, .text = "reops-run", .value = "r-12"});
    append_property(encoded,
                    {.id = PropertyId::user_property, .text = "reops-run", .value = "2nd"});
    append_property(encoded, {.id = PropertyId::user_property, .text = "empty"});
    EXPECT_EQ(find_user_property(encoded, "reops-run"), "r-12");
    EXPECT_EQ(find_user_property(encoded, "empty"), "");
    EXPECT_EQ(find_user_property(encoded, "reops-depth"), std::nullopt);
    EXPECT_EQ(find_user_property("", "reops-run"), std::nullopt);
}

}  // namespace reops::wire::mqtt

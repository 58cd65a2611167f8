// SPDX-License-Identifier: Apache-2.0
#include "data/edn.hh"
#include "data/map.hh"
#include "hosts/inventory.hh"

#include <gtest/gtest.h>

namespace reops::hosts {
namespace {

Result<std::vector<System>> systems(const std::string& edn)
{
    auto value = data::read_edn(edn);
    if (!value.ok())
        throw std::invalid_argument(value.failure().message);
    return read_systems(*value);
}

System one(const std::string& map)
{
    auto read = systems("{\"foo\" " + map + "}");
    if (!read.ok())
        throw std::invalid_argument(read.failure().message);
    return read->at(0);
}

TEST(ReadSystems, DefaultsStandWithoutAnyKey)
{
    const System system = one("{}");
    EXPECT_EQ(system.name, "foo");
    EXPECT_TRUE(system.type.empty());
    EXPECT_TRUE(system.provider.empty());
    EXPECT_TRUE(system.runs_on.empty());
    EXPECT_EQ(system.role, Role::unset);
    EXPECT_EQ(system.stop_within, minutes(3));
    EXPECT_EQ(system.start_within, minutes(5));
    EXPECT_EQ(system.stagger, 8U);
    EXPECT_FALSE(system.unknown_guests);
}

TEST(ReadSystems, EveryKeyIsRead)
{
    const System system = one(
        "{:type :plex :provider :libvirt :address \"10.0.0.9\" :runs-on \"big-iron\" :role :self "
        ":stop-within \"90s\" :start-within \"1m\" :stagger 3 :unknown-guests true "
        ":uri \"qemu:///system\" :domain \"d\" :mac \"52:54:00:aa:bb:cc\" :sim {} :networks [] "
        ":user \"me\" :description \"text\" :options {} "
        ":guests-uri \"qemu+ssh://big-iron/system\"}");
    EXPECT_EQ(system.type, "plex");
    EXPECT_EQ(system.provider, "libvirt");
    EXPECT_EQ(system.address, "10.0.0.9");
    EXPECT_EQ(system.runs_on, "big-iron");
    EXPECT_EQ(system.role, Role::self);
    EXPECT_EQ(system.stop_within, seconds(90));
    EXPECT_EQ(system.start_within, minutes(1));
    EXPECT_EQ(system.stagger, 3U);
    EXPECT_TRUE(system.unknown_guests);
    EXPECT_EQ(system.options.as_map().get("uri"), data::Value::string("qemu:///system"));
    EXPECT_EQ(one("{:role :other}").role, Role::other);
}

TEST(ReadSystems, ANameMayBeAKeyword)
{
    const auto read = systems("{:foo {:provider :sim}}");
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->at(0).name, "foo");
}

struct Refusal {
    const char* edn;
    const char* message;
    const char* details;
};

TEST(ReadSystems, RefusesWithTheSystemTheKeyAndTheNearestWord)
{
    const std::vector<Refusal> rows = {
        {"[]", "`:systems` expected a map such as {\"foo\" {:provider :sim}} but found []", ""},
        {"{\"foo\" 3}", "system \"foo\" expected a map but found 3", ""},
        {"{\"foo\" {:providr :sim}}",
         "no key :providr in system \"foo\"",
         "did you mean `:provider`?"},
        {"{\"foo\" {\"provider\" :sim}}",
         "no key \"provider\" in system \"foo\"",
         "did you mean `:provider`?"},
        {"{\"foo\" {:type 3}}",
         ":type of system \"foo\" expected a keyword or a string but found 3",
         ""},
        {"{\"foo\" {:runs-on \"\"}}",
         ":runs-on of system \"foo\" expected a keyword or a string but found \"\"",
         ""},
        {"{\"foo\" {:role :boss}}",
         ":role of system \"foo\" expected :self or :other but found :boss",
         ""},
        {"{\"foo\" {:stop-within 90}}",
         ":stop-within of system \"foo\" expected a duration such as \"3m\" but found 90",
         ""},
        {"{\"foo\" {:start-within \"0s\"}}",
         ":start-within of system \"foo\" expected a duration such as \"3m\" but found \"0s\"",
         ""},
        {"{\"foo\" {:stagger 0}}",
         ":stagger of system \"foo\" expected a whole number from 1 to 1000 but found 0",
         ""},
        {"{\"foo\" {:stagger 1.5}}",
         ":stagger of system \"foo\" expected a whole number from 1 to 1000 but found 1.5",
         ""},
        {"{\"foo\" {:unknown-guests :yes}}",
         ":unknown-guests of system \"foo\" expected true or false but found :yes",
         ""},
        {"{\"-oProxyCommand=x\" {}}",
         "a system's name expected a string that does not begin with `-` but found "
         "\"-oProxyCommand=x\"",
         ""},
        {"{\"\" {}}",
         "a system's name expected a string that does not begin with `-` but found \"\"",
         ""},
        {"{3 {}}",
         "a system's name expected a string that does not begin with `-` but found 3",
         ""},
    };
    for (const Refusal& row : rows) {
        const auto read = systems(row.edn);
        ASSERT_FALSE(read.ok()) << row.edn;
        EXPECT_EQ(read.failure().code, Code::invalid_argument) << row.edn;
        EXPECT_EQ(read.failure().message, row.message);
        EXPECT_EQ(read.failure().details, row.details) << row.edn;
    }
}

}  // namespace
}  // namespace reops::hosts

// SPDX-License-Identifier: Apache-2.0
#include "hosts/inventory.hh"

#include <gtest/gtest.h>

namespace reops::hosts {
namespace {

using Names = std::vector<std::string>;

System machine(std::string name, std::string runs_on = "", std::string type = "")
{
    System out;
    out.name = std::move(name);
    out.runs_on = std::move(runs_on);
    out.type = std::move(type);
    return out;
}

std::string refusal(std::vector<System> systems)
{
    const auto made = Inventory::make(std::move(systems), 1);
    return made.ok() ? "" : made.failure().message;
}

TEST(Inventory, KnowsItsSystemsAndTheirGuestsInOrder)
{
    const auto made =
        Inventory::make({machine("hv"), machine("foo", "hv"), machine("bar", "hv")}, 7);
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(made->version(), 7U);
    EXPECT_EQ(made->guests_of("hv"), (Names{"bar", "foo"}));
    EXPECT_TRUE(made->guests_of("foo").empty());
    EXPECT_TRUE(made->guests_of("nobody").empty());
    ASSERT_NE(made->find("foo"), nullptr);
    EXPECT_EQ(made->find("foo")->runs_on, "hv");
    EXPECT_EQ(made->find("nobody"), nullptr);
}

TEST(Inventory, AnAddressDefaultsToTheName)
{
    System one = machine("one");
    one.address = "10.0.0.9";
    const auto made = Inventory::make({one, machine("two")}, 1);
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(made->find("one")->address, "10.0.0.9");
    EXPECT_EQ(made->find("two")->address, "two");
}

TEST(Inventory, RefusesWhatCannotBe)
{
    EXPECT_EQ(refusal({machine("a", "nowhere")}),
              "system \"a\" runs on \"nowhere\", which is not in the inventory");
    EXPECT_EQ(refusal({machine("a"), machine("a")}), "system \"a\" is in the inventory twice");
    EXPECT_EQ(refusal({machine("a", "a")}), "systems run on one another in a circle: a -> a");
    EXPECT_EQ(refusal({machine("x", "a"), machine("a", "b"), machine("b", "c"), machine("c", "a")}),
              "systems run on one another in a circle: a -> b -> c -> a");
}

TEST(Inventory, ManyChainsToOneRootAreNoCircle)
{
    EXPECT_EQ(
        refusal({machine("root"), machine("m", "root"), machine("a", "m"), machine("b", "m")}), "");
}

TEST(Inventory, SelectorsAreByTypeNameAndPartOfTheName)
{
    const auto made = Inventory::make(
        {machine("plex-1", "", "plex"), machine("plex-2", "", "plex"), machine("db", "", "redis")},
        1);
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(select(*made, by_type("plex")), (Names{"plex-1", "plex-2"}));
    EXPECT_EQ(select(*made, by_type("ple")), Names{});
    EXPECT_EQ(select(*made, named("db")), Names{"db"});
    EXPECT_EQ(select(*made, named("d")), Names{});
    EXPECT_EQ(select(*made, matching("x-")), (Names{"plex-1", "plex-2"}));
    EXPECT_EQ(select(*made, matching("")).size(), 3U);
}

}  // namespace
}  // namespace reops::hosts

// SPDX-License-Identifier: Apache-2.0
#include "hosts/hosts.hh"

#include <gtest/gtest.h>

namespace reops::hosts {
namespace {

using Names = std::vector<std::string>;

TEST(Hosts, ARepeatedNameCountsOnceAndKeepsItsFirstPlace)
{
    EXPECT_EQ((Hosts{"coin-1", "big-iron", "coin-1"}.names), (Names{"coin-1", "big-iron"}));
    EXPECT_EQ(Hosts(Names{"b", "a", "b", "a", "c"}).names, (Names{"b", "a", "c"}));
}

TEST(Hosts, EmptyIsEmpty)
{
    EXPECT_TRUE(Hosts{}.names.empty());
    EXPECT_TRUE(Hosts(Names{}).names.empty());
}

TEST(Hosts, KeepTheWayIn)
{
    const Hosts hosts{Names{"foo"}, data::Value::string("key")};
    EXPECT_EQ(hosts.auth, data::Value::string("key"));
}

}  // namespace
}  // namespace reops::hosts

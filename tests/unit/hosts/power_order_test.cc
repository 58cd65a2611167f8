// SPDX-License-Identifier: Apache-2.0
#include "hosts/power_order.hh"

#include <algorithm>
#include <chrono>
#include <map>

#include <gtest/gtest.h>

namespace reops::hosts {
namespace {

using Names = std::vector<std::string>;
using Chain = std::vector<std::pair<const char*, const char*>>;

Inventory inventory(const std::vector<std::pair<std::string, std::string>>& runs_on)
{
    std::vector<System> systems;
    for (const auto& [name, on] : runs_on) {
        systems.emplace_back();
        systems.back().name = name;
        systems.back().runs_on = on;
    }
    auto made = Inventory::make(std::move(systems), 1);
    if (!made.ok())
        throw std::invalid_argument(made.failure().message);
    return std::move(*made);
}

Inventory closet()
{
    return inventory({{"big-iron", ""},
                      {"foo", "big-iron"},
                      {"bar", "big-iron"},
                      {"nested", "bar"},
                      {"loner", ""}});
}

/// "bar<nested? foo": the order; `<a+b` what it waits for, `!x` because of x, `?` unknown.
std::string order(Direction direction, const Names& names, const Inventory& known)
{
    std::string out;
    for (const PowerStep& step : power_order(direction, names, known)) {
        out += (out.empty() ? "" : " ") + step.host;
        for (std::size_t i = 0; i < step.waits_for.size(); ++i)
            out += (i == 0 ? "<" : "+") + step.waits_for[i];
        if (!step.because.empty())
            out += "!" + step.because;
        if (!step.known)
            out += "?";
    }
    return out;
}

struct Row {
    const char* rule;
    Direction direction;
    Names names;
    const char* order;
};

TEST(PowerOrder, FollowsWhatRunsOnWhat)
{
    const Inventory known = closet();
    const std::vector<Row> rows = {
        {"nothing named, nothing done", Direction::stop, {}, ""},
        {"one system alone", Direction::stop, {"loner"}, "loner"},
        {"guests stop before their hypervisor",
         Direction::stop,
         {"big-iron", "foo", "bar", "nested"},
         "nested bar<nested foo big-iron<bar+foo"},
        {"guests that nobody named stop because of it, transitively",
         Direction::stop,
         {"big-iron"},
         "nested!big-iron bar<nested!big-iron foo!big-iron big-iron<bar+foo"},
        {"a guest alone leaves its hypervisor on", Direction::stop, {"foo"}, "foo"},
        {"among equals by first mention",
         Direction::stop,
         {"loner", "foo", "nested"},
         "loner foo nested"},
        {"a repeated name counts once", Direction::stop, {"foo", "foo", "foo"}, "foo"},
        {"a name that the inventory does not know stands alone",
         Direction::stop,
         {"stranger", "foo"},
         "stranger? foo"},
        {"a start goes the other way",
         Direction::start,
         {"foo", "big-iron"},
         "big-iron foo<big-iron"},
        {"a start brings up what a system runs on, transitively",
         Direction::start,
         {"nested"},
         "big-iron!nested bar<big-iron!nested nested<bar"},
        {"a start of a hypervisor leaves its guests alone",
         Direction::start,
         {"big-iron"},
         "big-iron"},
        {"a shared hypervisor is started once",
         Direction::start,
         {"foo", "bar"},
         "big-iron!foo foo<big-iron bar<big-iron"},
    };
    for (const Row& row : rows)
        EXPECT_EQ(order(row.direction, row.names, known), row.order) << row.rule;
}

TEST(PowerOrder, EveryStepStandsAfterThoseThatItWaitsFor)
{
    std::vector<std::pair<std::string, std::string>> systems = {{"s0", ""}};
    for (std::size_t i = 1; i < 300; ++i)
        systems.emplace_back("s" + std::to_string(i), "s" + std::to_string((i * 7919) % i));
    const Inventory known = inventory(systems);
    for (const Direction direction : {Direction::stop, Direction::start}) {
        Names names;
        for (std::size_t i = 0; i < 300; i += 3)
            names.push_back("s" + std::to_string(i));
        std::map<std::string, std::size_t> place;
        const auto steps = power_order(direction, names, known);
        for (std::size_t i = 0; i < steps.size(); ++i)
            EXPECT_TRUE(place.emplace(steps[i].host, i).second) << steps[i].host << " twice";
        for (std::size_t i = 0; i < steps.size(); ++i)
            for (const std::string& other : steps[i].waits_for) {
                ASSERT_TRUE(place.contains(other)) << other;
                EXPECT_LT(place[other], i);
            }
    }
}

TEST(PowerOrder, AChainOfFiveThousandIsWalkedWithoutRecursion)
{
    std::vector<std::pair<std::string, std::string>> systems = {{"s0", ""}};
    for (int i = 1; i < 5000; ++i)
        systems.emplace_back("s" + std::to_string(i), "s" + std::to_string(i - 1));
    const Inventory known = inventory(systems);
    const auto down = power_order(Direction::stop, {"s0"}, known);
    ASSERT_EQ(down.size(), 5000U);
    EXPECT_EQ(down.front().host, "s4999");
    EXPECT_EQ(down.back().host, "s0");
    const auto up = power_order(Direction::start, {"s4999"}, known);
    ASSERT_EQ(up.size(), 5000U);
    EXPECT_EQ(up.front().host, "s0");
    EXPECT_EQ(up.back().host, "s4999");
}

TEST(PowerOrder, FiveThousandSystemsOnHypervisorsAreOrderedFast)
{
    std::vector<std::pair<std::string, std::string>> systems;
    Names all;
    for (int hv = 0; hv < 100; ++hv) {
        systems.emplace_back("hv-" + std::to_string(hv), "");
        all.push_back(systems.back().first);
        for (int guest = 0; guest < 49; ++guest)
            systems.emplace_back("g-" + std::to_string(hv) + "-" + std::to_string(guest),
                                 "hv-" + std::to_string(hv));
    }
    const Inventory known = inventory(systems);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(power_order(Direction::stop, all, known).size(), 5000U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

}  // namespace
}  // namespace reops::hosts

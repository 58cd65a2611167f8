// SPDX-License-Identifier: Apache-2.0
#include "data/pool.hh"

#include "data/map.hh"
#include "data/value.hh"
#include "data/vector.hh"

#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace reops::data {

TEST(Pool, BlocksAreAlignedAndDoNotOverlap)
{
    std::vector<std::pair<unsigned char*, std::size_t>> blocks;
    for (std::size_t bytes = 1; bytes < 3000; bytes += 7) {
        auto* block = static_cast<unsigned char*>(allocate(bytes));
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0U);
        std::memset(block, static_cast<int>(bytes % 251), bytes);
        blocks.emplace_back(block, bytes);
    }
    for (const auto& [block, bytes] : blocks)
        for (std::size_t i = 0; i < bytes; ++i)
            ASSERT_EQ(block[i], bytes % 251);
    for (const auto& [block, bytes] : blocks)
        deallocate(block, size_class_of(bytes));
}

TEST(Pool, WhatOneThreadFreesAnotherUsesAgain)
{
    constexpr std::size_t count = 20'000;
    constexpr std::size_t bytes = 48;
    std::set<void*> addresses;
    for (int round = 0; round < 20; ++round) {
        std::vector<void*> blocks;
        std::thread{[&] {
            for (std::size_t i = 0; i < count; ++i)
                blocks.push_back(allocate(bytes));
        }}.join();
        std::thread{[&] {
            for (void* block : blocks)
                deallocate(block, size_class_of(bytes));
        }}.join();
        addresses.insert(blocks.begin(), blocks.end());
    }
    if (is_pooled()) {
        EXPECT_LT(addresses.size(), 2 * count);
    } else {
        EXPECT_GE(addresses.size(), count);
    }
}

TEST(Pool, ValuesCrossThreads)
{
    const Value shared = make_map({{Value::keyword("a"), make_vector({Value::string("text")})}});
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&shared, i] {
            Map map = shared.as_map();
            for (int k = 0; k < 2000; ++k) {
                map = std::move(map).assoc(Value::integer(k % 100), shared);
                const Value name = Value::keyword("pool-test/" + std::to_string(k));
                ASSERT_EQ(name, Value::keyword("pool-test/" + std::to_string(k))) << i;
                ASSERT_NE(map.get("a").hash(), 0U);
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(shared.as_map().size(), 1U);
}

}  // namespace reops::data

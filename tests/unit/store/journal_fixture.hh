// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A journal in a folder of its own, commits whose payload says who they are, and what a new
/// open finds of them.

#include "store/journal/journal.hh"
#include "store/journal/segment.hh"
#include "tests/support/faulty_files.hh"
#include "tests/support/temp_dir.hh"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::store {

class JournalTest : public testing::Test {
protected:
    JournalTest()
    {
        options.segment_bytes = 4096;
        options.reserve_bytes = 4096;
        options.files = &files;
        files.faults.real_syncs = false;
    }

    /// Payload number N holds N as text and some more bytes, none of them a rest of another.
    static std::string payload(std::uint64_t number)
    {
        return "payload " + std::to_string(number) + " " +
               std::string(number * 37 % 200, static_cast<char>('a' + number % 26));
    }
    Result<void> open()
    {
        damages.clear();
        journal.reset();
        auto opened = Journal::open(
            directory(), options, [this](const Damage& one) { damages.push_back(one); });
        if (!opened.ok())
            return opened.failure();
        journal = std::move(*opened);
        return {};
    }
    void must_open()
    {
        const auto opened = open();
        ASSERT_TRUE(opened.ok()) << opened.failure().message;
    }
    Result<void> commit(std::uint64_t number)
    {
        return journal->commit(engine::Position{number}, 1, payload(number));
    }
    void commit_up_to(std::uint64_t last)
    {
        for (std::uint64_t i = journal->last().number + 1; i <= last; ++i) {
            const auto done = commit(i);
            ASSERT_TRUE(done.ok()) << done.failure().message;
        }
    }
    /// The numbers that a replay finds; a payload that is not whole is a failure.
    std::vector<std::uint64_t> found(std::uint64_t from = 1)
    {
        std::vector<std::uint64_t> numbers;
        const auto read =
            journal->replay(engine::Position{from},
                            [&](engine::Position at, std::uint32_t count, std::string_view bytes) {
                                EXPECT_EQ(count, 1U);
                                EXPECT_EQ(bytes, payload(at.number));
                                numbers.push_back(at.number);
                            });
        EXPECT_TRUE(read.ok());
        return numbers;
    }
    static std::vector<std::uint64_t> up_to(std::uint64_t last, std::uint64_t from = 1)
    {
        std::vector<std::uint64_t> numbers;
        for (std::uint64_t i = from; i <= last; ++i)
            numbers.push_back(i);
        return numbers;
    }
    std::string directory() const { return (folder / "journal").string(); }
    std::string segment(int number) const
    {
        const std::string digits = std::to_string(number);
        return directory() + "/segment-" + std::string(12 - digits.size(), '0') + digits;
    }
    static std::string read(const std::string& path)
    {
        std::ifstream in{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    static void write(const std::string& path, std::string_view bytes)
    {
        std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
    }
    std::vector<std::string> names() const
    {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::directory_iterator(directory()))
            out.push_back(entry.path().filename().string());
        std::sort(out.begin(), out.end());
        return out;
    }

    test::TempDir folder;
    test::FaultyFiles files;
    JournalOptions options;
    std::vector<Damage> damages;
    std::unique_ptr<Journal> journal;
};

}  // namespace reops::store

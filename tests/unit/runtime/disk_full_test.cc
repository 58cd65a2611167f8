// SPDX-License-Identifier: Apache-2.0
// A disk that is really full: a small tmpfs. Needs root to mount it.
#include "data/print.hh"
#include "tests/unit/runtime/runtime_fixture.hh"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <sys/mount.h>
#include <unistd.h>

namespace reops::runtime {
namespace {

class DiskFullTest : public RuntimeTest {
protected:
    static constexpr int mebibytes = 4;

    void SetUp() override
    {
        std::filesystem::create_directory(disk());
        const std::string size = "size=" + std::to_string(mebibytes) + "m";
        mounted_ =
            ::geteuid() == 0 && ::mount("tmpfs", disk().c_str(), "tmpfs", 0, size.c_str()) == 0;
        if (!mounted_)
            GTEST_SKIP() << "mounting a tmpfs needs root: " << std::strerror(errno);
        options.state = disk() + "/state";
        options.segment_bytes = 256 << 10;
        options.reserve_bytes = 512 << 10;
    }
    void TearDown() override
    {
        crash();
        if (mounted_)
            ::umount2(disk().c_str(), MNT_DETACH);
    }
    std::string disk() const { return (folder / "disk").string(); }
    std::string ballast() const { return disk() + "/ballast"; }
    /// Somebody else takes what is left of the disk.
    void fill() const
    {
        std::ofstream out{ballast(), std::ios::binary};
        const std::string block(4096, 'x');
        while (out.write(block.data(), static_cast<std::streamsize>(block.size())).flush())
            continue;
    }
    /// Readings as a source offers them, until intake stops.
    std::uint64_t offer_until_full()
    {
        std::uint64_t offered = 0;
        for (; runtime->is_accepting() && offered < 10'000; ++offered) {
            engine::Event event = reading(10);
            event.payload = data::Value::string(std::string(500, 'p'));
            runtime->offer(std::move(event));
            runtime->after_commit([this] { ++acknowledged; });
            until([this, offered] { return acknowledged > offered || !runtime->is_accepting(); });
        }
        return offered;
    }

    std::uint64_t acknowledged = 0;

private:
    bool mounted_ = false;
};

TEST_F(DiskFullTest, IntakeStopsResultsAreWrittenAndItReturnsByItself)
{
    start();
    runtime->offer(reading(80));
    ASSERT_TRUE(until([&] { return performer.count("stop") == 1; }));
    fill();
    const std::uint64_t offered = offer_until_full();
    ASSERT_LT(offered, 10'000U);
    EXPECT_GE(acknowledged + 1, offered) << "all but the last one at most";
    ASSERT_TRUE(until([&] { return runtime->counts().low_on_disk; }));
    EXPECT_FALSE(runtime->is_accepting());

    performer.end_one(good());
    ASSERT_TRUE(until([&] { return performer.count("email") == 1; }))
        << "the running action ends: its result is in the reserve";
    ASSERT_TRUE(until([&] { return performer.count("alert") == 1; }));
    EXPECT_TRUE(std::any_of(
        performer.performed.begin(), performer.performed.end(), [](const engine::Effect& one) {
            return one.kind == "alert" &&
                   data::print(one.args).find("is full: intake stops") != std::string::npos;
        }));
    const std::string state = snapshot();
    crash();
    ASSERT_TRUE(open().ok()) << "a start on a full disk reads what is there";
    EXPECT_EQ(snapshot(), state);
    ASSERT_TRUE(runtime->start(inventory()).ok());
    EXPECT_FALSE(runtime->is_accepting());

    std::filesystem::remove(ballast());
    ASSERT_TRUE(until([&] { return runtime->is_accepting(); }));
    EXPECT_FALSE(runtime->counts().low_on_disk);
    const std::uint64_t before = acknowledged;
    runtime->offer(reading(10));
    runtime->after_commit([this] { ++acknowledged; });
    EXPECT_TRUE(until([&] { return acknowledged > before; }));
    settle();
    EXPECT_EQ(runtime->engine().state().alerts.find("disk-low"), nullptr);
}

TEST_F(DiskFullTest, WhatFindsNoRoomAtAllIsNotAcknowledgedUntilThereIs)
{
    options.reserve_bytes = 4096;  // less than one commit takes
    start();
    fill();
    bool first = false;
    bool second = false;
    engine::Event big = reading(10);
    big.payload = data::Value::string(std::string(300 << 10, 'p'));
    runtime->offer(std::move(big));
    runtime->after_commit([&] { first = true; });
    ASSERT_TRUE(until([&] { return runtime->counts().stalls == 1; }));
    EXPECT_FALSE(runtime->is_accepting());
    // What comes in now (a result, a person) belongs to a commit of its own.
    runtime->trouble("source-down:test", "gone", false);
    runtime->after_commit([&] { second = true; });
    EXPECT_FALSE(until([&] { return first || second; }, milliseconds(50)));
    const std::uint64_t commits = runtime->counts().commits;
    std::filesystem::remove(ballast());
    ASSERT_TRUE(until([&] { return first; }));
    ASSERT_TRUE(until([&] { return second; }));
    EXPECT_GE(runtime->counts().commits, commits + 2);
    ASSERT_TRUE(until([&] { return runtime->is_accepting(); }));
    const std::string state = snapshot();
    crash();
    ASSERT_TRUE(open().ok());
    EXPECT_EQ(snapshot(), state);
}

}  // namespace
}  // namespace reops::runtime
